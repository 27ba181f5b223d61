// Bars from arrays that are in memory already.
#pragma once

#include <string>

#include "market/csv_reader.hpp"

namespace threadx {

// Checks bars as a file's are checked, and gives them back: the very arrays, unless a rounding had put an
// open or close outside low … high, which is moved to the bound in a copy. Errors and warnings call them
// `name` and their bars "name[17]". The hash is of the values, so that the same bars have the same one.
//
// InputError for what is wrong with them, as with a file's; for arrays of different lengths; for fewer than
// two bars.
BarsFile check_array_bars(Bars bars, const std::string& name);

} // namespace threadx
