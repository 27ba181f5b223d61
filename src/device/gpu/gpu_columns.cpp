#include "device/gpu/gpu_columns.hpp"

#include <algorithm>

#include "device/cpu/column.hpp"

namespace threadx {

KeptLayout::KeptLayout(const Plan& plan, std::size_t bars)
    : series_count_(bar_field_count + 1 - (reads_time(fields_read(plan)) ? 0 : 2)),
      padded_(padded_bars(bars)), words_(padded_ / bars_per_word), bars_{series_count_ * padded_, words_},
      used_(bars_), size_(bars_) {
    for (const PlannedColumn& column : plan.columns) {
        tables_.emplace_back(column.kept ? column.combinations : 0, missing);
        if (!column.kept) continue;
        const std::uint64_t count = std::min(column.count, column.combinations);
        (column.boolean ? size_.words : size_.numbers) += count * room_of(column);
    }
}

std::size_t KeptLayout::room_of(const PlannedColumn& column) const {
    return column.boolean ? words_ : padded_ * static_cast<std::size_t>(column.outputs);
}

ColumnOffset KeptLayout::add(std::size_t index, std::uint64_t key, const PlannedColumn& column) {
    std::size_t& used = column.boolean ? used_.words : used_.numbers;
    const auto offset = static_cast<ColumnOffset>(used);
    used += room_of(column);
    return tables_[index][key] = offset;
}

void KeptLayout::forget_columns() {
    used_ = bars_;
    for (std::vector<ColumnOffset>& table : tables_) std::fill(table.begin(), table.end(), missing);
}

void SliceColumns::begin(const ScenarioBatch& batch, std::span<const std::uint32_t> scenarios) {
    batch_ = &batch;
    scenarios_ = scenarios;
    jobs_.assign(plan_.columns.size(), {});
    slice_.assign(plan_.columns.size(), {});
    for (std::size_t i = 0; i < slice_.size(); ++i)
        if (plan_.columns[i].continuous) slice_[i].by_place.assign(scenarios.size(), 0);
    used_ = {};
    mark_ = kept_.mark();
    adds_kept_ = false;
}

std::uint64_t SliceColumns::key_of(const PlannedColumn& column, std::uint32_t place) const {
    if (column.continuous) return place;
    const std::uint64_t* levels = batch_->levels.data() + scenarios_[place] * batch_->axis_count;
    std::uint64_t key = 0;
    for (const int axis : column.axes) {
        const auto i = static_cast<std::size_t>(axis);
        key = key * plan_.axes[i].levels + levels[i];
    }
    return key;
}

ColumnOffset SliceColumns::require(int column_index, std::uint32_t place) {
    const auto index = static_cast<std::size_t>(column_index);
    const PlannedColumn& column = plan_.columns[index];
    const std::uint64_t key = key_of(column, place);
    if (column.kept) {
        if (const ColumnOffset known = kept_.find(index, key); known != KeptLayout::missing) return known;
        const ColumnOffset offset = kept_.add(index, key, column);
        adds_kept_ = true;
        jobs_[index].push_back({place, key, offset});
        return offset;
    }
    // Offsets of a slice are negative: 0 is none.
    ColumnOffset& offset = column.continuous ? slice_[index].by_place[place] : slice_[index].by_key[key];
    if (offset != 0) return offset;
    std::size_t& used = column.boolean ? used_.words : used_.numbers;
    offset = slice_offset(used);
    used += kept_.room_of(column);
    jobs_[index].push_back({place, key, offset});
    return offset;
}

ColumnOffset SliceColumns::require(const Operand& operand, std::uint32_t place) {
    if (operand.kind == OperandKind::field) return kept_.field(operand.index);
    if (operand.kind != OperandKind::column) return kept_.ones();
    const ColumnOffset first = require(operand.index, place);
    const auto further =
        static_cast<ColumnOffset>(static_cast<std::size_t>(operand.output) * padded_bars(bars_));
    return first >= 0 ? first + further : first - further; // offsets of a slice are negative
}

void SliceColumns::require_inputs() {
    for (std::size_t index = plan_.columns.size(); index-- > 0;) // readers before what they read
        for (std::size_t i = 0; i < jobs_[index].size(); ++i) {
            const std::uint32_t place = jobs_[index][i].place;
            for (const int input : plan_.columns[index].inputs) require(input, place);
        }
}

void SliceColumns::forget_kept() {
    for (std::size_t index = 0; index < jobs_.size(); ++index)
        if (plan_.columns[index].kept)
            for (const ColumnJob& job : jobs_[index]) kept_.remove(index, job.key);
    kept_.go_back(mark_);
}

} // namespace threadx
