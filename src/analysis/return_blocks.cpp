#include "analysis/return_blocks.hpp"

namespace threadx {

ReturnBlocks join_blocks(const ReturnBlocks& from, std::size_t blocks) {
    ReturnBlocks out;
    out.scenarios = from.scenarios;
    out.blocks = blocks;
    out.returns_per_block.resize(blocks);
    out.sums.resize(from.scenarios.size() * blocks);
    out.squares.resize(from.scenarios.size() * blocks);
    const auto joined = [&](std::size_t b) { return b * blocks / from.blocks; };
    for (std::size_t b = 0; b < from.blocks; ++b)
        out.returns_per_block[joined(b)] += from.returns_per_block[b];
    for (std::size_t i = 0; i < from.scenarios.size(); ++i)
        for (std::size_t b = 0; b < from.blocks; ++b) {
            out.sums[i * blocks + joined(b)] += from.sums[i * from.blocks + b];
            out.squares[i * blocks + joined(b)] += from.squares[i * from.blocks + b];
        }
    return out;
}

} // namespace threadx
