// One scenario in full, for whoever asks for it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sweep/prepared_sweep.hpp"
#include "sweep/recorded_backtest.hpp"

namespace threadx {

struct NamedValue {
    std::string name;
    double value = 0.0;
};

// The strategy's defaults but for these. `before`: what errors put before "name=value". InputError for a name
// that the strategy does not have, and a value that it does not take.
std::vector<double> parameters_with(const Strategy& strategy, std::span<const NamedValue> values,
                                    const std::string& before = "");

struct Backtest {
    Recording recording;
    std::vector<double> metrics; // canonical, as rows have them
    bool ruined() const { return recording.statistics.ruined != 0.0; }
};

// InputError if the parameters cannot be run.
Backtest run_backtest(const Strategy& strategy, std::span<const double> parameters, const LoadedBars& data,
                      const Execution& execution, MetricConvention convention = MetricConvention::threadx);

} // namespace threadx
