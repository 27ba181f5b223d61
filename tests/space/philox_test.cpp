#include "space/philox.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace threadx;

namespace {

std::uint64_t word_pair(std::uint32_t low, std::uint32_t high) { return std::uint64_t{high} << 32 | low; }

} // namespace

// The three rows "philox4x32 10" of tests/kat_vectors in Random123 1.14: counter, key, answer.
TEST_CASE("Philox gives the known answers that Random123 publishes") {
    using Words = std::array<std::uint32_t, 4>;
    CHECK(philox(0, 0, 0, 0) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(philox(~0ULL, ~0ULL, ~0U, ~0U) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(philox(word_pair(0xa4093822, 0x299f31d0), word_pair(0x243f6a88, 0x85a308d3), 0x13198a2e,
                 0x03707344) == Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a uniform number is the upper 53 bits of the first two words") {
    const std::uint64_t seed = word_pair(0xa4093822, 0x299f31d0);
    const std::uint64_t scenario = word_pair(0x243f6a88, 0x85a308d3);
    CHECK(random_bits53(seed, scenario, 0x13198a2e, 0x03707344) == 0xd16cfe0994fdccebULL >> 11);
    CHECK(uniform(seed, scenario, 0x13198a2e, 0x03707344) == 0x1.a2d9fc1329fb9p-1);
}

TEST_CASE("a uniform number lies in [0, 1) and depends on each of its arguments") {
    CHECK(rc::check([](std::uint64_t seed, std::uint64_t scenario, std::uint32_t step, std::uint32_t stream) {
        const double u = uniform(seed, scenario, step, stream);
        RC_ASSERT(u >= 0.0);
        RC_ASSERT(u < 1.0);
        RC_ASSERT(u != uniform(seed + 1, scenario, step, stream));
        RC_ASSERT(u != uniform(seed ^ (1ULL << 40), scenario, step, stream));
        RC_ASSERT(u != uniform(seed, scenario + 1, step, stream));
        RC_ASSERT(u != uniform(seed, scenario ^ (1ULL << 40), step, stream));
        RC_ASSERT(u != uniform(seed, scenario, step + 1, stream));
        RC_ASSERT(u != uniform(seed, scenario, step, stream + 1));
    }));
}
