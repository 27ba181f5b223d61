#include "sweep/missing_ranges.hpp"

#include <algorithm>
#include <cstdint>

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
