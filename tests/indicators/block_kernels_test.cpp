// Kernels that have a version for processors (device/cpu/exact_sums.inc, long_sums.inc, few_bars.inc,
// window_deviations.inc, window_extremes.inc, window_orders.inc, window_ramps.inc, window_ratios.inc,
// window_sums.inc) against the text that GPUs get, which the instruction set "scalar" is compiled from: the
// same bits, on series that are hard for the former.
#include <algorithm>
#include <bit>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include "device/computed_column.hpp"
#include "indicators/catalogue.hpp"
#include "rules/dice.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

enum class Kind { ticks, changes, any_size, few_values, tiny, growing, constant };

double next_value(Kind kind, Dice& dice, double before, std::size_t t) {
    switch (kind) {
    case Kind::ticks: return (std::round(before * 100.0) + dice.between(-20, 20)) / 100.0;
    case Kind::changes: return dice.between(-20, 20) / 100.0;
    case Kind::any_size: return std::ldexp(dice.between(-1.0, 1.0), dice.between(-300, 300));
    case Kind::few_values: return dice.pick({-1.0, -0.0, 0.0, 1.0, 2.0});
    case Kind::tiny: return dice.chance(0.5) ? std::numeric_limits<double>::denorm_min() : 1.0;
    case Kind::growing: return std::ldexp(dice.between(1, 1000), static_cast<int>(t / 100));
    case Kind::constant: return 100.37;
    }
    return 0.0;
}

// Kinds follow one another, so that blocks that are exact lie beside others; holes are rare, or many.
std::vector<double> hard_series(Dice& dice, std::size_t bars) {
    std::vector<double> out;
    const double holes = dice.pick({0.0, 0.0, 0.0005, 0.02});
    Kind kind = Kind::ticks;
    double before = 100.0;
    for (std::size_t t = 0; t < bars; ++t) {
        if (t == 0 || dice.chance(0.001)) {
            kind = static_cast<Kind>(dice.below(7));
            before = 100.0 * dice.between(1, 500);
        }
        const double value = next_value(kind, dice, before, t);
        before = std::isfinite(value) && std::fabs(value) < 1e9 ? value : 100.0;
        const bool hole = dice.chance(holes);
        out.push_back(hole ? dice.pick({std::nan(""), std::numeric_limits<double>::infinity()}) : value);
    }
    return out;
}

// Orders in long windows are slow in the text: they have a length of their own.
std::vector<std::string> expressions(int length, int ranked, int percentage) {
    std::vector<std::string> out = {"cum(close)", "prefix_sums(close).run", "prefix_ramp(close).equal"};
    for (const char* kernel : {"prefix_sums", "prefix_ramp"})
        for (const char* output : {"hi", "lo"}) out.push_back(fmt::format("{}(close).{}", kernel, output));
    for (const char* function :
         {"highest", "lowest", "highestbars", "lowestbars", "maxindex", "minindex", "dev"})
        out.push_back(fmt::format("{}(close, {})", function, length));
    for (const char* output : {"hi", "lo", "equal"})
        out.push_back(fmt::format("prefix_squares(close).{}", output));
    for (const char* output : {"hi", "lo", "run", "level"})
        out.push_back(fmt::format("prefix_products(close, open).{}", output));
    for (const char* function :
         {"stdev", "variance", "wma", "trima", "linreg_slope", "linreg_intercept", "tsf"})
        out.push_back(fmt::format("{}(close, {})", function, std::max(length, 2)));
    for (const char* function : {"covariance", "correlation"})
        out.push_back(fmt::format("{}(close, open, {})", function, length));
    for (const char* call : {"range_middle(high, low, ", "range_place(close, high, low, "})
        out.push_back(fmt::format("{}{})", call, length));
    out.push_back(fmt::format("wpr({})", std::max(length, 2)));
    for (const char* function : {"median", "percentrank"})
        out.push_back(fmt::format("{}(close, {})", function, ranked));
    for (const char* function : {"percentile_nearest_rank", "percentile_linear_interpolation"})
        out.push_back(fmt::format("{}(close, {}, {})", function, ranked, percentage));
    out.push_back(fmt::format("mode(close, {})", std::min(ranked, 30)));
    out.push_back(fmt::format("sum_over_windows(close, {}, {})", length, length));
    return out;
}

