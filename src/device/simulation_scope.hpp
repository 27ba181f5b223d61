// Over which bars the scenarios of a run are simulated, and what comes back of each beside its statistics.
#pragma once

#include <cstddef>
#include <vector>

#include "base/bar_range.hpp"

namespace threadx {

// A window is a backtest of its own: the account starts flat, with the capital, at the window's first bar,
// whose signals count already, and the window's last bar is its last. Columns and signals are those of the
// whole series up to each bar, so indicators are warm and nothing is seen ahead.
struct SimulationScope {
    std::vector<BarRange> windows; // of at least one bar each; empty: one, of all bars
    int blocks = 0;                // that returns are summed in, at most max_return_blocks; 0: not summed

    std::size_t window_count() const { return windows.empty() ? 1 : windows.size(); }
    BarRange window(std::size_t i, std::size_t bars) const {
        return windows.empty() ? BarRange{0, bars} : windows[i];
    }
};

// The returns of a window of `bars` bars that block `block` of `blocks` sums: the first floor(returns · block
// / blocks), counted from 0, up to where the next block begins.
inline std::size_t first_return_of_block(std::size_t bars, std::size_t block, std::size_t blocks) {
    return (bars - 1) * block / blocks;
}

} // namespace threadx
