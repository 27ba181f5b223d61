#include "device/cpu/column_store.hpp"

namespace threadx {

KeptColumns::KeptColumns(const Plan& plan) {
    for (const PlannedColumn& column : plan.columns)
        tables_.push_back(column.kept ? std::make_unique<Slot[]>(column.combinations) : nullptr);
}

template <class Compute>
ColumnView KeptColumns::get(std::size_t index, std::uint64_t key, const Compute& compute) {
    Slot& slot = tables_[index][key];
    for (;;) {
        int state = slot.state.load(std::memory_order_acquire);
        if (state == ready) return slot.column.view();
        if (state == busy) {
            slot.state.wait(busy, std::memory_order_acquire);
            continue;
        }
        if (!slot.state.compare_exchange_strong(state, busy, std::memory_order_acq_rel)) continue;
        try {
            slot.column = compute();
        } catch (...) { // out of memory: somebody else may try
            slot.state.store(empty, std::memory_order_release);
            slot.state.notify_all();
            throw;
        }
        computed_.fetch_add(1, std::memory_order_relaxed);
        slot.state.store(ready, std::memory_order_release);
        slot.state.notify_all();
        return slot.column.view();
    }
}

ColumnReader::ColumnReader(const Graph& graph, const Plan& plan, const BarColumns& bars,
                           const KernelTable& kernels, KeptColumns& kept)
    : plan_(plan), bars_(bars.bars()), kept_(kept), computer_(graph, plan, bars, kernels),
      slice_(plan.columns.size()) {}

std::uint64_t ColumnReader::key_of(const PlannedColumn& column, const ScenarioPoint& point) const {
    if (column.continuous) return point.slice_index;
    std::uint64_t key = 0;
    for (const int axis : column.axes) {
        const auto i = static_cast<std::size_t>(axis);
        key = key * plan_.axes[i].levels + point.levels[i];
    }
    return key;
}

ColumnView ColumnReader::get(int column_index, const ScenarioPoint& point) {
    const auto i = static_cast<std::size_t>(column_index);
    const PlannedColumn& column = plan_.columns[i];
    const std::uint64_t key = key_of(column, point);
    if (column.kept)
        return kept_.get(i, key, [&] { return compute(column, point, Column(column.boolean, bars_)); });
    if (const auto known = slice_[i].find(key); known != slice_[i].end()) return known->second.view();
    std::vector<Column>& spare = spare_[column.boolean ? 1 : 0];
    Column storage;
    if (spare.empty()) {
        storage = Column(column.boolean, bars_);
    } else {
        storage = std::move(spare.back());
        spare.pop_back();
    }
    return slice_[i].emplace(key, compute(column, point, std::move(storage))).first->second.view();
}

Column ColumnReader::compute(const PlannedColumn& column, const ScenarioPoint& point, Column storage) {
    if (views_.size() == depth_) views_.emplace_back(plan_.columns.size());
    const std::size_t depth = depth_++;
    for (const int input : column.inputs) {
        const ColumnView view = get(input, point);
        views_[depth][static_cast<std::size_t>(input)] = view;
    }
    depth_ = depth;
    return computer_.compute(column, point.parameters, views_[depth], std::move(storage));
}

void ColumnReader::end_slice() {
    depth_ = 0; // also after a computation that ran out of memory
    for (std::size_t i = 0; i < slice_.size(); ++i) {
        for (auto& [key, column] : slice_[i])
            spare_[plan_.columns[i].boolean ? 1 : 0].push_back(std::move(column));
        slice_[i].clear();
    }
}

} // namespace threadx
