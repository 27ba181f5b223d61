#include "report/run_report.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/metrics.hpp"
#include "base/error.hpp"
#include "market/time_text.hpp"
#include "report/analysis_findings.hpp"
#include "report/chosen_scenarios.hpp"
#include "report/heat_maps.hpp"
#include "report/metric_index.hpp"
#include "report/page.hpp"
#include "report/price_candles.hpp"
#include "report/report_sweep.hpp"
#include "report/scenario_survey.hpp"
#include "report/scenario_table.hpp"
#include "store/row_hash.hpp"
#include "sweep/manifest.hpp"

namespace threadx {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_pair_cells = 25'000; // 6 MB of best and mean of 30 metrics

const char* unit_name(MetricUnit unit) {
    constexpr const char* names[] = {"number", "fraction", "bars", "count", "money"};
    return names[static_cast<std::size_t>(unit)];
}

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// What a pass over all rows finds.
struct RowsRead {
    ScenarioSurvey survey;
    HeatMaps maps;
    BestOfEach best_of_each;
    std::string hash;
};

class ReportMaker {
  public:
    ReportMaker(const RunStore& store, ReportSweep made, const ReportOptions& options)
        : store_(store), options_(options),
          metric_(metric_place(options.by)), order_{options.by, metrics()[metric_].higher_is_better},
          made_(std::move(made)) {
        if (store.schema().metrics != metric_names())
            throw InputError(fmt::format("the run '{}' has other metrics than this program ({}); sweep again",
                                         store.directory().string(), version_text()));
    }

    RunReport make() {
        std::vector<Row> rows = store_.top(most_table_rows, order_);
        std::optional<Row> best;
        if (!rows.empty() && rows.front().status != RowStatus::invalid) best = rows.front();
        const std::vector<HeatAxis> axes =
            heat_axes(sweep().space(), store_.schema().parameters, most_pair_cells);
        const RowsRead read = read_rows(axes, best);
        add_rows(store_, read.best_of_each.scenarios(), rows);
        RunReport report;
        report.rows = store_.row_count();
        report.table_rows = rows.size();
        add_findings();
        const std::optional<double> held = add_scenarios(rows, report.scenarios);
        report.verdict = make_verdict({read.survey, axes, store_.schema(), best, metric_,
                                       sweep().data().years, held, found_, not_asked_, of_windows()});
        add("run", run_json(read));
        add("verdict", verdict_json(report.verdict));
        add("survey", read.survey.json());
        add("table", table_json(store_.schema(), rows, report.rows));
        add("heatmap", read.maps.json());
        report.html = make_page(fmt::format("{}: {}", sweep().strategy().name, run_name()), data_);
        report.missing = missing_;
        return report;
    }

  private:
    const PreparedSweep& sweep() const { return *made_.sweep; }
    void add(const std::string& name, std::string json) { data_.push_back({name, std::move(json)}); }

    std::string run_name() const {
        return std::filesystem::absolute(store_.directory() / "x")
            .lexically_normal()
            .parent_path()
            .filename()
            .string();
    }

    RowsRead read_rows(const std::vector<HeatAxis>& axes, const std::optional<Row>& best) const {
        RowsRead out{
            ScenarioSurvey(metrics(), store_.row_count(), axes, best, metric_),
            HeatMaps(axes, metrics(), {options_.by, "total_return", "max_drawdown", "sharpe", "trades"}),
            BestOfEach(metrics(), best_of_each_metric), ""};
        RowHash hash(store_.schema());
        store_.for_each_row([&](std::uint64_t scenario, RowStatus status, std::span<const double> values) {
            out.survey.add(scenario, status, values);
            out.maps.add(status, values);
            out.best_of_each.add(scenario, values);
            hash.add(scenario, status, values);
        });
        out.hash = hash.hex_digest();
        return out;
    }

