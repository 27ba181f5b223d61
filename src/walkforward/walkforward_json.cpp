#include "walkforward/walkforward_json.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/number_text.hpp"
#include "market/time_text.hpp"

namespace threadx {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_curve_points = 2000; // of a curve in the JSON

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json metrics_json(const std::vector<double>& values) {
    Json out = Json::object();
    const std::vector<std::string> names = metric_names();
    for (std::size_t i = 0; i < values.size(); ++i) out[names[i]] = number(values[i]);
    return values.empty() ? Json(nullptr) : out;
}

Json range_json(const Bars& bars, const BarRange& range) {
    Json out = {{"first", range.first}, {"end", range.end}};
    if (bars.has_time()) {
        out["from"] = time_text(bars.time[range.first]);
        out["to"] = time_text(bars.time[range.end - 1]);
    }
    return out;
}

Json ranges_json(const Bars& bars, const std::vector<BarRange>& ranges) {
    Json out = Json::array();
    for (const BarRange& range : ranges) out.push_back(range_json(bars, range));
    return out;
}

Json fold_json(const PreparedSweep& sweep, std::size_t number_of_fold, const FoldResult& result) {
    const Fold& fold = sweep.walkforward()->folds[number_of_fold];
    const Bars& bars = sweep.data().bars;
    Json out = {{"fold", number_of_fold},
                {"train", ranges_json(bars, fold.train)},
                {"test", ranges_json(bars, fold.test)}};
    if (!fold.test_groups.empty()) out["test_groups"] = fold.test_groups;
    if (result.choice) {
        Json parameters = Json::object();
        for (std::size_t i = 0; i < result.parameters.size(); ++i)
            parameters[sweep.strategy().parameters[i].name] = result.parameters[i];
        out["scenario"] = result.choice->scenario;
        out["score"] = number(result.choice->score);
        out["parameters"] = parameters;
    } else {
        out["scenario"] = nullptr;
    }
    out["in_sample"] = metrics_json(result.in_sample);
    out["out_of_sample"] = metrics_json(result.out_of_sample);
    return out;
}

Json stability_json(const std::vector<ParameterStability>& stability) {
    Json out = Json::object();
    for (const ParameterStability& parameter : stability)
        out[parameter.name] = {{"mean", number(parameter.mean)},
                               {"deviation", number(parameter.deviation)},
                               {"mode", number(parameter.mode)},
                               {"mode_share", number(parameter.mode_share)},
                               {"near_mode_share", number(parameter.near_share)}};
    return out;
}

Json curve_json(const PreparedSweep& sweep, const StitchedCurve& curve) {
    Json out = {{"bars", curve.context.bars},
                {"years", number(curve.context.years)},
                {"metrics", metrics_json(curve.metrics)}};
    const std::size_t count = curve.equity.size();
    const std::size_t step = (count + most_curve_points - 1) / std::max<std::size_t>(1, most_curve_points);
    Json bars = Json::array();
    Json times = Json::array();
    Json equity = Json::array();
    for (std::size_t i = 0; i < count; i = i + 1 == count ? count : std::min(i + step, count - 1)) {
        bars.push_back(curve.bars[i]);
        equity.push_back(number(curve.equity[i]));
        if (sweep.data().bars.has_time()) times.push_back(time_text(sweep.data().bars.time[curve.bars[i]]));
    }
    out["equity"] = {{"every", step}, {"bar", bars}, {"equity", equity}};
    if (!times.empty()) out["equity"]["time"] = times;
    return out;
}

// Of sorted values, between neighbours (type 7 of Hyndman and Fan, 1996).
double quantile(const std::vector<double>& sorted, double share) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

// Over the paths, of those where it is defined.
Json distribution_json(const std::vector<PathResult>& paths, std::size_t metric) {
    std::vector<double> values;
    for (const PathResult& path : paths)
        if (std::isfinite(path.curve.metrics[metric])) values.push_back(path.curve.metrics[metric]);
    if (values.empty()) return nullptr;
    std::sort(values.begin(), values.end());
    const auto n = static_cast<double>(values.size());
    double mean = 0.0;
    for (const double value : values) mean += value / n;
    double squares = 0.0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    const auto below = std::count_if(values.begin(), values.end(), [](double value) { return value < 0.0; });
    return {{"paths", values.size()},
            {"mean", mean},
            {"deviation", values.size() > 1 ? Json(std::sqrt(squares / (n - 1.0))) : Json(nullptr)},
            {"min", values.front()},
            {"lower_quartile", quantile(values, 0.25)},
            {"median", quantile(values, 0.5)},
            {"upper_quartile", quantile(values, 0.75)},
            {"max", values.back()},
            {"share_below_0", static_cast<double>(below) / n}};
}

Json paths_json(const std::vector<PathResult>& paths) {
    Json out = Json::array();
    for (const PathResult& path : paths)
        out.push_back({{"folds", path.folds}, {"metrics", metrics_json(path.curve.metrics)}});
    return out;
}

} // namespace

std::string walkforward_json(const PreparedSweep& sweep, const WalkforwardResult& result) {
    const WalkforwardSettings& settings = sweep.walkforward()->settings;
    Json out = {{"format", "threadx-walkforward-1"},
                {"kind", settings.kind},
                {"by", settings.by},
                {"choose", settings.choose},
                {"scenarios", sweep.scenario_count()},
                {"folds", Json::array()}};
    for (std::size_t f = 0; f < result.folds.size(); ++f)
        out["folds"].push_back(fold_json(sweep, f, result.folds[f]));
    out["efficiency"] = number(result.efficiency);
    out["profitable_share"] = number(result.profitable_share);
    out["stability"] = stability_json(result.stability);
    if (result.curve) out["out_of_sample"] = curve_json(sweep, *result.curve);
    if (!result.paths.empty()) {
        out["paths"] = paths_json(result.paths);
        out["distribution"] = Json::object();
        for (const char* name : {"sharpe", "total_return", "max_drawdown"})
            out["distribution"][name] = distribution_json(result.paths, metric_index(name));
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string walkforward_equity_csv(const PreparedSweep& sweep, const WalkforwardResult& result) {
    std::string out = "bar,time,fold,equity\n";
    if (!result.curve) return out;
    const Bars& bars = sweep.data().bars;
    const std::vector<Fold>& folds = sweep.walkforward()->folds;
    std::size_t fold = 0;
    for (std::size_t i = 0; i < result.curve->bars.size(); ++i) {
        const std::size_t bar = result.curve->bars[i];
        while (bar >= folds[fold].test.front().end) ++fold;
        out += fmt::format("{},{},{},{}\n", bar, bars.has_time() ? time_text(bars.time[bar]) : "", fold,
                           shortest_text(result.curve->equity[i]));
    }
    return out;
}

} // namespace threadx
