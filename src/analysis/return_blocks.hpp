// The returns of every scenario of a sweep, summed over blocks of time: all that the statistics of
// overfitting need, in 16 bytes for each scenario and block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace threadx {

// The returns r[t] = E[t]/E[t-1] - 1, t = 1…N-1, of a backtest are cut into `blocks` contiguous blocks of
// time, the same ones for all scenarios. Rows are scenarios, ascending; scenarios without returns (status
// invalid) have none.
struct ReturnBlocks {
    std::vector<std::uint64_t> scenarios; // ids
    std::size_t blocks = 0;
    std::vector<std::uint32_t> returns_per_block; // blocks
    std::vector<double> sums;                     // scenario × block, row-major: Σr of the block's returns
    std::vector<double> squares;                  // scenario × block, row-major: Σr²
};

// The same with neighbouring blocks joined to `blocks` ≤ from.blocks of as nearly the same number of them as
// can be.
ReturnBlocks join_blocks(const ReturnBlocks& from, std::size_t blocks);

} // namespace threadx
