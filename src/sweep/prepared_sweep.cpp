#include "sweep/prepared_sweep.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "analysis/metric_conventions.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/stopwatch.hpp"
#include "base/toml_config.hpp"
#include "market/csv_reader.hpp"
#include "market/resample.hpp"
#include "market/time_steps.hpp"
#include "market/time_text.hpp"
#include "rules/compiler.hpp"
#include "sweep/missing_ranges.hpp"

namespace threadx {
namespace {

constexpr double nanoseconds_per_year = 365.25 * 86400.0 * 1e9;
constexpr std::uint64_t most_listed_levels = 4096; // of an axis in the plan

const std::vector<Field<DataSettings>> data_fields = {
    {"file", &DataSettings::file, "CSV file of bars, relative to this file"},
    {"resample", &DataSettings::resample, "make longer bars, such as \"1h\"; empty: as they are"},
    {"bars_per_year", &DataSettings::bars_per_year, "needed for data without timestamps", {.minimum = 0.0}}};

const std::vector<Field<RunSettings>> run_fields = {
    {"precision", &RunSettings::precision, "of the simulation", {.choices = {"float64", "float32"}}}};

const std::vector<Field<AnalysisSettings>> analysis_fields = {
    {"blocks",
     &AnalysisSettings::blocks,
     "blocks of time, whose returns are summed for each scenario, for tests against overfitting: even, 2 to "
     "32; "
     "0 = none; -1 = 16 in sweeps of up to 100,000 scenarios",
     {.minimum = -1.0, .maximum = max_return_blocks}},
    {"convention",
     &AnalysisSettings::convention,
     "whose definitions the metrics follow",
     {.choices = metric_convention_names()}}};

constexpr std::uint64_t most_scenarios_with_blocks = 100'000; // unless asked for: 256 bytes each
constexpr std::size_t usual_blocks = 16;

template <class T>
void read_section(const ConfigNode& root, const char* name, const std::vector<Field<T>>& fields, T& out) {
    if (const ConfigNode* table = root.find(name)) read_fields(*table, fields, out);
}

} // namespace

LoadedBars load_bars(const std::filesystem::path& file, const DataSettings& settings,
                     const std::string& where) {
    BarsFile read = read_bars_csv(file);
    LoadedBars out{std::move(read.bars), std::move(read.sha256), std::move(read.warnings), 0.0,
                   settings.bars_per_year};
    if (!settings.resample.empty()) {
        const auto period = parse_duration(settings.resample);
        if (!period)
            throw InputError(fmt::format(
                "{}: resample = \"{}\" is no length of time; write for example \"15m\", \"1h\" or \"1d\"",
                where, settings.resample));
        out.bars = resample(out.bars, *period);
    }
    if (out.bars.size() < 2) throw InputError(fmt::format("{}: fewer than 2 bars are left", file.string()));
    if (settings.bars_per_year == 0.0 && !out.bars.has_time())
        throw InputError(
            fmt::format("{}: '{}' has no timestamps; say how many of its bars make a year with bars_per_year",
                        where, file.string()));
    out.years = out.years_of({0, out.bars.size()});
    if (settings.bars_per_year == 0.0)
        out.bar_years = static_cast<double>(most_common_step(out.bars.time)) / nanoseconds_per_year;
    return out;
}

double LoadedBars::years_of(BarRange range) const {
    if (bars_per_year > 0.0) return (static_cast<double>(range.size()) - 1.0) / bars_per_year;
    return static_cast<double>(bars.time[range.end - 1] - bars.time[range.first]) / nanoseconds_per_year;
}

void require_volume(const Strategy& strategy, const Bars& bars, const std::string& strategy_name,
                    const std::string& data_name) {
    const bool has_volume =
        std::any_of(bars.volume.begin(), bars.volume.end(), [](double volume) { return volume == volume; });
    if (strategy.uses_volume && !has_volume)
        throw InputError(
            fmt::format("{}: the rules use volume, and '{}' has none", strategy_name, data_name));
}

void require_times(const Graph& graph, const Bars& bars, const std::string& rules_name,
                   const std::string& data_name) {
    if (reads_time(graph.fields_used()) && !bars.has_time())
        throw InputError(fmt::format("{}: the rules use the time of bars, and '{}' has no timestamps",
                                     rules_name, data_name));
    const std::int64_t own = most_common_step(bars.time);
    for (const PeriodUse& use : graph.periods())
        if (own != 0 && use.period % own != 0)
            use.source.fail(
                use.span,
                fmt::format("bars of {} cannot be made of bars of {}", duration_text(use.period),
                            duration_text(own)),
                fmt::format("take a whole multiple of the period of the bars of '{}'", data_name));
}

PreparedSweep::PreparedSweep(const SweepRequest& request, const Settings& settings)
    : PreparedSweep(request, settings, std::optional<LoadedBars>(), 0) {}

PreparedSweep::PreparedSweep(const SweepRequest& request, const Settings& settings, LoadedBars bars,
                             int entry_delay)
    : PreparedSweep(request, settings, std::optional<LoadedBars>(std::move(bars)), entry_delay) {}

PreparedSweep::PreparedSweep(const SweepRequest& request, const Settings& settings,
                             std::optional<LoadedBars> bars, int entry_delay)
    : request_(request) {
    const Stopwatch whole;
    strategy_ = parse_strategy(request.strategy_text, request.strategy_name);
    delay_entries(entry_delay);
    ConfigNode root = ConfigNode::parse(request.config_text, request.config_name);
    for (const std::string& assignment : request.overrides) root.assign(assignment);
    root.refuse_unknown_keys(
        {"data", "strategy", "space", "sampler", "execution", "run", "analysis", "walkforward"});
    read_section(root, "execution", execution_fields(), execution_);
    read_section(root, "run", run_fields, run_);
    read_space(root);
    const Stopwatch reading;
    read_data(root, std::move(bars));
    read_seconds_ = reading.seconds();
    read_analysis(root);
    if (request.kind == SweepKind::walkforward) read_windows(root);

    range_ = {0, scenario_count()};
    if (request.range) {
        if (request.range->last > scenario_count())
            throw InputError(fmt::format("--range {}:{}: there are only {} scenarios", request.range->first,
                                         request.range->last, scenario_count()));
        range_ = *request.range;
    }
    std::vector<Axis> axes;
    for (std::size_t d = 0; d < space_.dimensions().size(); ++d) {
        const Dimension& dimension = space_.dimensions()[d];
        axes.push_back({dimension_parameters_[d], dimension.level_count()});
        if (dimension.level_count() > most_listed_levels) continue;
        for (std::uint64_t k = 0; k < dimension.level_count(); ++k)
            axes.back().values.push_back(dimension.level(k));
    }
    plan_ = make_plan(strategy_, axes, range_.size(), data_.bars.size(), settings.memory_budget_bytes());
    plan_seconds_ = whole.seconds() - read_seconds_;
}

void PreparedSweep::read_data(const ConfigNode& root, std::optional<LoadedBars> bars) {
    DataSettings settings;
    read_section(root, "data", data_fields, settings);
    const ConfigNode* table = root.find("data");
    data_ = bars ? std::move(*bars)
                 : load_bars(request_.data_file, settings, table == nullptr ? root.where : table->where);
    require_volume(strategy_, data_.bars, request_.strategy_name, request_.data_file.string());
    require_times(strategy_.graph, data_.bars, request_.strategy_name, request_.data_file.string());
}

void PreparedSweep::read_space(const ConfigNode& root) {
    std::vector<ParameterInfo> infos;
    for (const Parameter& parameter : strategy_.parameters)
        infos.push_back({parameter.name, parameter.default_value, parameter.minimum, parameter.maximum,
                         parameter.integer});
    const ConfigNode* table = root.find("space");
    if (table != nullptr) {
        space_ = Space::read(table->without("constraints"), infos);
        read_constraints(*table);
    }
    for (const Dimension& dimension : space_.dimensions())
        for (std::size_t i = 0; i < strategy_.parameters.size(); ++i)
            if (strategy_.parameters[i].name == dimension.name())
                dimension_parameters_.push_back(static_cast<int>(i));
    const ConfigNode* sampler = root.find("sampler");
    if (sampler != nullptr) read_fields(*sampler, sampler_fields(), sampler_settings_);
    sampler_ = make_sampler(space_, sampler_settings_, sampler == nullptr ? root.where : sampler->where);
}

void PreparedSweep::read_analysis(const ConfigNode& root) {
    AnalysisSettings settings;
    const ConfigNode* table = root.find("analysis");
    if (table != nullptr) read_fields(*table, analysis_fields, settings);
    convention_ = metric_convention(settings.convention);
    if (request_.kind == SweepKind::walkforward) return; // its windows are not cut into blocks
    const std::size_t returns = data_.bars.size() - 1;
    if (settings.blocks < 0) {
        if (scenario_count() <= most_scenarios_with_blocks && returns >= 2 * usual_blocks)
            blocks_ = usual_blocks;
        return;
    }
    blocks_ = static_cast<std::size_t>(settings.blocks);
    if (blocks_ % 2 != 0)
        table->find("blocks")->fail(fmt::format(
            "blocks = {}: half of the blocks are compared with the others, so their number is even",
            settings.blocks));
    if (returns < 2 * blocks_)
        table->find("blocks")->fail(
            fmt::format("blocks = {}: {} bars are too few, each block needs two returns", settings.blocks,
                        data_.bars.size()));
}

void PreparedSweep::delay_entries(int bars) {
    if (bars == 0) return;
    Graph& graph = strategy_.graph;
    for (const Signal signal : {Signal::enter_long, Signal::enter_short})
        if (std::optional<NodeId>& node = strategy_.signals[static_cast<std::size_t>(signal)];
            node && graph[*node].varies)
            node = graph.shift(*node, graph.constant(bars));
}

void PreparedSweep::read_windows(const ConfigNode& root) {
    const ConfigNode* table = root.find("walkforward");
    if (table == nullptr)
        root.fail(
            "a walk-forward needs a [walkforward] section with train and test, such as train = \"90d\" and "
            "test = \"30d\"");
    walkforward_ = plan_walkforward(read_walkforward(*table), data_.bars, table->where);
}

void PreparedSweep::read_constraints(const ConfigNode& space) {
    const ConfigNode* list = space.find("constraints");
    if (list == nullptr) return;
    RuleNames names;
    for (std::size_t i = 0; i < strategy_.parameters.size(); ++i)
        names.values[strategy_.parameters[i].name] =
            strategy_.graph.parameter(static_cast<int>(i), strategy_.parameters[i].integer);
    for (const ConfigNode& item : list->list()) {
        const SourceText source{item.text(), item.where, "a constraint"};
        const NodeId node = compile_rule(strategy_.graph, names, source, RuleKind::boolean);
        if (strategy_.graph[node].varies)
            source.fail({0, source.text.size()}, "this varies from bar to bar",
                        "a constraint compares parameters");
        constraints_.push_back(node);
        constraint_texts_.push_back(item.text());
    }
}

Precision PreparedSweep::precision() const {
    return run_.precision == "float32" ? Precision::float32 : Precision::float64;
}

MetricContext PreparedSweep::metric_context() const {
    return {data_.bars.size(), data_.years, execution_.capital, convention_, data_.bar_years};
}

double PreparedSweep::bars_per_year() const {
    return (static_cast<double>(data_.bars.size()) - 1.0) / data_.years;
}

MetricContext PreparedSweep::metric_context(std::span<const BarRange> windows) const {
    // bars of as many returns as all have
    MetricContext context = {1, 0.0, execution_.capital, convention_, data_.bar_years};
    for (const BarRange& window : windows) {
        context.bars += window.size() - 1;
        context.years += data_.years_of(window);
    }
    return context;
}

SimulationScope PreparedSweep::scope() const {
    if (walkforward_) return {.windows = walkforward_->windows};
    return {.blocks = static_cast<int>(blocks_)};
}

std::size_t PreparedSweep::simulated_bars() const {
    if (!walkforward_) return data_.bars.size();
    std::size_t bars = 0;
    for (const BarRange& window : walkforward_->windows) bars += window.size();
    return bars;
}

std::vector<IdRange> PreparedSweep::missing_scenarios(const std::vector<IdRange>& finished_rows) const {
    std::vector<IdRange> finished = finished_rows; // rows are stored for whole scenarios
    for (IdRange& rows : finished) rows = {rows.first / rows_per_scenario(), rows.last / rows_per_scenario()};
    return missing_ranges(range_, finished);
}

RowSchema PreparedSweep::schema() const {
    RowSchema schema = {strategy_.parameter_names(), metric_names()};
    if (walkforward_) schema.parameters.insert(schema.parameters.begin(), "fold");
    for (std::size_t b = 0; b < blocks_; ++b)
        schema.block_returns.push_back(
            static_cast<std::uint32_t>(first_return_of_block(data_.bars.size(), b + 1, blocks_) -
                                       first_return_of_block(data_.bars.size(), b, blocks_)));
    return schema;
}

PreparedSweep::Scenarios PreparedSweep::draw(IdRange range) const {
    const std::size_t dimensions = space_.dimensions().size();
    Scenarios out;
    out.batch.parameter_count = strategy_.parameters.size();
    out.batch.axis_count = dimensions;
    out.ids.reserve(range.size());
    out.batch.parameters.reserve(range.size() * out.batch.parameter_count);
    out.batch.levels.reserve(range.size() * dimensions);
    std::vector<double> parameters = strategy_.defaults();
    std::vector<double> values(dimensions);
    std::vector<std::uint64_t> levels(dimensions);
    for (std::uint64_t id = range.first; id < range.last; ++id) {
        sampler_->draw(id, values, levels);
        for (std::size_t d = 0; d < dimensions; ++d)
            parameters[static_cast<std::size_t>(dimension_parameters_[d])] = values[d];
        const bool allowed = std::all_of(constraints_.begin(), constraints_.end(), [&](NodeId constraint) {
            return evaluate_scalar(strategy_.graph, constraint, parameters) != 0.0;
        });
        if (!allowed) continue;
        out.ids.push_back(id);
        out.batch.parameters.insert(out.batch.parameters.end(), parameters.begin(), parameters.end());
        out.batch.levels.insert(out.batch.levels.end(), levels.begin(), levels.end());
        ++out.batch.count;
    }
    return out;
}

std::vector<double> PreparedSweep::places(IdRange range) const {
    const std::vector<Dimension>& dimensions = space_.dimensions();
    std::vector<double> values(dimensions.size());
    std::vector<std::uint64_t> levels(dimensions.size());
    std::vector<double> out;
    for (std::uint64_t id = range.first; id < range.last; ++id) {
        sampler_->draw(id, values, levels);
        for (std::size_t d = 0; d < dimensions.size(); ++d)
            out.push_back(dimensions[d].place_of(values[d], levels[d]));
    }
    return out;
}

std::string describe_sweep_file() {
    return describe_fields("data", data_fields) +
           "\n[strategy]\nuse = \"bollinger_atr\"                    # a built-in strategy, or: file = "
           "\"my.toml\"\n"
           "\n[space]                                  # any of the strategy's parameters:\n"
           "# name = 3                               # one value\n"
           "# name = [1, 2, 3]                       # a list\n"
           "# name = { from = 10, to = 50, step = 5 }\n"
           "# name = { min = 1.0, max = 4.0 }        # continuous; log = true for a log scale; whole numbers "
           "for an int\n"
           "# constraints = [\"fast < slow\"]          # points that do not satisfy them are left out\n\n" +
           describe_fields("sampler", sampler_fields()) + "\n" +
           describe_fields("execution", execution_fields()) + "\n" + describe_fields("run", run_fields) +
           "\n" + describe_fields("analysis", analysis_fields) + "\n# of threadx walkforward\n" +
           describe_walkforward();
}

} // namespace threadx
