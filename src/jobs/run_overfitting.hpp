// The statistics of overfitting of a finished run: computed, and kept in its directory.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "store/run_store.hpp"
#include "sweep/prepared_sweep.hpp"

namespace threadx {

// Writes overfitting.json and gives its verdict; nothing, and no file, where the run has no sums of returns
// over blocks of time, or fewer than two scenarios. Takes a small part of the time that the sweep took:
// there are fewer blocks and resamples where more would make it longer. IoError.
std::optional<std::string> write_overfitting(const RunStore& store, const PreparedSweep& sweep,
                                             std::size_t threads);

} // namespace threadx
