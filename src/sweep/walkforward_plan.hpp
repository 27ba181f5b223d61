// What a walk-forward computes: the folds, and the windows of bars over which every scenario is simulated.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sweep/folds.hpp"

namespace threadx {

struct WalkforwardPlan {
    WalkforwardSettings settings;
    std::vector<Fold> folds;
    std::vector<BarRange> windows;                      // that some training has, each once
    std::vector<std::vector<std::size_t>> fold_windows; // by fold: those of its training
};

// InputError as make_folds(); `where` is the place of the [walkforward] table.
WalkforwardPlan plan_walkforward(const WalkforwardSettings& settings, const Bars& bars,
                                 const std::string& where);

} // namespace threadx
