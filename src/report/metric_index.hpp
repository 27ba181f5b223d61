// Where a metric stands in the rows.
#pragma once

#include <cstddef>
#include <string>

namespace threadx {

// The index in metrics(). InputError, with the nearest name, if there is none of that name.
std::size_t metric_place(const std::string& name);

} // namespace threadx
