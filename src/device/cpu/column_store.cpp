#include "device/cpu/column_store.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/stopwatch.hpp"
#include "indicators/catalogue.hpp"

namespace threadx {

KeptColumns::KeptColumns(const Plan& plan) {
    for (const PlannedColumn& column : plan.columns) {
        tables_.push_back(column.kept ? std::make_unique<Slot[]>(column.combinations) : nullptr);
        if (column.kept) combinations_ += column.combinations;
    }
}

bool KeptColumns::try_claim(std::size_t index, std::uint64_t key) {
    int expected = empty;
    return tables_[index][key].state.compare_exchange_strong(expected, busy, std::memory_order_acq_rel);
}

void KeptColumns::publish(std::size_t index, std::uint64_t key, Column column, std::uint64_t columns) {
    Slot& slot = tables_[index][key];
    slot.column = std::move(column);
    computed_.fetch_add(columns, std::memory_order_relaxed);
    slot.state.store(ready, std::memory_order_release);
    slot.state.notify_all();
}

void KeptColumns::give_back(std::size_t index, std::uint64_t key) {
    Slot& slot = tables_[index][key];
    slot.state.store(empty, std::memory_order_release);
    slot.state.notify_all();
}

template <class Compute>
ColumnView KeptColumns::get(std::size_t index, std::uint64_t key, std::uint64_t columns,
                            const Compute& compute) {
    Slot& slot = tables_[index][key];
    for (;;) {
        const int state = slot.state.load(std::memory_order_acquire);
        if (state == ready) return slot.column.view();
        if (state == busy) {
            slot.state.wait(busy, std::memory_order_acquire);
            continue;
        }
        if (!try_claim(index, key)) continue;
        try {
            publish(index, key, compute(), columns);
        } catch (...) { // out of memory: somebody else may try
            give_back(index, key);
            throw;
        }
        return slot.column.view();
    }
}

namespace {

// Slots claimed beside one that is needed. What is not published is given back.
class Claims {
  public:
    Claims(KeptColumns& kept, std::size_t index) : kept_(kept), index_(index) {}
    Claims(const Claims&) = delete;
    Claims& operator=(const Claims&) = delete;
    ~Claims() {
        for (std::size_t i = published_; i < count_; ++i) kept_.give_back(index_, keys_[i]);
    }
    bool try_add(std::uint64_t key) {
        if (!kept_.try_claim(index_, key)) return false;
        keys_[count_++] = key;
        return true;
    }
    void publish_next(Column column) { kept_.publish(index_, keys_[published_++], std::move(column), 1); }

  private:
    KeptColumns& kept_;
    std::size_t index_;
    std::array<std::uint64_t, most_group_size> keys_{};
    std::size_t count_ = 0;
    std::size_t published_ = 0;
};

// Measured (AVX2, two threads, 100,000 bars): a column is as long as its values are many bytes, and a kernel
// takes its time however many of its columns are computed with it.
constexpr double truth_items = 1.0;
constexpr double number_items = 8.0;
constexpr double kernel_items = 32.0;

bool is_scan(const PlannedColumn& column) {
    return column.kernel >= 0 && column_kernels()[static_cast<std::size_t>(column.kernel)].scan;
}

} // namespace

KeptColumnWork kept_column_work(const Plan& plan, const PlannedColumn& column) {
    const auto combinations = static_cast<double>(column.combinations);
    KeptColumnWork out = {combinations,
                          combinations * (column.boolean ? truth_items : number_items * column.outputs)};
    if (const int axis = group_axis(plan, column); axis >= 0 && is_scan(column)) {
        const std::uint64_t levels = plan.axes[static_cast<std::size_t>(axis)].levels;
        const std::uint64_t groups = (levels + scan_group_size - 1) / scan_group_size;
        out.groups *= static_cast<double>(groups) / static_cast<double>(levels);
    }
    if (column.kernel >= 0) out.items += out.groups * kernel_items;
    out.items *= static_cast<double>(plan.bars);
    return out;
}

double kept_column_items(const Plan& plan) {
    double out = 0.0;
    for (const PlannedColumn& column : plan.columns)
        if (column.kept) out += kept_column_work(plan, column).items;
    return out;
}

ColumnReader::ColumnReader(const Graph& graph, const Plan& plan, const BarColumns& bars,
                           const KernelTable& kernels, KeptColumns& kept)
    : graph_(graph), plan_(plan), bars_(bars.bars()), kept_(kept), fusion_(plan, kernels),
      computer_(graph, plan, bars, kernels), slice_(plan.columns.size()) {}

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
    if (const Operand* const series = series_of_another(column)) {
        ColumnView view = get(series->index, point);
        view.numbers += static_cast<std::size_t>(series->output) * padded_bars(bars_);
        return view;
    }
    const std::uint64_t key = key_of(column, point);
    if (column.kept)
        return kept_.state(i, key) == KeptColumns::ready ? kept_.view(i, key) : make_kept(i, key, point);
    if (const auto known = slice_[i].find(key); known != slice_[i].end()) return known->second.view();
    std::vector<Column>& spare = spare_of(column);
    Column storage;
    if (spare.empty()) {
        storage = Column(column.boolean, bars_, static_cast<std::size_t>(column.outputs));
    } else {
        storage = std::move(spare.back());
        spare.pop_back();
    }
    return slice_[i].emplace(key, compute(i, point, std::move(storage))).first->second.view();
}

