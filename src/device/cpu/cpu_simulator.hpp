// Simulates scenarios of one plan on CPU threads.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "device/cpu/bar_columns.hpp"
#include "device/cpu/column_store.hpp"
#include "device/cpu/recorded_simulation.hpp"
#include "device/execution.hpp"
#include "device/scenario_batch.hpp"
#include "device/scenario_scalars.hpp"
#include "device/simulation_scope.hpp"
#include "device/statistics.hpp"
#include "rules/plan.hpp"

namespace threadx {

// What all threads share. The strategy, plan and bars must outlive it.
class CpuSimulator {
  public:
    // InputError if the bars are too many for the precision.
    CpuSimulator(const Strategy& strategy, const Plan& plan, const Bars& bars, Execution execution,
                 Precision precision, const KernelTable& kernels, std::size_t workers,
                 SimulationScope scope = {});

    const KernelTable& kernels() const { return kernels_; }
    std::size_t lanes() const;
    std::uint64_t kept_columns_computed() const { return kept_.computed(); }
    // What they are as kept_column_work() counts, each as the mean of all.
    double kept_items_computed() const;

  private:
    struct Inputs { // of one scenario
        std::size_t index = 0;
        ScenarioScalars scalars;
        const double* stop_column = nullptr;
        const double* target_column = nullptr;
        const std::uint64_t* signals[4] = {};
        struct Level { // of a signal that the plan has a level for
            const double* series = nullptr;
            const double* base = nullptr; // these two: of a band
            const double* width = nullptr;
            double scalar = 0.0;
        };
        Level levels[4];
    };

    // A slice whose packs are handed out: to its own thread, and to those who help.
    struct OpenSlice {
        std::span<const Inputs> scenarios;
        BatchResult& result;               // different packs write different elements
        std::atomic<std::size_t> next = 0; // of the scenarios
        std::size_t helpers = 0;           // at work on it; under the simulator's mutex, as is the next
        double helper_seconds = 0.0;
    };

  public:
    // A thread's own part.
    class Worker {
      public:
        explicit Worker(CpuSimulator& simulator);
        ~Worker();
        Worker(const Worker&) = delete;
        Worker& operator=(const Worker&) = delete;

        BatchResult run(const ScenarioBatch& batch);

        // For when there are no batches left: takes packs from the batches of the other workers, and returns
        // when all workers help or are gone. The last thing to do with a worker.
        void help();

        // One scenario of a batch in full, in float64, over all bars or a window of them; nothing if it is
        // not valid.
        std::optional<Recording> record(const ScenarioBatch& batch, std::size_t index);
        std::optional<Recording> record(const ScenarioBatch& batch, std::size_t index, BarRange window);

        // A planned column for a scenario: bars values, or bars bits. Valid until the worker is used again.
        ColumnView column(int column, const ScenarioBatch& batch, std::size_t index);

      private:
        enum class SignalForm : std::uint8_t { as_planned, columns };
        Inputs inputs_of(const ScenarioBatch& batch, std::size_t index, std::uint64_t slice_index,
                         SignalForm form);
        const double* stored_series(const Operand& operand, const ScenarioPoint& point);
        Inputs::Level level_of(const LevelSignal& signal, const ScenarioPoint& point);
        template <class Real>
        PackJob<Real> empty_job(SignalForm form) const;
        template <class Real>
        void fill_lane(PackJob<Real>& job, std::size_t lane, const Inputs& in) const;
        void simulate_slice(BatchResult& result);
        void simulate_packs(OpenSlice& slice);
        template <class Real>
        void simulate(OpenSlice& slice);
        template <class Real>
        void take_block_sums(const PackJob<Real>& job, std::size_t lane, std::size_t place,
                             BatchResult& result) const;
        void prepare_columns(const ScenarioBatch& batch, std::size_t first, std::size_t last,
                             const std::vector<bool>& valid);
        void sort_slice(const ScenarioBatch& batch);

        CpuSimulator& simulator_;
        ColumnReader columns_;
        std::vector<Inputs> slice_;
        bool working_ = true; // may have slices that others help with
    };

  private:
    const Strategy& strategy_;
    const Plan& plan_;
    Execution execution_;
    Precision precision_;
    const KernelTable& kernels_;
    std::size_t workers_;
    SimulationScope scope_;
    BarColumns bars_;
    KeptColumns kept_;
    std::size_t slice_scenarios_;
    std::mutex mutex_;                // of the next three, and of what OpenSlice says
    std::condition_variable changed_; // a slice was opened, a helper has left, a worker has no batches left
    std::vector<OpenSlice*> open_;
    std::size_t working_ = 0;       // workers
    std::vector<int> read_columns_; // those that a scenario reads
    std::vector<int> likeness_; // the varied parameters, those that say most about when scenarios trade first
};

} // namespace threadx
