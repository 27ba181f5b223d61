#include "sweep/return_blocks_of_run.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace threadx {

ReturnBlocks read_return_blocks(const RunStore& store) {
    ReturnBlocks out;
    out.returns_per_block = store.schema().block_returns;
    out.blocks = out.returns_per_block.size();
    if (out.blocks == 0)
        throw InputError(fmt::format("the run '{}' has no sums over blocks of returns; sweep again with "
                                     "--set analysis.blocks=16",
                                     store.directory().string()));
    const std::size_t rows = store.row_count(); // at most so many are valid
    out.scenarios.reserve(rows);
    out.sums.reserve(rows * out.blocks);
    out.squares.reserve(rows * out.blocks);
    store.for_each_block_sums(
        [&](std::uint64_t scenario, RowStatus status, std::span<const double> block_sums) {
            if (status == RowStatus::invalid) return;
            out.scenarios.push_back(scenario);
            for (std::size_t b = 0; b < out.blocks; ++b) {
                out.sums.push_back(block_sums[2 * b]);
                out.squares.push_back(block_sums[2 * b + 1]);
            }
        });
    return out;
}

} // namespace threadx
