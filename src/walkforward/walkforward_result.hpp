// What a walk-forward found out: what was chosen, and what became of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/run_store.hpp"
#include "sweep/prepared_sweep.hpp"
#include "walkforward/choice.hpp"
#include "walkforward/test_runs.hpp"

namespace threadx {

struct FoldResult {
    std::optional<Choice> choice;      // nothing: no scenario could be chosen, and none was traded
    std::vector<double> parameters;    // of the chosen one, all of the strategy's
    std::vector<double> in_sample;     // its metrics in training; empty without a choice
    std::vector<double> out_of_sample; // in the test
    MetricContext test_context;
};

// How a swept parameter was chosen over the folds.
struct ParameterStability {
    std::string name;
    double mean = 0.0;
    double deviation = 0.0;  // standard, with n - 1; NaN of one fold
    double mode = 0.0;       // the value chosen most often; of equally common ones the smallest
    double mode_share = 0.0; // of the folds that chose
    double near_share = 0.0; // within one level of it; NaN where the values are a continuum
};

// A reconstructed history of cpcv: every group once.
struct PathResult {
    std::vector<std::size_t> folds; // that test group 0, 1, …
    StitchedCurve curve;
};

struct WalkforwardResult {
    std::vector<FoldResult> folds;
    std::vector<ParameterStability> stability;
    std::optional<StitchedCurve> curve; // of rolling
    std::vector<PathResult> paths;      // of cpcv; without points
    // Of the folds that chose:
    // the annual return in the tests ÷ that in the trainings, both simple (total return ÷ years, over all
    // folds together): the walk-forward efficiency of R. Pardo, The Evaluation and Optimization of Trading
    // Strategies, 2nd ed. 2008, ch. 11. NaN where the trainings gained nothing.
    double efficiency = 0.0;
    double profitable_share = 0.0; // of the tests: with a total return above 0
};

// From rows that are complete.
WalkforwardResult evaluate_walkforward(const PreparedSweep& sweep, const RunStore& rows);

} // namespace threadx
