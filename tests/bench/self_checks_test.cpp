// The parts of the self-test and of the benchmarks that no run of the program shows failing.
#include <doctest/doctest.h>

#include "bench/fixed_shares.hpp"
#include "bench/row_collector.hpp"
#include "bench/self_checks.hpp"
#include "space/philox.hpp"

using namespace threadx;

namespace {

std::vector<double> drawn(std::size_t count, double low, double high) {
    std::vector<double> values;
    for (std::uint64_t i = 0; i < count; ++i)
        values.push_back(low + (high - low) * uniform(7, i, 0, stream::space));
    return values;
}

RowBlock block(std::uint64_t first, std::uint64_t last) {
    RowBlock out;
    out.range = {first, last};
    for (std::uint64_t id = first; id < last; ++id) {
        out.scenarios.push_back(id);
        out.statuses.push_back(RowStatus::ok);
        out.values.push_back(static_cast<double>(id) * 0.5);
    }
    return out;
}

} // namespace

TEST_CASE("numbers that are drawn evenly are even, and others are not") {
    CHECK(unevenness(drawn(2000, -1.0, 3.0), -1.0, 3.0).empty());
    std::vector<double> leaning = drawn(2000, 0.0, 1.0);
    for (double& value : leaning) value *= value;
    CHECK(unevenness(leaning, 0.0, 1.0).find("not drawn evenly") == 0);
    CHECK(!unevenness(drawn(2000, 0.0, 0.9), 0.0, 1.0).empty()); // a tenth of the range is never reached
    CHECK(!unevenness(std::vector<double>(2000, 0.5), 0.0, 1.0).empty());
}

TEST_CASE("the hash of collected rows does not depend on the order in which they come") {
    const RowSchema schema = {{"a"}, {}};
    RowCollector whole, parts, others;
    whole.add(block(0, 9));
    for (const auto& [first, last] : {std::pair{6, 9}, {0, 2}, {2, 6}})
        parts.add(block(static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(last)));
    others.add(block(0, 8));
    CHECK(parts.rows() == 9);
    CHECK(parts.hash(schema) == whole.hash(schema));
    CHECK(others.hash(schema) != whole.hash(schema));
}

TEST_CASE("it is known until when rows of a range came") {
    RowCollector rows;
    rows.add(block(0, 4));
    rows.add(block(4, 8));
    CHECK(rows.seconds_until({0, 4}) > 0.0);
    CHECK(rows.seconds_until({0, 4}) <= rows.seconds_until({3, 5}));
    CHECK(rows.seconds_until({4, 8}) == rows.seconds_until({0, 8}));
    CHECK(rows.seconds_until({8, 9}) == 0.0);
}