// What a kernel of windows reads, in its order; nothing for one that reads any series.
std::vector<std::string> sums_read_by(std::string_view kernel) {
    const auto of = [](const std::string& call, std::initializer_list<const char*> outputs) {
        std::vector<std::string> out;
        for (const char* output : outputs) out.push_back(fmt::format("{}.{}", call, output));
        return out;
    };
    const auto joined = [](const std::vector<std::vector<std::string>>& parts) {
        std::vector<std::string> out;
        for (const std::vector<std::string>& part : parts) out.insert(out.end(), part.begin(), part.end());
        return out;
    };
    const std::vector<std::string> sums = of("prefix_sums(close)", {"hi", "lo", "run"});
    const std::vector<std::string> pair =
        joined({of("prefix_sums(close)", {"hi", "lo"}), of("prefix_sums(open)", {"hi", "lo"})});
    const std::vector<std::string> ramp = of("prefix_ramp(close)", {"hi", "lo"});
    if (kernel == "window_sum") return sums;
    if (kernel == "window_ratio" || kernel == "window_quotient")
        return joined({sums, of("prefix_sums(open)", {"hi", "lo", "run"})});
    if (kernel == "efficiency") return joined({sums, {"close"}});
    if (kernel == "window_deviation")
        return joined({sums, of("prefix_squares(close)", {"hi", "lo", "equal"})});
    if (kernel == "window_covariance")
        return joined({pair, of("prefix_products(close, open)", {"hi", "lo", "run", "level"})});
    if (kernel == "window_correlation")
        return joined({pair, of("prefix_squares(close)", {"hi", "lo"}),
                       of("prefix_squares(open)", {"hi", "lo"}),
                       of("prefix_products(close, open)", {"hi", "lo", "run", "level"})});
    if (kernel == "weighted_mean") return joined({{"close"}, sums, ramp});
    if (kernel == "window_line" || kernel == "window_line_at")
        return joined({{"close"}, sums, ramp, {"prefix_ramp(close).equal"}});
    if (kernel == "triangular_mean")
        return joined(
            {{"close", sums.back()},
             of("prefix_ramp_sums(prefix_sums(close).hi, prefix_sums(close).lo, prefix_sums(close).run, "
                "prefix_ramp(close).hi, prefix_ramp(close).lo)",
                {"hi", "lo"})});
    return {};
}

bool same_bits(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) ||
           std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

} // namespace

TEST_CASE("kernels for processors have the bits of the kernel text") {
    CHECK(rc::check("blocks", [](std::uint64_t seed) {
        Dice dice(seed);
        const std::vector<double> close = hard_series(dice, 1 + dice.below(2600));
        const int length = dice.chance(0.5) ? dice.between(1, 40) : dice.between(1, 1100);
        const std::vector<double> open = hard_series(dice, close.size());
        const std::vector<double> high = hard_series(dice, close.size());
        const std::vector<double> low = hard_series(dice, close.size());
        const BarSeries series{{open, high, low, close, {}}};
        const int ranked = dice.chance(0.95) ? dice.between(1, 40) : length;
        for (const std::string& expression : expressions(length, ranked, dice.between(0, 100))) {
            const std::vector<double> expected =
                computed_column(expression, series, close.size(), choose_kernels("scalar"));
            for (const KernelTable* kernels : available_kernels()) {
                const std::vector<double> found = computed_column(expression, series, close.size(), *kernels);
                for (std::size_t t = 0; t < found.size(); ++t)
                    if (!same_bits(found[t], expected[t]))
                        RC_FAIL(fmt::format("{} with {} at bar {} of {}: {:a} instead of {:a}", expression,
                                            kernels->name, t, found.size(), found[t], expected[t]));
            }
        }
    }));
}

// The lengths of a group lie anywhere, as those of a parameter's values may. A second scalar is a divisor.
TEST_CASE("windows of several lengths at once have the bits of the kernel text") {
    CHECK(rc::check("groups of lengths", [](std::uint64_t seed) {
        Dice dice(seed);
        const std::size_t bars = 1 + dice.below(2600);
        const std::vector<std::vector<double>> series = {hard_series(dice, bars), hard_series(dice, bars),
                                                         hard_series(dice, bars)};
        const BarSeries fields{{series[1], series[2], {}, series[0], {}}};
        const int most = dice.pick({3, 40, 300, 1024, 1100});
        for (std::size_t index = 0; index < column_kernels().size(); ++index) {
            const ColumnKernel& kernel = column_kernels()[index];
            const auto number = static_cast<int>(index);
            std::vector<std::vector<double>> sums;
            for (const std::string& expression : sums_read_by(kernel.name))
                sums.push_back(computed_column(expression, fields, bars, choose_kernels("scalar")));
            std::vector<const double*> sources;
            for (const std::vector<double>& each : sums.empty() ? series : sums)
                sources.push_back(each.data());
            for (const KernelTable* kernels : available_kernels()) {
                const auto size = static_cast<std::size_t>(kernels->group_size(number));
                if (kernel.scan || size == 1) continue;
                std::vector<double> scalars(2 * size); // lengths, divisors
                const double least =
                    dice.pick({1.0, 1.0, 1.0, 0.01}); // one divisor below 1 is followed by all
                for (std::size_t i = 0; i < size; ++i) {
                    scalars[i] = dice.between(1, most);
                    scalars[size + i] = kernel.name == "window_deviation"
                                            ? dice.pick({0.0, 1.0})
                                            : dice.pick({1.0, scalars[i], dice.between(1.0, 1e3), least});
                }
                std::vector<const double*> of_columns;
                for (int i = 0; i < kernel.series; ++i)
                    of_columns.insert(of_columns.end(), size, sources[static_cast<std::size_t>(i)]);
                const auto outputs = static_cast<std::size_t>(kernel.outputs);
                std::vector<std::vector<double>> found(outputs * size, std::vector<double>(bars));
                std::vector<double*> places;
                for (std::vector<double>& each : found) places.push_back(each.data());
                kernels->column_group(number, of_columns.data(), scalars.data(), static_cast<int>(size),
                                      static_cast<int>(bars), places.data());
                for (std::size_t i = 0; i < size; ++i) {
                    const double own[] = {scalars[i], scalars[size + i]};
                    std::vector<std::vector<double>> expected(outputs, std::vector<double>(bars));
                    std::vector<double*> expected_places;
                    for (std::vector<double>& each : expected) expected_places.push_back(each.data());
                    choose_kernels("scalar").column(number, sources.data(), own, static_cast<int>(bars),
                                                    expected_places.data());
                    for (std::size_t k = 0; k < outputs; ++k)
                        for (std::size_t t = 0; t < bars; ++t)
                            if (!same_bits(found[k * size + i][t], expected[k][t]))
                                RC_FAIL(fmt::format(
                                    "{} of {} bars and {} with {} at bar {} of {}: {:a} instead of {:a}",
                                    kernel.name, own[0], own[1], kernels->name, t, bars,
                                    found[k * size + i][t], expected[k][t]));
                }
            }
        }
    }));
}

