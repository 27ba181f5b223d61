// A sweep that is ready to run: everything that determines its rows.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/metrics.hpp"
#include "device/cpu/cpu_simulator.hpp"
#include "device/execution.hpp"
#include "market/bars.hpp"
#include "rules/plan.hpp"
#include "rules/strategy.hpp"
#include "space/sampler.hpp"
#include "space/space.hpp"
#include "store/row.hpp"
#include "sweep/sweep_request.hpp"
#include "sweep/walkforward_plan.hpp"

namespace threadx {

// The [data] section.
struct DataSettings {
    std::string file;
    std::string resample;
    double bars_per_year = 0.0; // for data without timestamps
};

// The [run] section.
struct RunSettings {
    std::string precision = "float64";
};

// The [analysis] section.
struct AnalysisSettings {
    long long blocks = -1; // of returns; below 0: chosen
    std::string convention = "threadx";
};

// Bars and what the metrics need to know of them.
struct LoadedBars {
    Bars bars;
    std::string sha256;                // of the file
    std::vector<std::string> warnings; // to be shown
    double years = 0.0;
    double bars_per_year = 0.0; // where they are numbered, not dated; 0: dated
    double bar_years = 0.0;     // the usual time from bar to bar; 0: they are not dated

    double years_of(BarRange range) const; // from its first bar to its last
};

// Reads, checks and resamples. `where` names the setting to complain about. InputError if there are no
// timestamps and bars_per_year is 0.
LoadedBars load_bars(const std::filesystem::path& file, const DataSettings& settings,
                     const std::string& where);

// InputError if the rules use volume and the bars have none: they would never be true.
void require_volume(const Strategy& strategy, const Bars& bars, const std::string& strategy_name,
                    const std::string& data_name);

// InputError if the rules use times and the bars have none, or ask for longer bars that are not made of whole
// ones of these. `rules_name` and `data_name` are for the message.
void require_times(const Graph& graph, const Bars& bars, const std::string& rules_name,
                   const std::string& data_name);

// Not movable: the plan refers to the strategy.
class PreparedSweep {
  public:
    // Reads the bars, compiles the strategy, checks everything, plans. InputError on any mistake.
    PreparedSweep(const SweepRequest& request, const Settings& settings);
    // The same over bars that are there already: request.data_file is only what they are called.
    // `entry_delay`: bars that the rules' entries come later than the strategy says, for tests of robustness.
    PreparedSweep(const SweepRequest& request, const Settings& settings, LoadedBars bars,
                  int entry_delay = 0);
    PreparedSweep(const PreparedSweep&) = delete;
    PreparedSweep& operator=(const PreparedSweep&) = delete;

    const SweepRequest& request() const { return request_; }
    const Strategy& strategy() const { return strategy_; }
    const LoadedBars& data() const { return data_; }
    const Plan& plan() const { return plan_; }
    double read_seconds() const { return read_seconds_; } // of the bars: read, checked, hashed, resampled
    double plan_seconds() const { return plan_seconds_; } // everything else that made this
    const Execution& execution() const { return execution_; }
    const Space& space() const { return space_; }
    const SamplerSettings& sampler_settings() const { return sampler_settings_; }
    const std::vector<std::string>& constraints() const { return constraint_texts_; }
    Precision precision() const;
    const std::string& precision_name() const { return run_.precision; }
    std::uint64_t scenario_count() const { return sampler_->scenario_count(); } // of the whole space
    IdRange range() const { return range_; }                                    // of this run
    MetricContext metric_context() const;
    double bars_per_year() const;
    MetricContext metric_context(std::span<const BarRange> windows) const; // of all of them together
    SimulationScope scope() const;

    // Null in a plain sweep. A walk-forward has a row for each scenario and fold, of the scenario in the
    // fold's training: row scenario · folds + fold, whose first parameter is the fold.
    const WalkforwardPlan* walkforward() const { return walkforward_ ? &*walkforward_ : nullptr; }
    std::uint64_t rows_per_scenario() const { return walkforward_ ? walkforward_->folds.size() : 1; }
    std::size_t simulated_bars() const; // of each scenario, over all windows

    // The scenarios of this run that none of the finished rows is of.
    std::vector<IdRange> missing_scenarios(const std::vector<IdRange>& finished_rows) const;

    RowSchema schema() const;

    // The scenarios of a range that the constraints allow: their ids and points.
    struct Scenarios {
        std::vector<std::uint64_t> ids;
        ScenarioBatch batch;
    };
    Scenarios draw(IdRange range) const;

    // Where the points of a range lie, each dimension from 0 to 1 (Dimension::place_of): point × dimension.
    std::vector<double> places(IdRange range) const;
    // The strategy's parameter that a dimension of the space varies.
    std::size_t parameter_of(std::size_t dimension) const {
        return static_cast<std::size_t>(dimension_parameters_[dimension]);
    }

  private:
    PreparedSweep(const SweepRequest& request, const Settings& settings, std::optional<LoadedBars> bars,
                  int entry_delay);
    void read_data(const ConfigNode& root, std::optional<LoadedBars> bars);
    void read_space(const ConfigNode& root);
    void read_analysis(const ConfigNode& root);
    void delay_entries(int bars);
    void read_windows(const ConfigNode& root);
    void read_constraints(const ConfigNode& space);

    SweepRequest request_;
    Strategy strategy_;
    LoadedBars data_;
    Space space_;
    SamplerSettings sampler_settings_;
    Execution execution_;
    RunSettings run_;
    std::size_t blocks_ = 0; // of returns, whose sums rows have
    MetricConvention convention_ = MetricConvention::threadx;
    std::optional<WalkforwardPlan> walkforward_;
    std::unique_ptr<Sampler> sampler_;
    std::vector<int> dimension_parameters_; // by dimension: the strategy's parameter
    std::vector<std::string> constraint_texts_;
    std::vector<NodeId> constraints_;
    IdRange range_;
    Plan plan_;
    double read_seconds_ = 0.0;
    double plan_seconds_ = 0.0;
};

// All keys of a sweep's file with defaults and help, as TOML.
std::string describe_sweep_file();

} // namespace threadx
