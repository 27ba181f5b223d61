// The metrics of other packages, as those packages computed them (make_convention_goldens.py).
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "analysis/metric_conventions.hpp"
#include "base/error.hpp"
#include "market/time_steps.hpp"

using namespace threadx;

namespace {

std::vector<std::vector<std::string>> read_cells(const std::string& file) {
    std::ifstream stream(std::string(THREADX_TEST_FOLDER) + "/" + file);
    REQUIRE(stream.good());
    std::vector<std::vector<std::string>> lines;
    std::string line;
    std::getline(stream, line); // names
    while (std::getline(stream, line)) {
        lines.emplace_back();
        std::istringstream cells(line);
        for (std::string cell; std::getline(cells, cell, ',');) lines.back().push_back(cell);
    }
    return lines;
}

struct Curve {
    std::vector<std::int64_t> time; // nanoseconds
    std::vector<double> equity;
};

constexpr std::int64_t day = 86'400'000'000'000;
constexpr double year = 365.25 * static_cast<double>(day);

std::map<std::string, Curve> read_curves() {
    std::map<std::string, Curve> curves;
    for (const std::vector<std::string>& cells : read_cells("convention_curves.csv")) {
        curves[cells[0]].time.push_back(std::stoll(cells[1]) * 1'000'000'000);
        curves[cells[0]].equity.push_back(std::stod(cells[2]));
    }
    return curves;
}

// What the simulation would have accumulated.
Statistics statistics_of(const Curve& curve) {
    Statistics s;
    s.final_equity = curve.equity.back();
    double peak = curve.equity[0];
    for (std::size_t t = 1; t < curve.equity.size(); ++t) {
        const double before = curve.equity[t - 1];
        const double r = before > 0.0 ? curve.equity[t] / before - 1.0 : 0.0; // 0 after ruin
        s.return_sum += r;
        s.return_squares += r * r;
        s.return_cubes += r * r * r;
        s.return_fourths += r * r * r * r;
        s.gain_sum += std::max(r, 0.0);
        s.loss_sum -= std::min(r, 0.0);
        s.loss_squares += std::min(r, 0.0) * std::min(r, 0.0);
        peak = std::max(peak, curve.equity[t]);
        const double drawdown = (peak - curve.equity[t]) / peak;
        s.max_drawdown = std::max(s.max_drawdown, drawdown);
        s.drawdown_squares += drawdown * drawdown;
    }
    return s;
}

std::map<std::string, double> computed(const Curve& curve, MetricConvention convention) {
    const MetricContext context = {
        curve.equity.size(), static_cast<double>(curve.time.back() - curve.time.front()) / year,
        curve.equity.front(), convention, static_cast<double>(most_common_step(curve.time)) / year};
    std::vector<double> values(metrics().size());
    compute_metrics(statistics_of(curve), context, values);
    std::map<std::string, double> out;
    for (std::size_t i = 0; i < values.size(); ++i) out[metrics()[i].name] = values[i];
    return out;
}

// Where ThreadX differs on purpose; metric_conventions.hpp says so too.
struct Deviation {
    const char* convention;
    std::set<std::string> curves;
    std::set<std::string> metrics;
    const char* why;
};

const std::vector<Deviation> deviations = {
    {"backtesting.py",
     {"hourly", "sessions"},
     {"sharpe", "sortino", "calmar", "volatility"},
     "it makes days of shorter bars; here each bar is a period"},
    {"backtesting.py",
     {"three_bars", "doubling"},
     {"sharpe", "sortino", "calmar", "volatility"},
     "it looks for weekends in the bars; here days that follow each other without gaps have some"},
    {"backtesting.py",
     {"ruined"},
     {"volatility"},
     "it leaves out the bars after ruin; here their returns are 0"},
    {"quantstats",
     {"ruined"},
     {"sharpe", "sortino", "volatility", "kurtosis", "skew", "ulcer_index"},
     "it was given no returns after ruin, which are divisions by zero; here they are 0"},
    {"quantstats",
     {"constant", "one_bar"},
     {"profit_factor"},
     "its 0 where there are neither gains nor losses is undefined here"},
    {"quantstats", {"one_bar"}, {"max_drawdown"}, "it refuses a curve without returns"},
    {"vectorbt", {"one_bar"}, {"cagr"}, "it was told how long a bar is; one bar does not say"},
};

const Deviation* deviation_of(const std::vector<std::string>& cells) {
    for (const Deviation& deviation : deviations)
        if (deviation.convention == cells[0] && deviation.curves.count(cells[1]) == 1 &&
            deviation.metrics.count(cells[2]) == 1)
            return &deviation;
    return nullptr;
}

} // namespace

TEST_CASE("metrics by another package's convention are what that package computes") {
    const std::map<std::string, Curve> curves = read_curves();
    std::map<std::string, std::set<std::string>> compared;
    std::set<std::string> deviated;
    for (const std::vector<std::string>& cells : read_cells("convention_goldens.csv")) {
        const std::string golden = cells[0] + " " + cells[1] + " " + cells[2];
        CAPTURE(golden);
        const double theirs = std::stod(cells[3]);
        const double ours = computed(curves.at(cells[1]), metric_convention(cells[0])).at(cells[2]);
        CAPTURE(ours);
        const bool same =
            std::isfinite(theirs) ? ours == doctest::Approx(theirs).epsilon(1e-9) : std::isnan(ours);
        if (const Deviation* deviation = deviation_of(cells)) {
            if (!same) deviated.insert(deviation->why);
        } else {
            CHECK(same);
        }
        if (same && std::isfinite(theirs)) compared[cells[0]].insert(cells[2]);
    }
    CHECK(compared.size() == 3);
    // Each metric that a convention has of its own is among those.
    for (const auto& [name, seen] : compared) {
        const auto own = metric_functions(metric_convention(name));
        for (std::size_t i = 0; i < metrics().size(); ++i)
            if (own[i] != metrics()[i].compute) CHECK(seen.count(metrics()[i].name) == 1);
    }
    for (const Deviation& deviation : deviations) {
        CAPTURE(deviation.why);
        CHECK(deviated.count(deviation.why) == 1); // one that is none any more is to be struck out
    }
}

TEST_CASE("conventions differ from ThreadX's where they say so, and nowhere else") {
    const Curve curve = read_curves().at("daily");
    const std::map<std::string, double> own = computed(curve, MetricConvention::threadx);
    std::map<std::string, double> other = computed(curve, MetricConvention::vectorbt);
    for (const char* name : {"sharpe", "sortino", "volatility", "cagr", "calmar"}) {
        CHECK(other.at(name) != own.at(name));
        other[name] = own.at(name);
    }
    for (const auto& metric : own) {
        CAPTURE(metric.first);
        const double value = other.at(metric.first);
        CHECK((value == metric.second || (std::isnan(value) && std::isnan(metric.second))));
    }
}

TEST_CASE("an unknown convention names the nearest") {
    CHECK(metric_convention("threadx") == MetricConvention::threadx);
    CHECK(metric_convention("backtesting.py") == MetricConvention::backtesting);
    CHECK_THROWS_WITH_AS(metric_convention("quantstat"),
                         "no metric convention 'quantstat' (did you mean 'quantstats'?)", InputError);
}

TEST_CASE("what is undefined stays undefined under every convention") {
    const std::vector<std::int64_t> five_days = {day, 2 * day, 3 * day, 4 * day, 5 * day};
    for (const std::string& name : metric_convention_names()) {
        CAPTURE(name);
        const std::map<std::string, double> flat =
            computed({five_days, {100, 100, 100, 100, 100}}, metric_convention(name));
        for (const char* metric : {"sharpe", "sortino", "calmar", "skew", "kurtosis", "profit_factor"})
            CHECK(std::isnan(flat.at(metric)));
        CHECK(flat.at("volatility") == 0.0);
        const std::map<std::string, double> ruined =
            computed({five_days, {100, 90, 50, 0.0, 0.0}}, metric_convention(name));
        CHECK(ruined.at("max_drawdown") == 1.0);
    }
}