// What is told of windows alone, and from sums up to a bar that are stored, has the same bits: plans choose
// freely.
TEST_CASE("what is told of windows does not depend on whether the sums up to a bar are stored") {
    CHECK(rc::check("both ways", [](std::uint64_t seed) {
        Dice dice(seed);
        const std::vector<double> close = hard_series(dice, 1 + dice.below(1600));
        const std::vector<double> open = hard_series(dice, close.size());
        const int length = dice.chance(0.8) ? dice.between(2, 700) : dice.between(1000, 1100);
        const BarSeries series{{open, {}, {}, close, {}}};
        // another reader, that adds 0
        const auto stored = [&](const std::string& expression, const std::string& sums) {
            return fmt::format("{} + 0 * min(0, max(0, nz({})))", expression, sums);
        };
        for (const KernelTable* kernels : available_kernels())
            for (const auto& [function, sums] : std::vector<std::pair<std::string, std::string>>{
                     {"sma(close, {})", "prefix_sums(close).run"},
                     {"stdev(close, {})", "prefix_squares(close).equal"},
                     {"variance(close, {})", "prefix_sums(close).run"},
                     {"covariance(close, open, {})", "prefix_products(close, open).run"},
                     {"covariance(close, close, {})", "prefix_sums(close).run"},
                     {"correlation(close, open, {})", "prefix_squares(close).equal"}}) {
                const std::string expression = fmt::format(fmt::runtime(function), length);
                const std::vector<double> expected =
                    computed_column(stored(expression, sums), series, close.size(), *kernels);
                const std::vector<double> found = computed_column(expression, series, close.size(), *kernels);
                for (std::size_t t = 0; t < found.size(); ++t)
                    if (!(found[t] == expected[t]) && !(std::isnan(found[t]) && std::isnan(expected[t])))
                        RC_FAIL(fmt::format("{} with {} at bar {}: {:a} instead of {:a}", expression,
                                            kernels->name, t, found[t], expected[t]));
            }
    }));
}

// A plan that knows how few bars windows have leaves the sums up to a bar out: the kernel that reads them
// must tell the same. It is run by hand here, as a plan would not choose it.
TEST_CASE("what is told of few bars does not depend on whether the plan knows how few") {
    CHECK(rc::check("with sums and without", [](std::uint64_t seed) {
        Dice dice(seed);
        const std::vector<double> close = hard_series(dice, 1 + dice.below(900));
        const int length = dice.between(2, 36);
        const BarSeries series{{{}, {}, {}, close, {}}};
        for (const auto& [kernel, function] : std::vector<std::pair<std::string, std::string>>{
                 {"weighted_mean", "wma"}, {"triangular_mean", "trima"}, {"window_line", "linreg_slope"}}) {
            std::vector<std::vector<double>> sums;
            for (const std::string& source : sums_read_by(kernel))
                sums.push_back(computed_column(source, series, close.size()));
            std::vector<const double*> inputs;
            for (const std::vector<double>& each : sums) inputs.push_back(each.data());
            const std::vector<double> expected =
                computed_column(fmt::format("{}(close, {})", function, length), series, close.size());
            const std::span<const ColumnKernel> all = column_kernels();
            const auto place = std::find_if(all.begin(), all.end(),
                                            [name = kernel](const auto& k) { return k.name == name; });
            std::vector<double> found(close.size());
            std::vector<double> other(close.size());
            double* const out[] = {found.data(), other.data()};
            const double scalar = length;
            choose_kernels("auto").column(static_cast<int>(place - all.begin()), inputs.data(), &scalar,
                                          static_cast<int>(close.size()), out);
            for (std::size_t t = 0; t < found.size(); ++t)
                if (!same_bits(found[t], expected[t]))
                    RC_FAIL(fmt::format("{} of {} at bar {}: {:a} instead of {:a}", function, length, t,
                                        found[t], expected[t]));
        }
    }));
}
