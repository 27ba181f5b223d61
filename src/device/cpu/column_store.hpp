// Where the columns of a run live: kept ones in a table shared by all threads, the others with the thread
// that works on a slice of scenarios.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "device/cpu/column.hpp"
#include "device/cpu/column_computer.hpp"
#include "device/cpu/column_fusion.hpp"
#include "device/scenario_batch.hpp"
#include "rules/plan.hpp"

namespace threadx {

// The kept columns. Each is computed by the first thread that needs it, or one beside it; others wait.
class KeptColumns {
  public:
    explicit KeptColumns(const Plan& plan);

    // The column `index` for combination `key`; `compute` makes it if nobody has, with so many others that it
    // counts as `columns`.
    template <class Compute>
    ColumnView get(std::size_t index, std::uint64_t key, std::uint64_t columns, const Compute& compute);

    enum State : int { empty, busy, ready };
    State state(std::size_t index, std::uint64_t key) const {
        return static_cast<State>(tables_[index][key].state.load(std::memory_order_acquire));
    }

    // An empty slot becomes the caller's, who has to publish its column or to give it back.
    bool try_claim(std::size_t index, std::uint64_t key);
    void publish(std::size_t index, std::uint64_t key, Column column, std::uint64_t columns);
    void give_back(std::size_t index, std::uint64_t key);

    ColumnView view(std::size_t index, std::uint64_t key) const {
        return tables_[index][key].column.view();
    } // ready

    std::uint64_t computed() const { return computed_.load(); }
    std::uint64_t combinations() const { return combinations_; } // of all kept columns
    bool all_computed() const { return computed() == combinations_; }

  private:
    struct Slot {
        std::atomic<int> state{empty};
        Column column;
    };
    std::vector<std::unique_ptr<Slot[]>> tables_; // by column; null where not kept
    std::uint64_t combinations_ = 0;
    std::atomic<std::uint64_t> computed_{0};
};

// What it takes to compute a kept column for all its combinations.
struct KeptColumnWork {
    double groups =
        0.0; // combinations that are computed together: a window takes its neighbours' lengths along
    double items = 0.0; // about as many as bars of a column of truths would take as long
};
KeptColumnWork kept_column_work(const Plan& plan, const PlannedColumn& column);

// Of all kept columns together.
double kept_column_items(const Plan& plan);

// A thread's access to columns.
class ColumnReader {
  public:
    ColumnReader(const Graph& graph, const Plan& plan, const BarColumns& bars, const KernelTable& kernels,
                 KeptColumns& kept);

    // Valid until the slice ends (kept columns: until the run does).
    ColumnView get(int column_index, const ScenarioPoint& point);

    // Computes the kept columns that get() would need, those left out that another thread is computing, and
    // what needs them. True if none was: get() will not wait. To be called for many scenarios before get()
    // is.
    bool prepare(int column_index, const ScenarioPoint& point);

    void end_slice();

    // Spent since it was last asked on kept columns: computing them, or waiting for who computed them.
    double take_kept_seconds() { return std::exchange(kept_seconds_, 0.0); }

  private:
    ColumnView make_kept(std::size_t index, std::uint64_t key, const ScenarioPoint& point);
    std::uint64_t key_of(const PlannedColumn& column, const ScenarioPoint& point) const;
    Column compute(std::size_t index, const ScenarioPoint& point, Column storage);
    Column compute_kept(std::size_t index, std::uint64_t key, const ScenarioPoint& point);
    std::vector<Column>& spare_of(const PlannedColumn& column);
    std::span<const ColumnView> inputs_of(std::size_t index, const ScenarioPoint& point);

    const Graph& graph_;
    const Plan& plan_;
    std::size_t bars_;
    KeptColumns& kept_;
    ColumnFusion fusion_;
    ColumnComputer computer_;
    std::vector<std::unordered_map<std::uint64_t, Column>> slice_; // by column
    std::map<std::size_t, std::vector<Column>>
        spare_;                                  // storage to be used again, by series of numbers; 0: bits
    std::vector<std::vector<ColumnView>> views_; // by depth of recursion: inputs of what is computed
    std::size_t depth_ = 0;
    double kept_seconds_ = 0.0;
    bool making_kept_ = false;
};

} // namespace threadx
