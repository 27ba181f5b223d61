// A run on disk: a directory with the rows and the manifest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/row.hpp"

namespace threadx {

// One scenario's row: parameters, then metrics; NaN where undefined.
struct Row {
    std::uint64_t scenario = 0;
    RowStatus status = RowStatus::ok;
    std::vector<double> values;
};

// The rows of a run, in `rows.sqlite`, and its `manifest.json`.
//
// Anybody may look at rows.sqlite with the sqlite3 shell, while the run goes on too. Its tables (format 1):
//   rows    scenario (the key), status (0 ok, 1 ruined, 2 invalid), then one column for each parameter and
//   metric
//           under its own name (exceptions: row_columns.hpp); an undefined value is NULL
//   schema  for each of those columns its position, kind ('parameter' or 'metric'), true name and column name
//   ranges  the finished ranges of scenario ids, first … last-1, and how many rows each has
//   block_returns, block_sums  only in runs with sums over blocks of returns: how many returns each block
//   has; and
//           for each finished range that has rows, by its `first`, the sums of its rows by ascending id:
//           for each block of a row two numbers, the sum of the returns and that of their squares (binary64,
//           little-endian)
//   meta    format_version
//
// A range, its rows and their sums are written in one transaction, so after a kill at any moment every range
// in `ranges` has all its rows, and every row is in a range.
//
// For one thread at a time; a process that writes rows in a second thread (RowWriter) reads them through a
// store of its own, from open_for_reading(). Every member may throw IoError: the disk is full or failed, the
// file is damaged.
class RunStore {
  public:
    // Makes a run, its directory and the directories above. The lock is taken.
    // InputError if the directory holds a run or anything else; with `force` an earlier run there is removed
    // (its own files, no others), unless a process is adding rows to it. IoError if the directory is not
    // writable.
    static RunStore create(const std::filesystem::path& directory, const RowSchema& schema, bool force);

    // The same in two steps: reserve() refuses what create() refuses, removes the earlier run and takes the
    // lock; make(), which waits for the disk, makes the files. Between the two there are no rows, none can be
    // added, and what is on the disk is in nobody's way. IoError if the files cannot be made: nothing is
    // left of them.
    static RunStore reserve(const std::filesystem::path& directory, const RowSchema& schema, bool force);
    void make();
    bool is_made() const;

    // Opens a run to add rows. InputError if it is no run, if its format is newer than this program, or if
    // another process is adding rows to it.
    static RunStore open_for_append(const std::filesystem::path& directory);

    // Opens a run to read it: while a process adds rows, after that process was killed, and where the
    // directory is not writable. Changes nothing. What it gives are the rows at the moment of each call.
    // InputError if it is no run, or its format is newer than this program.
    static RunStore open_for_reading(const std::filesystem::path& directory);

    RunStore(RunStore&&) noexcept;
    RunStore& operator=(RunStore&&) noexcept;
    ~RunStore(); // rows that were appended stay; finish() need not have been called

    const std::filesystem::path& directory() const;
    const RowSchema& schema() const;

    // Adds the blocks' rows and their ranges: all of them, or after an error none. InputError if a range
    // overlaps one that is finished; std::logic_error if a block is malformed or the store is open for
    // reading only.
    void append(std::span<const RowBlock> blocks);
    void append(const RowBlock& block) { append(std::span(&block, 1)); }

    // Brings what was appended from the log into the file, as far as no reader is in the way; finish() then
    // has less to do. Waits for the disk.
    void flush_log();

    // Merged, ascending.
    std::vector<IdRange> finished_ranges() const;

    std::uint64_t row_count() const;

    using RowFunction =
        std::function<void(std::uint64_t scenario, RowStatus status, std::span<const double> values)>;

    // Calls `f` for every row by ascending id, with schema().width() values that are valid during the call.
    // Rows are those at the start; memory does not grow with them. `f` must not append to this store.
    void for_each_row(const RowFunction& f) const;

    using SumsFunction =
        std::function<void(std::uint64_t scenario, RowStatus status, std::span<const double> block_sums)>;

    // The same for the sums over blocks of returns: for each block two numbers, the sum of the returns and
    // that of their squares. Calls nothing where the run has none.
    void for_each_block_sums(const SumsFunction& f) const;

    struct Order {
        std::string column; // a metric or a parameter (the metric, if both have that name), or "scenario"
        bool descending = true;
    };

    // The first n rows by (value, id): equal values by ascending id, undefined ones behind all others, and
    // invalid scenarios behind those. InputError if there is no such column.
    std::vector<Row> top(std::size_t n, const Order& order) const;

    std::optional<Row> row(std::uint64_t scenario) const;

    // The hash of the rows, as row_hash.hpp defines it: the same for any sizes and order of the blocks.
    std::string hash() const;

    // Replaces the manifest in one step: readers see the old or the new text.
    void write_manifest(const std::string& json_text);
    std::string read_manifest() const; // InputError if there is none

    // Ends the adding of rows: everything is forced to the disk, rows.sqlite becomes the only file of the
    // database, the lock is released, and the store can be read only. Should a reader be in the way for
    // seconds, the database keeps its -wal and -shm files: no row is missing, and the next finish() tidies
    // up.
    void finish();

  private:
    struct State;
    explicit RunStore(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

} // namespace threadx
