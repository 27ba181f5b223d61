// Rows as Parquet. There is no C++ library for it that distributions package, so pyarrow, of a Python that
// has it, makes it of the rows' CSV.
#pragma once

#include <filesystem>

namespace threadx {

// From `csv` (as RowPrinter writes it), a part at a time: the scenario's id is int64, its status a string,
// all else float64 and null where it is undefined. The Python is `python3`, or $THREADX_PYTHON. InputError,
// with what to do, if there is none or it has no pyarrow; Error with what pyarrow said if it fails.
void write_parquet(const std::filesystem::path& csv, const std::filesystem::path& file);

// InputError as above, before anything was written.
void check_parquet_writer();

} // namespace threadx
