// A run's directory: which files in it are the run's, and whether it is one.
#pragma once

#include <cstdint>
#include <filesystem>

namespace threadx {

// In the header of every rows.sqlite (PRAGMA application_id): "ThrX". Tells our files from other SQLite
// databases.
constexpr std::uint32_t run_application_id = 0x54687258;

std::filesystem::path rows_file(const std::filesystem::path& directory);
std::filesystem::path unfinished_rows_file(const std::filesystem::path& directory); // while it is made
std::filesystem::path manifest_file(const std::filesystem::path& directory);

// Refuses a directory in which no new run may be made: InputError, saying what is there. It may be absent,
// empty, or hold what was left by a kill while a run was made; with `force` it may hold a run.
void check_usable(const std::filesystem::path& directory, bool force);

// InputError if the directory has a rows.sqlite that ThreadX did not make. To be called with the lock held: a
// process that opens and closes the file, as this does, loses the locks that SQLite has on it.
void check_removable(const std::filesystem::path& directory);

// Removes the files of a run but the lock, and nothing else. IoError if that fails.
void remove_run_files(const std::filesystem::path& directory);

// Removes the manifests that killed processes were writing. To be called with the lock held.
void remove_unfinished_manifests(const std::filesystem::path& directory);

// InputError unless the directory exists and has a rows.sqlite.
void check_is_run(const std::filesystem::path& directory);

} // namespace threadx
