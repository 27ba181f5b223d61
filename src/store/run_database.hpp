// Opening a run's rows.sqlite: with a write-ahead log while rows are added, as a single file once they are.
#pragma once

#include <filesystem>
#include <memory>

#include "store/row.hpp"
#include "store/sqlite.hpp"

namespace threadx {

// Makes the database, without rows. It has another name until it is whole: a rows.sqlite always is a run's.
void make_database(const std::filesystem::path& directory, const RowSchema& schema);

// The run's lock must be held.
std::unique_ptr<Database> open_database_for_writing(const std::filesystem::path& directory);

// InputError if it is no run's database, or of a newer format. Works in directories that are read-only too.
std::unique_ptr<Database> open_database_for_reading(const std::filesystem::path& directory);

// Moves the log into the database and removes it. False if readers are in the way for two seconds.
bool leave_single_file(Database& database);

} // namespace threadx
