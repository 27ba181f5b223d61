#include "space/sobol.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include "space/sobol_table.hpp"
#include "testing.hpp"

using namespace threadx;
using namespace threadx::testing;

namespace {

SamplerSettings sobol(long long scenarios, long long seed) {
    return {.kind = "sobol", .scenarios = scenarios, .seed = seed};
}

std::vector<Dimension> units(std::size_t count) {
    std::vector<Dimension> dimensions;
    for (std::size_t d = 0; d < count; ++d) dimensions.push_back(unit(fmt::format("x{}", d)));
    return dimensions;
}

// Whether the first 2^k points put exactly one value of dimension d into each interval of length 2^-k.
bool stratifies(const Drawer& draw, std::size_t d, int k) {
    std::vector<int> hits(std::size_t{1} << k);
    for (std::uint64_t id = 0; id < hits.size(); ++id)
        ++hits[static_cast<std::size_t>(draw(id).values[d] * static_cast<double>(hits.size()))];
    return hits == std::vector<int>(hits.size(), 1);
}

} // namespace

// scipy 1.17.1: scipy.stats.qmc.Sobol(6, scramble=False).random(16)
TEST_CASE("the unshifted Sobol points are those of scipy, in its order") {
    const double expected[16][6] = {
        {0.0, 0.0, 0.0, 0.0, 0.0, 0.0},
        {0.5, 0.5, 0.5, 0.5, 0.5, 0.5},
        {0.75, 0.25, 0.25, 0.25, 0.75, 0.75},
        {0.25, 0.75, 0.75, 0.75, 0.25, 0.25},
        {0.375, 0.375, 0.625, 0.875, 0.375, 0.125},
        {0.875, 0.875, 0.125, 0.375, 0.875, 0.625},
        {0.625, 0.125, 0.875, 0.625, 0.625, 0.875},
        {0.125, 0.625, 0.375, 0.125, 0.125, 0.375},
        {0.1875, 0.3125, 0.9375, 0.4375, 0.5625, 0.3125},
        {0.6875, 0.8125, 0.4375, 0.9375, 0.0625, 0.8125},
        {0.9375, 0.0625, 0.6875, 0.1875, 0.3125, 0.5625},
        {0.4375, 0.5625, 0.1875, 0.6875, 0.8125, 0.0625},
        {0.3125, 0.1875, 0.3125, 0.5625, 0.9375, 0.4375},
        {0.8125, 0.6875, 0.8125, 0.0625, 0.4375, 0.9375},
        {0.5625, 0.4375, 0.0625, 0.8125, 0.1875, 0.6875},
        {0.0625, 0.9375, 0.5625, 0.3125, 0.6875, 0.1875},
    };
    const Drawer draw(units(6), sobol(16, 0));
    for (std::uint64_t id = 0; id < 16; ++id)
        CHECK(draw(id).values == std::vector<double>(expected[id], expected[id] + 6));
}

// scipy 1.17.1: 1024 * scipy.stats.qmc.Sobol(64, scramble=False).random(1024)[[1000, 1023]]
TEST_CASE("all 64 dimensions of the table give scipy's points") {
    const std::vector<double> point_1000 = {
        225,  99,  531,  693, 287, 929, 47,  921, 513, 71,  87,  261,  165, 393, 147, 379,
        737,  353, 1015, 743, 535, 563, 973, 553, 597, 929, 41,  1003, 61,  349, 151, 149,
        303,  607, 821,  789, 869, 851, 315, 491, 935, 261, 983, 719,  861, 95,  893, 941,
        1023, 491, 361,  529, 771, 449, 129, 913, 465, 81,  905, 585,  457, 617, 265, 457};
    const std::vector<double> point_1023 = {1,   771, 627, 149, 191, 449, 143, 633, 353, 871, 695, 37,   133,
                                            681, 371, 475, 321, 897, 599, 327, 887, 19,  813, 201, 245,  385,
                                            521, 779, 861, 445, 951, 629, 463, 895, 341, 885, 965, 1011, 923,
                                            715, 647, 997, 951, 111, 509, 319, 989, 781, 863, 843, 265,  177,
                                            675, 417, 929, 113, 817, 881, 745, 361, 105, 201, 809, 41};
    const Drawer draw(units(64), sobol(1024, 0));
    for (std::size_t d = 0; d < 64; ++d) {
        CHECK(draw(1000).values[d] * 1024.0 == point_1000[d]);
        CHECK(draw(1023).values[d] * 1024.0 == point_1023[d]);
    }
}

