#include "analysis/metric_conventions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include <fmt/format.h>

#include "analysis/metric_parts.hpp"
#include "base/deterministic_math.hpp"
#include "base/error.hpp"
#include "base/nearest_name.hpp"

namespace threadx {
namespace {

using metric_parts::bars_per_year;
using metric_parts::C;
using metric_parts::cagr;
using metric_parts::kurtosis;
using metric_parts::ratio;
using metric_parts::return_deviation;
using metric_parts::returns;
using metric_parts::S;
using metric_parts::sample_deviation;
using metric_parts::skew;
using metric_parts::undefined;

double growth(S s, C c) { return s.final_equity / c.capital; }

// `periods` returns, of which `per_year` make a year.
struct Periods {
    double count;
    double per_year;

    double mean(S s) const { return s.return_sum / count; }
    double deviation(S s) const { return sample_deviation(s.return_sum, s.return_squares, count); }
    double downside(S s) const { return std::sqrt(s.loss_squares / count); }
    double volatility(S s) const { return deviation(s) * std::sqrt(per_year); }
    double sharpe(S s) const { return ratio(mean(s), deviation(s)) * std::sqrt(per_year); }
    double sortino(S s) const { return ratio(mean(s), downside(s)) * std::sqrt(per_year); }
    double cagr(S s, C c) const {
        return s.final_equity >= 0.0 && count > 0.0 ? deterministic_pow(growth(s, c), per_year / count) - 1.0
                                                    : undefined;
    }
    double calmar(S s, C c) const { return ratio(cagr(s, c), s.max_drawdown); }
};

// As many as there would be in a year without gaps.
double bars_in_full_year(C c) { return c.bar_years > 0.0 ? 1.0 / c.bar_years : bars_per_year(c); }

Periods vectorbt(C c) { return {static_cast<double>(c.bars), bars_in_full_year(c) * (365.0 / 365.25)}; }

Periods quantstats(C c) { return {returns(c), 252.0}; }

// Fisher's estimates, as pandas has them.
double unbiased_skew(S s, C c) {
    const double n = returns(c);
    return n > 2.0 ? skew(s, c) * std::sqrt(n * (n - 1.0)) / (n - 2.0) : undefined;
}

double unbiased_excess_kurtosis(S s, C c) {
    const double n = returns(c);
    if (!(n > 3.0)) return undefined;
    return (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * (kurtosis(s, c) - 3.0) + 6.0);
}

// backtesting.py's year: whole weeks, months, years, else days with or without weekends; shorter bars as they
// are.
double periods_a_year(C c) {
    const double bars = bars_per_year(c);
    const double days = std::floor(365.25 / bars_in_full_year(c) + 1e-6);
    if (days < 1.0) return bars;
    if (days == 7.0) return 52.0;
    if (days == 31.0) return 12.0;
    if (days == 365.0) return 1.0;
    return bars / bars_in_full_year(c) > 0.86 ? 365.0 : 252.0; // 5/7 without weekends
}

// 0 if all was lost on the way, as there is no geometric mean then.
double geometric_mean(S s, C c) {
    return s.final_equity > 0.0 ? deterministic_pow(growth(s, c), 1.0 / returns(c)) - 1.0 : 0.0;
}

double annualised_return(S s, C c) {
    return deterministic_pow(1.0 + geometric_mean(s, c), periods_a_year(c)) - 1.0;
}

// Of a product of so many independent returns: https://dx.doi.org/10.2139/ssrn.3054517
double compounded_volatility(S s, C c) {
    const double factor = 1.0 + geometric_mean(s, c);
    const double deviation = return_deviation(s, c);
    const double years = periods_a_year(c);
    return std::sqrt(deterministic_pow(deviation * deviation + factor * factor, years) -
                     deterministic_pow(factor, 2.0 * years));
}

struct Entry {
    const char* metric;
    MetricFunction compute;
};

const std::vector<Entry> vectorbt_entries = {
    {"sharpe", [](S s, C c) { return vectorbt(c).sharpe(s); }},
    {"sortino", [](S s, C c) { return vectorbt(c).sortino(s); }},
    {"volatility", [](S s, C c) { return vectorbt(c).volatility(s); }},
    {"cagr", [](S s, C c) { return vectorbt(c).cagr(s, c); }},
    {"calmar", [](S s, C c) { return vectorbt(c).calmar(s, c); }},
};

const std::vector<Entry> quantstats_entries = {
    {"sharpe", [](S s, C c) { return quantstats(c).sharpe(s); }},
    {"sortino", [](S s, C c) { return quantstats(c).sortino(s); }},
    {"volatility", [](S s, C c) { return quantstats(c).volatility(s); }},
    {"cagr", [](S s, C c) { return quantstats(c).cagr(s, c); }},
    {"calmar", [](S s, C c) { return quantstats(c).calmar(s, c); }},
    {"ulcer_index",
     [](S s, C c) {
         return returns(c) > 1.0 ? std::sqrt(s.drawdown_squares / (returns(c) - 1.0)) : undefined;
     }},
    {"skew", unbiased_skew},
    {"kurtosis", unbiased_excess_kurtosis},
    {"profit_factor", [](S s, C) { return ratio(s.gain_sum, s.loss_sum); }},
};

const std::vector<Entry> backtesting_entries = {
    {"volatility", compounded_volatility},
    {"sharpe", [](S s, C c) { return ratio(annualised_return(s, c), compounded_volatility(s, c)); }},
    {"sortino",
     [](S s, C c) {
         const double downside = std::sqrt(s.loss_squares / returns(c)) * std::sqrt(periods_a_year(c));
         return ratio(annualised_return(s, c), downside);
     }},
    {"calmar", [](S s, C c) { return ratio(annualised_return(s, c), s.max_drawdown); }},
};

std::vector<MetricFunction> functions_with(const std::vector<Entry>& entries) {
    std::vector<MetricFunction> functions;
    for (const Metric& metric : metrics()) functions.push_back(metric.compute);
    for (const Entry& entry : entries) {
        const auto at = std::find_if(metrics().begin(), metrics().end(),
                                     [&](const Metric& metric) { return metric.name == entry.metric; });
        if (at == metrics().end()) throw std::logic_error("a convention for a metric that there is not");
        functions[static_cast<std::size_t>(at - metrics().begin())] = entry.compute;
    }
    return functions;
}

} // namespace

const std::vector<std::string>& metric_convention_names() {
    static const std::vector<std::string> names = {"threadx", "vectorbt", "quantstats", "backtesting.py"};
    return names;
}

const std::string& metric_convention_name(MetricConvention convention) {
    return metric_convention_names()[static_cast<std::size_t>(convention)];
}

MetricConvention metric_convention(const std::string& name) {
    const std::vector<std::string>& names = metric_convention_names();
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end())
        throw InputError(fmt::format("no metric convention '{}'{}", name, suggestion(name, names)));
    return static_cast<MetricConvention>(at - names.begin());
}

std::span<const MetricFunction> metric_functions(MetricConvention convention) {
    static const std::array<std::vector<MetricFunction>, 4> functions = {
        functions_with({}), functions_with(vectorbt_entries), functions_with(quantstats_entries),
        functions_with(backtesting_entries)};
    return functions[static_cast<std::size_t>(convention)];
}

} // namespace threadx
