#include "store/run_database.hpp"

#include <chrono>
#include <string>
#include <system_error>
#include <thread>

#include <unistd.h>

#include <fmt/format.h>

#include "base/error.hpp"
#include "store/run_directory.hpp"
#include "store/run_format.hpp"

namespace threadx {
namespace {

namespace fs = std::filesystem;

// With a write-ahead log, readers and the writer do not wait for each other. With synchronous=NORMAL only
// checkpoints wait for the disk: a kill of the process loses nothing, as what was written is the kernel's; a
// power cut can lose the last transactions, which resume computes again, and never damages the file.
void prepare_for_writing(Database& database) {
    database.execute("PRAGMA synchronous=NORMAL");
    database.execute("PRAGMA journal_mode=WAL");
    database.execute("PRAGMA wal_autocheckpoint=4000"); // pages: a log of about 64 MiB
}

bool has_companion(const fs::path& directory, const char* suffix) {
    std::error_code failure;
    return fs::exists(rows_file(directory).string() + suffix, failure);
}

bool is_writable(const fs::path& directory) { return ::access(directory.c_str(), W_OK) == 0; }

// A database in write-ahead mode is read by way of its -wal and -shm files, and SQLite makes these where they
// are absent. Where it cannot, and there is no log or journal, the file alone has everything and nobody is
// writing to it.
Database::Mode reading_mode(const fs::path& directory) {
    const bool alone = !has_companion(directory, "-wal") && !has_companion(directory, "-journal");
    return alone && !is_writable(directory) ? Database::Mode::immutable : Database::Mode::read;
}

// A process that was killed while it switched between log and single file leaves a journal that has to be
// rolled back. Only a connection that may write can do that; any query makes it do so.
void complete_interrupted_switch(const fs::path& directory) {
    if (!has_companion(directory, "-journal") || !is_writable(directory)) return;
    const Database database(rows_file(directory), Database::Mode::write);
    Statement(database, "SELECT count(*) FROM sqlite_master").step();
}

} // namespace

void make_database(const fs::path& directory, const RowSchema& schema) {
    {
        Database database(unfinished_rows_file(directory), Database::Mode::create);
        database.execute("PRAGMA synchronous=OFF"); // the switch to the log waits for the disk, once for all
        create_tables(database, schema);
        prepare_for_writing(database);
    }
    std::error_code failure;
    fs::rename(unfinished_rows_file(directory), rows_file(directory), failure);
    if (failure)
        throw IoError(fmt::format("cannot make '{}': {}", rows_file(directory).string(), failure.message()));
}

std::unique_ptr<Database> open_database_for_writing(const fs::path& directory) {
    auto database = std::make_unique<Database>(rows_file(directory), Database::Mode::write);
    prepare_for_writing(*database);
    return database;
}

std::unique_ptr<Database> open_database_for_reading(const fs::path& directory) {
    complete_interrupted_switch(directory);
    auto database = std::make_unique<Database>(rows_file(directory), reading_mode(directory));
    check_format(*database, directory.string());
    return database;
}

bool leave_single_file(Database& database) {
    for (int attempt = 0; attempt < 20; ++attempt) {
        // Once the log is in the file and on the disk, what is left to write are two bytes of the file's
        // header, which are right before and after: no need to wait for the disk another three times.
        Statement checkpoint(database, "PRAGMA wal_checkpoint(PASSIVE)"); // does not wait for readers
        const bool moved = checkpoint.step() && checkpoint.integer(1) == checkpoint.integer(2); // pages
        checkpoint.reset();
        if (moved) {
            database.execute("PRAGMA synchronous=OFF");
            const bool switched = database.try_execute("PRAGMA journal_mode=DELETE");
            database.execute("PRAGMA synchronous=NORMAL");
            if (switched) return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
}

} // namespace threadx
