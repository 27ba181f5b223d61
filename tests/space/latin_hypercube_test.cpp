#include <algorithm>
#include <numeric>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "space/permutation.hpp"
#include "testing.hpp"

using namespace threadx;
using namespace threadx::testing;

namespace {

SamplerSettings hypercube(long long scenarios, long long seed = 42) {
    return {.kind = "latin_hypercube", .scenarios = scenarios, .seed = seed};
}

std::vector<std::uint64_t> order(std::uint64_t seed, std::uint32_t step, std::uint64_t size) {
    const Permutation permutation(seed, step, size);
    std::vector<std::uint64_t> values;
    for (std::uint64_t i = 0; i < size; ++i) values.push_back(permutation(i));
    return values;
}

bool uses_each_once(std::vector<std::uint64_t> values) {
    std::sort(values.begin(), values.end());
    std::vector<std::uint64_t> expected(values.size());
    std::iota(expected.begin(), expected.end(), 0);
    return values == expected;
}

// The stratum of each scenario in dimension d.
std::vector<std::uint64_t> strata(const Drawer& draw, std::size_t d) {
    std::vector<std::uint64_t> used;
    for (std::uint64_t id = 0; id < draw.count(); ++id)
        used.push_back(static_cast<std::uint64_t>(draw(id).values[d] * static_cast<double>(draw.count())));
    return used;
}

} // namespace

TEST_CASE("a permutation uses each place exactly once, whatever its size") {
    for (std::uint64_t size = 1; size <= 130; ++size) CHECK(uses_each_once(order(1, 2, size)));
    for (const std::uint64_t size : {997ULL, 1024ULL, 1025ULL, 7919ULL, 65536ULL})
        CHECK(uses_each_once(order(1, 2, size)));
    CHECK(rc::check([](std::uint64_t seed, std::uint32_t step) {
        const auto size = *rc::gen::inRange<std::uint64_t>(1, 600);
        RC_ASSERT(uses_each_once(order(seed, step, size)));
    }));
}

TEST_CASE("a permutation of 2^63 places stays inside them") {
    const Permutation permutation(5, 6, 1ULL << 63);
    CHECK(permutation(0) < 1ULL << 63);
    CHECK(permutation((1ULL << 63) - 1) < 1ULL << 63);
    CHECK(permutation(0) != permutation(1));
}

TEST_CASE("the permutations of different seeds are all equally likely") {
    // Chi-square with 23 degrees of freedom passes 49.7 once in a thousand; the seeds are fixed.
    std::vector<std::vector<std::uint64_t>> orders;
    for (std::uint64_t seed = 0; seed < 24000; ++seed) orders.push_back(order(seed, 9, 4));
    std::sort(orders.begin(), orders.end());
    std::vector<std::uint64_t> one = {0, 1, 2, 3};
    double chi_square = 0.0;
    do {
        const auto [first, last] = std::equal_range(orders.begin(), orders.end(), one);
        const double hits = static_cast<double>(last - first);
        chi_square += (hits - 1000.0) * (hits - 1000.0) / 1000.0;
    } while (std::next_permutation(one.begin(), one.end()));
    CHECK(chi_square < 49.7);
}

TEST_CASE("a Latin hypercube uses each stratum of each dimension exactly once") {
    for (const long long n : {1, 2, 3, 5, 7, 49, 64, 97, 1000, 7919}) {
        const Drawer draw({unit("a"), unit("b")}, hypercube(n));
        CHECK(uses_each_once(strata(draw, 0)));
        CHECK(uses_each_once(strata(draw, 1)));
    }
    CHECK(rc::check([] {
        const auto n = *rc::gen::inRange<long long>(1, 3000);
        const auto seed = *rc::gen::inRange<long long>(0, 1LL << 62);
        const Drawer draw({unit("a"), unit("b")}, hypercube(n, seed));
        RC_ASSERT(uses_each_once(strata(draw, 0)));
        RC_ASSERT(uses_each_once(strata(draw, 1)));
    }));
}

TEST_CASE("a Latin hypercube uses the levels of a finite dimension equally often") {
    const Drawer draw({Dimension::stepped("n", 1, 7, 1), unit("x")}, hypercube(700));
    std::vector<int> hits(7);
    for (std::uint64_t id = 0; id < draw.count(); ++id) ++hits[draw(id).levels[0]];
    CHECK(hits == std::vector<int>(7, 100));
}

TEST_CASE("a point of a Latin hypercube lies at random in its stratum, and differs between dimensions") {
    const Drawer draw({unit("a"), unit("b")}, hypercube(1000));
    std::vector<int> tenths(10);
    for (std::uint64_t id = 0; id < 1000; ++id) {
        const double place = draw(id).values[0] * 1000.0;
        ++tenths[static_cast<std::size_t>((place - static_cast<double>(static_cast<int>(place))) * 10.0)];
    }
    for (const int hits : tenths) CHECK((hits > 60 && hits < 140)); // 100 ± 4 standard deviations
    CHECK(strata(draw, 0) != strata(draw, 1));
}

TEST_CASE("strata stay distinct for as many scenarios as are allowed") {
    const long long n = 1LL << 48;
    const Drawer draw({unit("a"), Dimension::stepped("n", 1, 0x1p48, 1)}, hypercube(n));
    const Permutation expected(42, unit("a").key(), 1ULL << 48);
    for (const std::uint64_t id : {0ULL, 1ULL, 123456789ULL, (1ULL << 48) - 1})
        CHECK(static_cast<std::uint64_t>(draw(id).values[0] * 0x1p48) == expected(id));
}

TEST_CASE("a parameter keeps its Latin hypercube values whichever others are swept") {
    const Drawer alone({unit("x")}, hypercube(50));
    const Drawer last({unit("y"), unit("x")}, hypercube(50));
    for (std::uint64_t id = 0; id < 50; ++id) CHECK(alone(id).values[0] == last(id).values[1]);
}
