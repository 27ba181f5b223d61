// A row of a sweep as the outcome of a simulation.
#pragma once

#include <span>

#include "analysis/outcomes.hpp"
#include "store/row.hpp"

namespace threadx {

// `row`: its parameters, of which there are so many, then its metrics.
Outcome outcome_of_row(RowStatus status, std::span<const double> row, std::size_t parameters);

} // namespace threadx