ColumnView ColumnReader::make_kept(std::size_t index, std::uint64_t key, const ScenarioPoint& point) {
    const auto make = [&] { return compute_kept(index, key, point); };
    const std::uint64_t columns = fusion_.with(index).columns.size();
    if (making_kept_) return kept_.get(index, key, columns, make); // what is made measures it
    const Stopwatch clock;
    making_kept_ = true;
    const auto end = [&] {
        making_kept_ = false;
        kept_seconds_ += clock.seconds();
    };
    try {
        const ColumnView view = kept_.get(index, key, columns, make);
        end();
        return view;
    } catch (...) {
        end();
        throw;
    }
}

bool ColumnReader::prepare(int column_index, const ScenarioPoint& point) {
    const auto i = static_cast<std::size_t>(column_index);
    const PlannedColumn& column = plan_.columns[i];
    const std::uint64_t key = column.kept ? key_of(column, point) : 0;
    const auto state = [&] { return column.kept ? kept_.state(i, key) : KeptColumns::empty; };
    if (state() != KeptColumns::empty) return state() == KeptColumns::ready;
    bool inputs_ready = true;
    for (const int input : fusion_.with(i).inputs) inputs_ready = prepare(input, point) && inputs_ready;
    if (!inputs_ready) return false;
    if (state() == KeptColumns::busy) return false;
    if (column.kept) get(column_index, point);
    return true;
}

std::span<const ColumnView> ColumnReader::inputs_of(std::size_t index, const ScenarioPoint& point) {
    if (views_.size() == depth_) views_.emplace_back(plan_.columns.size());
    const std::size_t depth = depth_++;
    for (const int input : fusion_.with(index).inputs) {
        const ColumnView view = get(input, point);
        views_[depth][static_cast<std::size_t>(input)] = view;
    }
    depth_ = depth;
    return views_[depth];
}

Column ColumnReader::compute(std::size_t index, const ScenarioPoint& point, Column storage) {
    return computer_.compute(fusion_.with(index).columns, point.parameters, inputs_of(index, point),
                             std::move(storage));
}

// A kernel takes its neighbours along: the columns of the values of its axis in groups, those that nobody has
// computed yet.
Column ColumnReader::compute_kept(std::size_t index, std::uint64_t key, const ScenarioPoint& point) {
    const PlannedColumn& column = plan_.columns[index];
    const auto new_storage = [&] {
        return Column(column.boolean, bars_, static_cast<std::size_t>(column.outputs));
    };
    const std::uint64_t group = computer_.group_size(column);
    const int along = group > 1 ? group_axis(plan_, column) : -1;
    if (along < 0) return compute(index, point, new_storage());
    const auto a = static_cast<std::size_t>(along);
    const Axis& axis = plan_.axes[a];
    const std::uint64_t own = point.levels[a];
    std::uint64_t stride = 1; // of the axis in keys
    for (std::size_t i = column.axes.size(); column.axes[--i] != along;)
        stride *= plan_.axes[static_cast<std::size_t>(column.axes[i])].levels;

    // What they are made of is there before others wait for what is claimed.
    std::vector<ColumnComputer::KernelInput> members = {
        computer_.input_of(column, point.parameters, inputs_of(index, point))};
    std::vector<double> parameters(point.parameters.begin(), point.parameters.end());
    std::vector<std::uint64_t> levels(point.levels.begin(), point.levels.end());
    std::vector<std::uint64_t> keys;
    const std::uint64_t first = own / group * group;
    for (std::uint64_t level = first; level < std::min(first + group, axis.levels); ++level) {
        parameters[static_cast<std::size_t>(axis.parameter)] = axis.values[level];
        levels[a] = level;
        const std::uint64_t neighbour = key - own * stride + level * stride;
        if (level == own || kept_.state(index, neighbour) != KeptColumns::empty ||
            !scenario_is_valid(graph_, parameters))
            continue;
        members.push_back(computer_.input_of(column, parameters,
                                             inputs_of(index, {parameters, levels, point.slice_index})));
        keys.push_back(neighbour);
    }
    Claims claims(kept_, index);
    std::size_t claimed = 1;
    for (std::size_t i = 0; i < keys.size(); ++i)
        if (claims.try_add(keys[i])) members[claimed++] = members[i + 1];
    members.resize(claimed);
    std::vector<Column> storage;
    for (std::size_t i = 0; i < claimed; ++i) storage.push_back(new_storage());
    computer_.compute_group(column, members, storage);
    for (std::size_t i = 1; i < storage.size(); ++i) claims.publish_next(std::move(storage[i]));
    return std::move(storage[0]);
}

std::vector<Column>& ColumnReader::spare_of(const PlannedColumn& column) {
    return spare_[column.boolean ? 0 : static_cast<std::size_t>(column.outputs)];
}

void ColumnReader::end_slice() {
    depth_ = 0; // also after a computation that ran out of memory
    for (std::size_t i = 0; i < slice_.size(); ++i) {
        for (auto& [key, column] : slice_[i]) spare_of(plan_.columns[i]).push_back(std::move(column));
        slice_[i].clear();
    }
}

} // namespace threadx
