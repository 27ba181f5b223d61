// Which columns are computed together, block by block: a column that is read by one other column alone,
// directly or by way of such columns, is computed with that one, and is there for a block at a time, in the
// first cache. The others are stored.
#pragma once

#include <span>
#include <vector>

#include "device/cpu/kernel_interface.hpp"
#include "rules/plan.hpp"

namespace threadx {

// The axis of whose values the columns of a kernel are computed together (KernelTable::column_group), or -1.
// They read the same series; a scan's may also read what differs along the axis, if that is kept too.
int group_axis(const Plan& plan, const PlannedColumn& column);

// The series that a column is, where it is another's as it stands: a result of several.
const Operand* series_of_another(const PlannedColumn& column);

class ColumnFusion {
  public:
    ColumnFusion(const Plan& plan, const KernelTable& kernels);

    // What computing a column takes: the columns that are computed with it, those that others read first,
    // itself last; and the stored ones that they read.
    struct Together {
        std::vector<int> columns;
        std::vector<int> inputs;
    };
    const Together& with(std::size_t column) const { return together_[column]; }

  private:
    std::vector<Together> together_; // by column
};

} // namespace threadx
