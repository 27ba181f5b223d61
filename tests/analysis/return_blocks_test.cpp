#include <doctest/doctest.h>

#include "made_up_blocks.hpp"

using namespace threadx;
using namespace threadx::test;

TEST_CASE("joined blocks hold the sums of their parts") {
    const ReturnBlocks eight = cut(noise(3, 83, 1), 8);
    const ReturnBlocks four = join_blocks(eight, 4);
    const ReturnBlocks three = join_blocks(eight, 3);
    CHECK(four.scenarios == eight.scenarios);
    REQUIRE(four.blocks == 4);
    REQUIRE(three.blocks == 3);
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t b = 0; b < 4; ++b) {
            CHECK(four.sums[i * 4 + b] == eight.sums[i * 8 + 2 * b] + eight.sums[i * 8 + 2 * b + 1]);
            CHECK(four.squares[i * 4 + b] == eight.squares[i * 8 + 2 * b] + eight.squares[i * 8 + 2 * b + 1]);
        }
    std::uint32_t returns = 0;
    for (const std::uint32_t n : three.returns_per_block) returns += n;
    CHECK(returns == 83);
    CHECK(three.returns_per_block[0] == // blocks 0, 1 and 2 of 8
          eight.returns_per_block[0] + eight.returns_per_block[1] + eight.returns_per_block[2]);
}
