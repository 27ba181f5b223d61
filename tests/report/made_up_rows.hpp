// Rows as a sweep would give them, for the tests of this folder.
#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "analysis/metrics.hpp"
#include "report/heat_axes.hpp"
#include "report/metric_index.hpp"
#include "store/run_store.hpp"

namespace threadx::test {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

// An axis of single values.
inline HeatAxis value_axis(const std::string& name, std::size_t parameter, std::vector<double> values) {
    const double last = values.back();
    return {name, parameter, std::move(values), last, true};
}

// Parameters, and every metric undefined.
inline Row row_of(std::uint64_t scenario, std::vector<double> parameters) {
    Row row{scenario, RowStatus::ok, std::move(parameters)};
    row.values.resize(row.values.size() + metrics().size(), undefined);
    return row;
}

inline void set_metric(Row& row, const std::string& name, double value) {
    row.values[row.values.size() - metrics().size() + metric_place(name)] = value;
}

} // namespace threadx::test