    void add_findings() {
        for (AnalysisFinding& finding : read_findings(store_.directory())) {
            if (!finding.problem.empty()) missing_.push_back(finding.problem);
            if (finding.json.empty()) not_asked_.push_back(finding.how);
            if (finding.sentence) found_.push_back(*finding.sentence);
            if (!finding.json.empty()) add(finding.name, std::move(finding.json));
        }
    }

    // Such rows have a parameter more than the strategy: which window.
    bool of_windows() const { return store_.schema().parameters != sweep().strategy().parameter_names(); }

    // Curves, trades and candles of the first rows. Gives what holding would have returned.
    std::optional<double> add_scenarios(const std::vector<Row>& rows, std::size_t& count) {
        if (of_windows()) return std::nullopt; // which are no scenarios over all bars
        if (!made_.data_problem.empty()) {
            missing_.push_back(
                fmt::format("curves, trades and prices need the run's bars: {}", made_.data_problem));
            return std::nullopt;
        }
        try {
            const std::vector<ChosenScenario> chosen = record_scenarios(
                sweep(), {rows.begin(),
                          rows.begin() + static_cast<std::ptrdiff_t>(std::min(options_.top, rows.size()))});
            std::vector<std::vector<Trade>> trades;
            for (const ChosenScenario& scenario : chosen) trades.push_back(scenario.recording.trades);
            add("scenarios", scenarios_json(sweep(), chosen));
            add("candles", candles_json(sweep().data().bars, trades));
            count = chosen.size();
        } catch (const IoError& error) { // the rows are not what this program makes
            missing_.push_back(fmt::format("curves, trades and prices: {}", error.what()));
        }
        const BarValues<double>& close = sweep().data().bars.close;
        return close.back() / close.front() - 1.0;
    }

    std::string run_json(const RowsRead& read) const {
        Json out;
        out["made"] = utc_now();
        out["program"] = version_text();
        out["name"] = run_name();
        out["directory"] = store_.directory().string();
        out["strategy"] = {{"name", sweep().strategy().name},
                           {"description", sweep().strategy().description}};
        out["precision"] = sweep().precision_name();
        out["fill"] = sweep().execution().fill;
        out["capital"] = sweep().execution().capital;
        out["scenarios"] = sweep().range().size();
        out["folds"] = of_windows() ? sweep().scope().window_count() : 0;
        out["rows"] = {{"total", store_.row_count()},      {"ok", read.survey.ok()},
                       {"ruined", read.survey.ruined()},   {"invalid", read.survey.invalid()},
                       {"gaining", read.survey.gaining()}, {"hash", read.hash}};
        out["by"] = metric_;
        out["top"] = options_.top;
        out["parameters"] = store_.schema().parameters;
        for (const Metric& metric : metrics())
            out["metrics"].push_back({{"name", metric.name},
                                      {"help", metric.help},
                                      {"higher_is_better", metric.higher_is_better},
                                      {"unit", unit_name(metric.unit)}});
        out["missing"] = missing_;
        out["manifest"] = Json::parse(store_.read_manifest());
        return text_of(out);
    }

    static std::string verdict_json(const Verdict& verdict) {
        Json out = {
            {"tone", tone_name(verdict.tone)}, {"headline", verdict.headline}, {"sentences", Json::array()}};
        for (const Sentence& sentence : verdict.sentences)
            out["sentences"].push_back({{"tone", tone_name(sentence.tone)}, {"text", sentence.text}});
        return text_of(out);
    }

    const RunStore& store_;
    const ReportOptions& options_;
    std::size_t metric_;
    RunStore::Order order_;
    ReportSweep made_;
    std::vector<PageData> data_;
    std::vector<std::string> missing_;
    std::vector<std::string> not_asked_; // commands
    std::vector<Sentence> found_;
};

} // namespace

RunReport make_report(const RunStore& store, const Settings& settings, const ReportOptions& options) {
    return make_report(store, prepare_again(store, settings), options);
}

RunReport make_report(const RunStore& store, ReportSweep made, const ReportOptions& options) {
    return ReportMaker(store, std::move(made), options).make();
}

} // namespace threadx
