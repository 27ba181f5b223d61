// Simulates scenarios of one plan on CPU threads.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "device/cpu/bar_columns.hpp"
#include "device/cpu/column_store.hpp"
#include "device/cpu/recorded_simulation.hpp"
#include "device/execution.hpp"
#include "device/statistics.hpp"
#include "rules/plan.hpp"

namespace threadx {

enum class Precision : std::uint8_t { float64, float32 };

// Scenarios to be simulated together, in the order of their ids.
struct ScenarioBatch {
    std::size_t count = 0;
    std::size_t parameter_count = 0;
    std::size_t axis_count = 0;
    std::vector<double> parameters; // count × parameter_count: all of the strategy's
    std::vector<std::uint64_t>
        levels; // count × axis_count: level of each of the plan's axes (0 on a continuum)

    std::span<const double> parameters_of(std::size_t i) const {
        return {parameters.data() + i * parameter_count, parameter_count};
    }
    ScenarioPoint point(std::size_t i, std::uint64_t slice_index) const {
        return {parameters_of(i), {levels.data() + i * axis_count, axis_count}, slice_index};
    }
};

struct BatchResult {
    std::vector<Statistics> statistics; // by scenario of the batch
    std::vector<bool> valid;            // false: it could not be run; its statistics mean nothing
    double column_seconds = 0.0;
    double simulation_seconds = 0.0;
};

// What all threads share. The strategy, plan and bars must outlive it.
class CpuSimulator {
  public:
    // InputError if the bars are too many for the precision.
    CpuSimulator(const Strategy& strategy, const Plan& plan, const Bars& bars, Execution execution,
                 Precision precision, const KernelTable& kernels, std::size_t workers);

    const KernelTable& kernels() const { return kernels_; }
    std::size_t lanes() const;
    std::uint64_t kept_columns_computed() const { return kept_.computed(); }

    // A thread's own part.
    class Worker {
      public:
        explicit Worker(CpuSimulator& simulator);
        BatchResult run(const ScenarioBatch& batch);

        // One scenario of a batch in full, in float64; nothing if it is not valid.
        std::optional<Recording> record(const ScenarioBatch& batch, std::size_t index);

        // A planned column for a scenario: bars values, or bars bits. Valid until the worker is used again.
        ColumnView column(int column, const ScenarioBatch& batch, std::size_t index);

      private:
        struct Inputs { // of one scenario
            std::size_t index;
            double size, max_hold, spacing, stop_scale, target_scale;
            const double* stop_column;
            const double* target_column;
            const std::uint64_t* signals[4];
        };
        Inputs inputs_of(const ScenarioBatch& batch, std::size_t index, std::uint64_t slice_index);
        const double* distance_column(const PlannedDistance& distance, const ScenarioPoint& point);
        template <class Real>
        PackJob<Real> empty_job() const;
        template <class Real>
        void fill_lane(PackJob<Real>& job, std::size_t lane, const Inputs& in) const;
        template <class Real>
        void simulate(std::span<const Inputs> scenarios, BatchResult& result);

        CpuSimulator& simulator_;
        ColumnReader columns_;
        std::vector<Inputs> slice_;
    };

  private:
    const Strategy& strategy_;
    const Plan& plan_;
    Execution execution_;
    Precision precision_;
    const KernelTable& kernels_;
    BarColumns bars_;
    KeptColumns kept_;
    std::size_t slice_scenarios_;
};

} // namespace threadx