TEST_CASE("each row of the Sobol table is well formed") {
    for (const SobolRow& row : sobol_table) {
        CHECK(row.coefficients < (1U << (row.degree == 0 ? 0 : row.degree - 1)) + (row.degree == 0 ? 1 : 0));
        for (unsigned k = 0; k < row.m.size(); ++k) {
            CHECK((row.m[k] % 2 == 1) == (k < row.degree));
            CHECK(row.m[k] < 2U << k);
        }
    }
}

TEST_CASE("the first 2^k points stratify every dimension, shifted or not") {
    for (const long long seed : {0LL, 42LL}) {
        const Drawer draw(units(64), sobol(1024, seed));
        for (std::size_t d = 0; d < 64; ++d)
            for (const int k : {1, 5, 10}) CHECK(stratifies(draw, d, k));
    }
}

TEST_CASE("the direction numbers are distinct in their highest bit down to the last one") {
    for (std::size_t d = 0; d < sobol_dimensions; ++d) {
        const SobolDimension dimension(d);
        for (int k = 0; k < sobol_bits; ++k) {
            // Gray code of 2^(k+1) − 1 is 2^k: one column alone, whose lowest bit is bit k from the top.
            const std::uint64_t column = dimension.bits((std::uint64_t{2} << k) - 1);
            CHECK(column % (std::uint64_t{1} << (sobol_bits - 1 - k)) == 0);
            CHECK((column >> (sobol_bits - 1 - k)) % 2 == 1);
        }
    }
}

TEST_CASE("a Sobol scenario does not depend on how many others there are, nor on what was drawn before") {
    const Drawer few(units(5), sobol(100, 7));
    const Drawer many(units(5), sobol(1000, 7));
    for (std::uint64_t id = 100; id-- > 0;) CHECK(few(id) == many(id));
}

TEST_CASE("seeds shift the Sobol points") {
    const Drawer a(units(3), sobol(8, 1));
    const Drawer b(units(3), sobol(8, 2));
    for (std::uint64_t id = 0; id < 8; ++id)
        for (std::size_t d = 0; d < 3; ++d) CHECK(a(id).values[d] != b(id).values[d]);
}

TEST_CASE("a parameter with one value leaves the Sobol points of the others as they are") {
    const Drawer two({unit("a"), unit("b")}, sobol(64, 3));
    const Drawer three({unit("a"), Dimension::levels("fixed", {7}), unit("b")}, sobol(64, 3));
    for (std::uint64_t id = 0; id < 64; ++id)
        CHECK(three(id).values == std::vector<double>{two(id).values[0], 7.0, two(id).values[1]});
    CHECK(Drawer({Dimension::levels("fixed", {7})}, sobol(4, 3))(3).values[0] == 7.0);
}

TEST_CASE("2^k Sobol points hit each of 2^k levels once") {
    const Drawer draw({unit("a"), Dimension::stepped("n", 1, 256, 1)}, sobol(256, 42));
    std::vector<int> hits(256);
    for (std::uint64_t id = 0; id < 256; ++id) ++hits[draw(id).levels[1]];
    CHECK(hits == std::vector<int>(256, 1));
}

TEST_CASE("more swept parameters than the Sobol table holds are refused") {
    std::vector<Dimension> dimensions = units(64);
    dimensions.push_back(Dimension::levels("fixed", {1}));
    CHECK(Drawer(dimensions, sobol(4, 1)).count() == 4);
    dimensions.push_back(unit("one_more"));
    CHECK(message_of([&] { make_sampler(Space(dimensions), sobol(4, 1), "sweep.toml:9:1"); }) ==
          "sweep.toml:9:1: sobol draws at most 64 parameters, found 65; sweep fewer, or choose "
          "latin_hypercube");
}
