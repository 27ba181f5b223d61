#include "jobs/backtest_job.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/nearest_name.hpp"
#include "base/number_text.hpp"

namespace threadx {

std::vector<double> parameters_with(const Strategy& strategy, std::span<const NamedValue> values,
                                    const std::string& before) {
    std::vector<double> out = strategy.defaults();
    const std::vector<std::string> names = strategy.parameter_names();
    for (const auto& [name, value] : values) {
        const std::string text = fmt::format("{}{}={}", before, name, shortest_text(value));
        const auto at = std::find(names.begin(), names.end(), name);
        if (at == names.end())
            throw InputError(fmt::format("{}: no parameter '{}'{}", text, name, suggestion(name, names)));
        const Parameter& parameter = strategy.parameters[static_cast<std::size_t>(at - names.begin())];
        if (parameter.integer && value != std::floor(value))
            throw InputError(fmt::format("{}: '{}' takes whole numbers", text, name));
        if (!(value >= parameter.minimum && value <= parameter.maximum))
            throw InputError(fmt::format("{}: '{}' must lie in {} to {}", text, name,
                                         shortest_text(parameter.minimum), shortest_text(parameter.maximum)));
        out[static_cast<std::size_t>(at - names.begin())] = value;
    }
    return out;
}

Backtest run_backtest(const Strategy& strategy, std::span<const double> parameters, const LoadedBars& data,
                      const Execution& execution, MetricConvention convention) {
    std::optional<Recording> recording = record_backtest(strategy, parameters, data.bars, execution);
    if (!recording)
        throw InputError("these parameters cannot be run: a window length is below 1 or not whole");
    Backtest out{*std::move(recording), std::vector<double>(metrics().size())};
    compute_metrics(out.recording.statistics,
                    {data.bars.size(), data.years, execution.capital, convention, data.bar_years},
                    out.metrics);
    for (double& value : out.metrics) value = canonical(value);
    return out;
}

} // namespace threadx
