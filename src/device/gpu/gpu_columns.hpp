// Where a sweep's columns lie on an accelerator, and what is to be done so that a slice of scenarios has its
// own.
//
// Columns that the plan keeps stay for the run; the others for a slice. Both are found by offsets
// (kernels/work_items.h).
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "device/scenario_batch.hpp"
#include "rules/plan.hpp"

namespace threadx {

using ColumnOffset = std::int64_t;

constexpr ColumnOffset slice_offset(std::size_t at) { return -1 - static_cast<ColumnOffset>(at); }

// How many numbers and words of bits something takes.
struct ColumnSpace {
    std::size_t numbers = 0;
    std::size_t words = 0;
};

// The memory of what is kept: the bars' prices and volume, the ones, their times if they are read, the signal
// that is never given, then the kept columns.
class KeptLayout {
  public:
    KeptLayout(const Plan& plan, std::size_t bars);

    ColumnOffset field(int bar_field) const {
        return series(bar_field < ones_at ? bar_field : bar_field + 1);
    }
    ColumnOffset ones() const { return series(ones_at); }
    std::size_t series_count() const { return series_count_; } // of the fields and the ones
    static constexpr ColumnOffset never() { return 0; }
    ColumnSpace size() const { return size_; } // of all, computed or not

    static constexpr ColumnOffset missing = -1;
    // Of column `index` for combination `key`; `missing` if it has no place yet.
    ColumnOffset find(std::size_t index, std::uint64_t key) const { return tables_[index][key]; }
    // As many as size() has room for.
    ColumnOffset add(std::size_t index, std::uint64_t key, const PlannedColumn& column);

    // Numbers, or words of truths, of one column.
    std::size_t room_of(const PlannedColumn& column) const;

    // What is added after mark() can be taken back, where it could not be computed.
    ColumnSpace mark() const { return used_; }
    void remove(std::size_t index, std::uint64_t key) { tables_[index][key] = missing; }
    void go_back(ColumnSpace mark) { used_ = mark; }
    void forget_columns(); // all of them: their bars are no longer there

  private:
    static constexpr int ones_at = static_cast<int>(BarField::time);
    ColumnOffset series(int place) const {
        return static_cast<ColumnOffset>(padded_ * static_cast<std::size_t>(place));
    }

    std::size_t series_count_;
    std::size_t padded_;
    std::size_t words_;
    ColumnSpace bars_; // what the bars take
    ColumnSpace used_;
    ColumnSpace size_;
    std::vector<std::vector<ColumnOffset>> tables_; // by column; empty where not kept
};

// A column that is to be computed, for the parameters of one scenario.
struct ColumnJob {
    std::uint32_t place = 0; // of the scenario, in the slice
    std::uint64_t key = 0;
    ColumnOffset offset = 0;
};

// The columns of one slice: finds each scenario's, and collects those that are to be computed.
class SliceColumns {
  public:
    SliceColumns(const Plan& plan, std::size_t bars, KeptLayout& kept)
        : plan_(plan), kept_(kept), bars_(bars) {}

    // `scenarios`: numbers in the batch, by place in the slice.
    void begin(const ScenarioBatch& batch, std::span<const std::uint32_t> scenarios);

    // The column for the scenario at `place`; to be computed if it was not.
    ColumnOffset require(int column, std::uint32_t place);
    ColumnOffset require(const Operand& operand, std::uint32_t place);

    // What the required columns read is required too. To be called once, before jobs().
    void require_inputs();

    // Those of one column that are to be computed; columns in plan order read only earlier ones.
    std::span<const ColumnJob> jobs(std::size_t column) const { return jobs_[column]; }

    std::span<const double> parameters(std::uint32_t place) const {
        return batch_->parameters_of(scenarios_[place]);
    }
    ColumnSpace slice_size() const { return used_; }
    bool adds_kept() const { return adds_kept_; }
    void forget_kept(); // of this slice: they could not be computed

  private:
    std::uint64_t key_of(const PlannedColumn& column, std::uint32_t place) const;

    const Plan& plan_;
    KeptLayout& kept_;
    std::size_t bars_;
    const ScenarioBatch* batch_ = nullptr;
    std::span<const std::uint32_t> scenarios_;
    std::vector<std::vector<ColumnJob>> jobs_; // by column
    struct SliceTable {
        std::vector<ColumnOffset> by_place; // of a continuous column: each scenario has its own
        std::unordered_map<std::uint64_t, ColumnOffset> by_key;
    };
    std::vector<SliceTable> slice_; // by column
    ColumnSpace used_;
    ColumnSpace mark_;
    bool adds_kept_ = false;
};

} // namespace threadx
