#include "walkforward/walkforward_result.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "analysis/joined_statistics.hpp"

namespace threadx {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

double years_of(const PreparedSweep& sweep, std::span<const BarRange> ranges) {
    return sweep.metric_context(ranges).years;
}

FoldResult evaluate_fold(const PreparedSweep& sweep, const RunStore& rows, std::size_t fold,
                         const std::optional<Choice>& choice, TestRuns& tests, Stitcher* stitcher) {
    FoldResult out;
    out.choice = choice;
    std::optional<std::uint64_t> scenario;
    if (choice) {
        scenario = choice->scenario;
        const std::size_t parameters = sweep.schema().parameters.size();
        const Row row = rows.row(choice->scenario * sweep.rows_per_scenario() + fold).value();
        const auto split = row.values.begin() + static_cast<std::ptrdiff_t>(parameters);
        out.parameters.assign(row.values.begin() + 1, split); // behind the fold's number
        out.in_sample.assign(split, row.values.end());
    }
    const std::vector<BarRange>& ranges = sweep.walkforward()->folds[fold].test;
    std::vector<Statistics> statistics;
    for (const BarRange& range : ranges) {
        TestRun run = tests.run(scenario, range);
        statistics.push_back(run.statistics);
        if (stitcher != nullptr) stitcher->add(run);
    }
    out.test_context = sweep.metric_context(ranges);
    out.out_of_sample.resize(metrics().size());
    compute_metrics(join_statistics(statistics, sweep.execution().capital), out.test_context,
                    out.out_of_sample);
    return out;
}

// Of the dimension d, from its values and levels in the folds that chose.
ParameterStability stability_of(const Dimension& dimension, const std::vector<double>& values,
                                const std::vector<std::uint64_t>& levels) {
    const auto n = static_cast<double>(values.size());
    ParameterStability out{dimension.name(), 0.0, undefined, 0.0, 0.0, undefined};
    for (const double value : values) out.mean += value;
    out.mean /= n;
    double squares = 0.0;
    for (const double value : values) squares += (value - out.mean) * (value - out.mean);
    if (values.size() > 1) out.deviation = std::sqrt(squares / (n - 1.0));
    std::map<double, double> counts;
    for (const double value : values) counts[value] += 1.0;
    for (const auto& [value, count] : counts)
        if (count / n > out.mode_share) {
            out.mode = value;
            out.mode_share = count / n;
        }
    if (!dimension.finite()) return out;
    const std::uint64_t mode =
        levels[static_cast<std::size_t>(std::find(values.begin(), values.end(), out.mode) - values.begin())];
    const auto near = std::count_if(levels.begin(), levels.end(), [&](std::uint64_t level) {
        return level + 1 >= mode && level <= mode + 1;
    });
    out.near_share = static_cast<double>(near) / n;
    return out;
}

std::vector<ParameterStability> stability(const PreparedSweep& sweep, const std::vector<FoldResult>& folds) {
    const std::vector<Dimension>& dimensions = sweep.space().dimensions();
    std::vector<std::vector<double>> values(dimensions.size());
    std::vector<std::vector<std::uint64_t>> levels(dimensions.size());
    for (const FoldResult& fold : folds) {
        if (!fold.choice) continue;
        const PreparedSweep::Scenarios drawn = sweep.draw({fold.choice->scenario, fold.choice->scenario + 1});
        for (std::size_t d = 0; d < dimensions.size(); ++d) {
            values[d].push_back(fold.parameters[sweep.parameter_of(d)]);
            levels[d].push_back(drawn.batch.levels[d]);
        }
    }
    std::vector<ParameterStability> out;
    for (std::size_t d = 0; d < dimensions.size(); ++d)
        if (!values[d].empty() && dimensions[d].level_count() != 1)
            out.push_back(stability_of(dimensions[d], values[d], levels[d]));
    return out;
}

void compare_with_training(const PreparedSweep& sweep, WalkforwardResult& out) {
    const std::size_t total_return = metric_index("total_return");
    double gained = 0.0;
    double trained = 0.0;
    double test_years = 0.0;
    double train_years = 0.0;
    double chosen = 0.0;
    double profitable = 0.0;
    for (std::size_t f = 0; f < out.folds.size(); ++f) {
        const FoldResult& fold = out.folds[f];
        if (!fold.choice) continue;
        gained += fold.out_of_sample[total_return];
        trained += fold.in_sample[total_return];
        test_years += fold.test_context.years;
        train_years += years_of(sweep, sweep.walkforward()->folds[f].train);
        chosen += 1.0;
        profitable += fold.out_of_sample[total_return] > 0.0 ? 1.0 : 0.0;
    }
    out.efficiency = trained > 0.0 ? (gained / test_years) / (trained / train_years) : undefined;
    out.profitable_share = chosen > 0.0 ? profitable / chosen : undefined;
}

// Group by group, so that no more than one equity curve of each scenario is held, of one group.
void reconstruct_paths(const PreparedSweep& sweep, TestRuns& tests, WalkforwardResult& out) {
    const WalkforwardPlan& plan = *sweep.walkforward();
    const auto groups = static_cast<std::size_t>(plan.settings.groups);
    const std::vector<std::vector<std::size_t>> paths = folds_of_paths(plan.folds, groups);
    std::vector<Stitcher> stitchers(paths.size(), Stitcher(sweep, false));
    for (std::size_t group = 0; group < groups; ++group) {
        std::map<std::optional<std::uint64_t>, TestRun> runs; // of the group
        for (std::size_t p = 0; p < paths.size(); ++p) {
            const Fold& fold = plan.folds[paths[p][group]];
            const std::optional<Choice>& choice = out.folds[paths[p][group]].choice;
            const auto scenario = choice ? std::optional(choice->scenario) : std::nullopt;
            const auto place = std::find(fold.test_groups.begin(), fold.test_groups.end(), group);
            const BarRange bars = fold.test[static_cast<std::size_t>(place - fold.test_groups.begin())];
            if (!runs.contains(scenario)) runs.emplace(scenario, tests.run(scenario, bars));
            stitchers[p].add(runs.at(scenario));
        }
    }
    for (std::size_t p = 0; p < paths.size(); ++p) out.paths.push_back({paths[p], stitchers[p].finish()});
}

} // namespace

WalkforwardResult evaluate_walkforward(const PreparedSweep& sweep, const RunStore& rows) {
    const bool rolling = sweep.walkforward()->settings.kind == "rolling";
    const std::vector<std::optional<Choice>> choices = choose_scenarios(sweep, rows);
    TestRuns tests(sweep);
    Stitcher stitcher(sweep, true);
    WalkforwardResult out;
    for (std::size_t f = 0; f < choices.size(); ++f)
        out.folds.push_back(evaluate_fold(sweep, rows, f, choices[f], tests, rolling ? &stitcher : nullptr));
    out.stability = stability(sweep, out.folds);
    compare_with_training(sweep, out);
    if (rolling)
        out.curve = stitcher.finish();
    else
        reconstruct_paths(sweep, tests, out);
    return out;
}

} // namespace threadx
