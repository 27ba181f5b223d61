// The sums over blocks of returns that a run has stored.
#pragma once

#include "analysis/return_blocks.hpp"
#include "store/run_store.hpp"

namespace threadx {

// Of all scenarios that are finished and valid. InputError if the run has none: it was made with
// [analysis] blocks = 0, or has too many scenarios to have them unasked. IoError as for reading rows.
ReturnBlocks read_return_blocks(const RunStore& store);

} // namespace threadx
