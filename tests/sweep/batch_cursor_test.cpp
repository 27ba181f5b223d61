#include "sweep/batch_cursor.hpp"

#include <algorithm>
#include <thread>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace threadx;

namespace {

constexpr std::uint64_t end_of_ids = 200;

// Disjoint ranges in ascending order that do not touch, in 0 … end_of_ids: what RunStore::finished_ranges
// gives.
std::vector<IdRange> any_finished_ranges() {
    std::vector<bool> finished(end_of_ids, false);
    for (const int cut : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20))) {
        const std::uint64_t first = *rc::gen::inRange<std::uint64_t>(0, end_of_ids);
        for (std::uint64_t i = first; i < std::min(end_of_ids, first + cut); ++i) finished[i] = true;
    }
    std::vector<IdRange> ranges;
    for (std::uint64_t i = 0; i < end_of_ids; ++i) {
        if (!finished[i]) continue;
        if (ranges.empty() || ranges.back().last != i) ranges.push_back({i, i});
        ranges.back().last = i + 1;
    }
    return ranges;
}

bool holds(const std::vector<IdRange>& ranges, std::uint64_t id) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [&](const IdRange& range) { return id >= range.first && id < range.last; });
}

} // namespace

TEST_CASE("missing ranges are exactly the ids of the whole that are in no finished range, in order") {
    CHECK(rc::check([] {
        const std::uint64_t first = *rc::gen::inRange<std::uint64_t>(0, end_of_ids);
        const IdRange whole{first, *rc::gen::inRange<std::uint64_t>(first, end_of_ids + 1)};
        const std::vector<IdRange> finished = any_finished_ranges();
        const std::vector<IdRange> missing = missing_ranges(whole, finished);
        for (std::uint64_t id = 0; id < end_of_ids; ++id) {
            const bool wanted = id >= whole.first && id < whole.last && !holds(finished, id);
            RC_ASSERT(holds(missing, id) == wanted);
        }
        for (std::size_t i = 0; i < missing.size(); ++i) {
            RC_ASSERT(missing[i].first < missing[i].last);
            RC_ASSERT((i == 0 || missing[i - 1].last <
                                     missing[i].first)); // in parentheses: RC_ASSERT evaluates both sides
        }
    }));
    CHECK(missing_ranges({0, 10}, {}) == std::vector<IdRange>{{0, 10}});
    CHECK(missing_ranges({0, 10}, {{0, 10}}).empty());
    CHECK(missing_ranges({5, 5}, {}).empty());
}

TEST_CASE("a cursor hands out every id once, in order, in batches of at most the size asked for") {
    CHECK(rc::check([] {
        const std::vector<IdRange> pending = any_finished_ranges();
        BatchCursor cursor(pending);
        std::vector<std::uint64_t> taken;
        for (;;) {
            const std::uint64_t size = *rc::gen::inRange<std::uint64_t>(1, 40);
            const std::optional<IdRange> batch = cursor.take(size);
            if (!batch) break;
            RC_ASSERT(batch->size() >= 1U);
            RC_ASSERT(batch->size() <= size);
            for (std::uint64_t id = batch->first; id < batch->last; ++id) taken.push_back(id);
        }
        std::vector<std::uint64_t> wanted;
        for (std::uint64_t id = 0; id < end_of_ids; ++id)
            if (holds(pending, id)) wanted.push_back(id);
        RC_ASSERT(taken == wanted);
        RC_ASSERT(!cursor.take(1));
    }));
}

TEST_CASE("a batch does not reach across a gap, and an empty range is passed over") {
    BatchCursor cursor({{0, 0}, {3, 5}, {7, 7}, {8, 20}});
    CHECK(cursor.take(10) == IdRange{3, 5});
    CHECK(cursor.take(10) == IdRange{8, 18});
    CHECK(cursor.take(10) == IdRange{18, 20});
    CHECK_FALSE(cursor.take(10));
    CHECK_FALSE(BatchCursor({}).take(1));
}

TEST_CASE("threads that share a cursor get every id once") {
    BatchCursor cursor({{0, 1000}, {1500, 9000}});
    std::vector<std::vector<IdRange>> taken(4);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < taken.size(); ++i)
        threads.emplace_back([&, i] {
            while (const std::optional<IdRange> batch = cursor.take(1 + i)) taken[i].push_back(*batch);
        });
    for (std::thread& thread : threads) thread.join();
    std::vector<int> times(9000, 0);
    for (const std::vector<IdRange>& batches : taken)
        for (const IdRange& batch : batches)
            for (std::uint64_t id = batch.first; id < batch.last; ++id) ++times[id];
    for (std::uint64_t id = 0; id < times.size(); ++id)
        REQUIRE(times[id] == (id < 1000 || id >= 1500 ? 1 : 0));
}
