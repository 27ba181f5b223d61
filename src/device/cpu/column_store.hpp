// Where the columns of a run live: kept ones in a table shared by all threads, the others with the thread
// that works on a slice of scenarios.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "device/cpu/column.hpp"
#include "device/cpu/column_computer.hpp"
#include "rules/plan.hpp"

namespace threadx {

// One scenario's coordinates.
struct ScenarioPoint {
    std::span<const double> parameters;    // all of the strategy's
    std::span<const std::uint64_t> levels; // by the plan's axes
    std::uint64_t slice_index = 0;         // within the slice
};

// The kept columns. Each is computed by the first thread that needs it; others wait.
class KeptColumns {
  public:
    explicit KeptColumns(const Plan& plan);

    // The column `index` for combination `key`; `compute` makes it if nobody has.
    template <class Compute>
    ColumnView get(std::size_t index, std::uint64_t key, const Compute& compute);

    std::uint64_t computed() const { return computed_.load(); }

  private:
    enum State : int { empty, busy, ready };
    struct Slot {
        std::atomic<int> state{empty};
        Column column;
    };
    std::vector<std::unique_ptr<Slot[]>> tables_; // by column; null where not kept
    std::atomic<std::uint64_t> computed_{0};
};

// A thread's access to columns.
class ColumnReader {
  public:
    ColumnReader(const Graph& graph, const Plan& plan, const BarColumns& bars, const KernelTable& kernels,
                 KeptColumns& kept);

    // Valid until the slice ends (kept columns: until the run does).
    ColumnView get(int column_index, const ScenarioPoint& point);

    void end_slice();

  private:
    std::uint64_t key_of(const PlannedColumn& column, const ScenarioPoint& point) const;
    Column compute(const PlannedColumn& column, const ScenarioPoint& point, Column storage);

    const Plan& plan_;
    std::size_t bars_;
    KeptColumns& kept_;
    ColumnComputer computer_;
    std::vector<std::unordered_map<std::uint64_t, Column>> slice_; // by column
    std::vector<Column> spare_[2];               // storage of numbers and of bits, to be used again
    std::vector<std::vector<ColumnView>> views_; // by depth of recursion: inputs of what is computed
    std::size_t depth_ = 0;
};

} // namespace threadx
