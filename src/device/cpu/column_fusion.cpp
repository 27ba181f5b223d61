#include "device/cpu/column_fusion.hpp"

#include <algorithm>

#include "indicators/catalogue.hpp"

namespace threadx {
namespace {

constexpr int stored = -1;

// Whether it is the last, or one before it, of columns that are computed block by block.
bool in_blocks(const PlannedColumn& column, const KernelTable& kernels) {
    return column.kernel < 0 || kernels.block_columns(column.kernel) > 0;
}

bool in_groups(const Plan& plan, const PlannedColumn& column, const KernelTable& kernels) {
    return column.kernel >= 0 && kernels.group_size(column.kernel) > 1 && group_axis(plan, column) >= 0;
}

void add_new(std::vector<int>& list, int index) {
    if (std::find(list.begin(), list.end(), index) == list.end()) list.push_back(index);
}

} // namespace

int group_axis(const Plan& plan, const PlannedColumn& column) {
    if (column.kernel < 0 || column.axes.empty()) return -1;
    int axis = column.scalar_axis;
    if (axis < 0 && column_kernels()[static_cast<std::size_t>(column.kernel)].scan &&
        std::all_of(column.inputs.begin(), column.inputs.end(),
                    [&](int input) { return plan.columns[static_cast<std::size_t>(input)].kept; }))
        axis = column.axes.back();
    return axis >= 0 && !plan.axes[static_cast<std::size_t>(axis)].values.empty() ? axis : -1;
}

const Operand* series_of_another(const PlannedColumn& column) {
    if (column.kernel >= 0 || column.boolean || column.steps.size() != 1) return nullptr;
    const Step& step = column.steps.front();
    const bool is_it = step.op == Op::constant && step.a.kind == OperandKind::column && !step.a.shift;
    return is_it ? &step.a : nullptr;
}

ColumnFusion::ColumnFusion(const Plan& plan, const KernelTable& kernels) : together_(plan.columns.size()) {
    const std::size_t count = plan.columns.size();
    std::vector<int> last(count, stored); // with which column each is computed
    std::vector<std::vector<int>> readers(count);
    for (std::size_t i = count; i-- > 0;) { // readers come after what they read
        const PlannedColumn& column = plan.columns[i];
        for (const int input : column.inputs)
            readers[static_cast<std::size_t>(input)].push_back(static_cast<int>(i));
        last[i] = static_cast<int>(i);
        if (column.result || column.boolean || readers[i].empty() || !in_blocks(column, kernels) ||
            in_groups(plan, column, kernels))
            continue;
        const int reader = last[static_cast<std::size_t>(readers[i].front())];
        const PlannedColumn& end = plan.columns[static_cast<std::size_t>(reader)];
        const bool alone = std::all_of(readers[i].begin(), readers[i].end(), [&](int each) {
            return last[static_cast<std::size_t>(each)] == reader;
        });
        if (alone && end.axes == column.axes && end.kept == column.kept && in_blocks(end, kernels) &&
            !in_groups(plan, end, kernels) && series_of_another(end) == nullptr)
            last[i] = reader;
    }
    for (std::size_t i = 0; i < count; ++i) {
        Together& own = together_[i];
        const int index = static_cast<int>(i);
        if (last[i] == index) {
            for (std::size_t k = 0; k <= i; ++k)
                if (last[k] == index) own.columns.push_back(static_cast<int>(k));
        } else {
            own.columns.push_back(index); // by who asks for it nevertheless
        }
        for (const int each : own.columns)
            for (const int input : plan.columns[static_cast<std::size_t>(each)].inputs)
                if (std::find(own.columns.begin(), own.columns.end(), input) == own.columns.end())
                    add_new(own.inputs, input);
    }
}

} // namespace threadx
