#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "api/indicator_bank_implementation.hpp"
#include "base/number_text.hpp"
#include "rules/strategy.hpp"

namespace threadx {
namespace {

void check_period(const char* indicator, int period) {
    if (period < 1)
        throw InputError(
            fmt::format("{}: period {} is below 1: a window has at least one value", indicator, period));
}

// As long as the series that are given; InputError if they differ.
std::size_t bars_of(const Ohlcv& bars) {
    std::size_t longest = 0;
    for (const auto& series : {bars.open, bars.high, bars.low, bars.close, bars.volume, bars.time})
        longest = std::max(longest, series.size());
    for (const auto& series : {bars.open, bars.high, bars.low, bars.close, bars.volume, bars.time})
        if (!series.empty() && series.size() != longest)
            throw InputError(fmt::format("the series have {} and {} values: they must be of equal length",
                                         with_thousands(longest), with_thousands(series.size())));
    return longest;
}

Ohlcv closes(std::span<const double> series) { return {.close = series}; }

} // namespace

IndicatorBank::Implementation::Implementation(const MachineOptions& options)
    : own_(std::make_unique<Machine>(options)), machine_(*own_) {}

IndicatorBank::Implementation::Implementation(Machine& machine) : machine_(machine) {}

ComputedColumns IndicatorBank::Implementation::compute(std::span<const std::string> expressions,
                                                       const Ohlcv& bars, const std::string& tag,
                                                       const Placement& placement) {
    Graph graph;
    std::vector<NodeId> nodes;
    for (const std::string& expression : expressions) nodes.push_back(parse_expression(graph, expression));
    const std::vector<double> ends = bar_ends(bars.time);
    const BarSeries series = {bars.open, bars.high, bars.low, bars.close, bars.volume, bars.time, ends};
    ComputedColumns columns =
        machine_.columns().compute({graph, nodes, series, bars_of(bars), tag}, placement);
    const std::lock_guard lock(mutex_);
    last_ = columns.decision;
    return columns;
}

std::vector<double> IndicatorBank::Implementation::compute_one(const std::string& expression,
                                                               const Ohlcv& bars, const std::string& tag,
                                                               const Placement& placement) {
    return std::move(compute(std::span(&expression, 1), bars, tag, placement).values.front());
}

Decision IndicatorBank::Implementation::last_decision() const {
    const std::lock_guard lock(mutex_);
    return last_;
}

IndicatorBank::IndicatorBank(const MachineOptions& options)
    : implementation_(std::make_unique<Implementation>(options)) {}
IndicatorBank::IndicatorBank(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
IndicatorBank::~IndicatorBank() = default;
IndicatorBank::IndicatorBank(IndicatorBank&&) noexcept = default;
IndicatorBank& IndicatorBank::operator=(IndicatorBank&&) noexcept = default;

Bands IndicatorBank::bollinger_bands(std::span<const double> close, const BandOptions& options) {
    check_period("bollinger_bands", options.period);
    if (!std::isfinite(options.std_dev) || options.std_dev < 0.0)
        throw InputError(fmt::format("bollinger_bands: std_dev {} is no number of standard deviations: 0 or "
                                     "more",
                                     shortest_text(options.std_dev)));
    const std::string middle = fmt::format("sma(close, {})", options.period);
    const std::string width =
        fmt::format("{} * stdev(close, {})", shortest_text(std::fabs(options.std_dev)), options.period);
    const std::string expressions[] = {middle + " + " + width, middle, middle + " - " + width};
    ComputedColumns columns =
        implementation_->compute(expressions, closes(close), "indicator/bollinger_bands", options.placement);
    return {.upper = std::move(columns.values[0]),
            .middle = std::move(columns.values[1]),
            .lower = std::move(columns.values[2]),
            .decision = std::move(columns.decision)};
}

std::vector<double> IndicatorBank::sma(std::span<const double> series, const PeriodOptions& options) {
    check_period("sma", options.period);
    return implementation_->compute_one(fmt::format("sma(close, {})", options.period), closes(series),
                                        "indicator/sma", options.placement);
}

std::vector<double> IndicatorBank::ema(std::span<const double> series, const PeriodOptions& options) {
    check_period("ema", options.period);
    return implementation_->compute_one(fmt::format("ema(close, {})", options.period), closes(series),
                                        "indicator/ema", options.placement);
}

std::vector<double> IndicatorBank::rsi(std::span<const double> series, const PeriodOptions& options) {
    check_period("rsi", options.period);
    return implementation_->compute_one(fmt::format("rsi(close, {})", options.period), closes(series),
                                        "indicator/rsi", options.placement);
}

std::vector<double> IndicatorBank::atr(const Ohlcv& bars, const PeriodOptions& options) {
    check_period("atr", options.period);
    return implementation_->compute_one(fmt::format("atr({})", options.period), bars, "indicator/atr",
                                        options.placement);
}

std::vector<double> IndicatorBank::column(std::string_view expression, const Ohlcv& bars,
                                          const Placement& placement) {
    return implementation_->compute_one(std::string(expression), bars, "indicator/expression", placement);
}

Decision IndicatorBank::last_decision() const { return implementation_->last_decision(); }

void IndicatorBank::flush() { implementation_->flush(); }

} // namespace threadx
