// Where the columns that a device computed are not the CPU's.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "device/cpu/column_store.hpp"
#include "device/gpu/gpu_column_reader.hpp"

namespace threadx::test {

// In which bar the column differs, to the last bit but for NaNs, which are all alike; "" if in none.
std::string first_difference(const double* found, ColumnView expected, std::size_t bars, int outputs = 1,
                             std::uint64_t unread = 0); // bit k: series k need not be there
std::string first_difference(const std::uint64_t* found, ColumnView expected, std::size_t bars);

// The same of all the plan's wanted columns, read from a device one by one and computed on the CPU. `names`
// says what they are.
std::string mismatch(GpuColumnReader& reader, const Graph& graph, const ColumnsPlan& plan,
                     const BarSeries& series, std::size_t bars, std::span<const std::string> names = {});

} // namespace threadx::test
