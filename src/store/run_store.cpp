#include "store/run_store.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "store/row_columns.hpp"
#include "store/row_hash.hpp"
#include "store/row_image.hpp"
#include "store/run_database.hpp"
#include "store/run_directory.hpp"
#include "store/run_format.hpp"
#include "store/run_lock.hpp"
#include "store/sqlite.hpp"

namespace threadx {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t last_id = std::numeric_limits<std::int64_t>::max(); // SQLite's integers are signed

// Our own mistakes: what the rest of the program must not hand to a store.
void check_block(const RowBlock& block, const RowSchema& schema) {
    const auto require = [](bool holds, const char* what) {
        if (!holds) throw std::logic_error(fmt::format("RunStore::append: {}", what));
    };
    require(block.range.first < block.range.last, "an empty range");
    require(block.range.last <= last_id, "an id beyond 2^63-1");
    require(block.statuses.size() == block.rows(), "not one status a row");
    require(block.values.size() == block.rows() * schema.width(), "not `width` values a row");
    require(block.block_sums.size() == block.rows() * schema.block_returns.size() * 2,
            "not two sums for each block of a row");
    for (std::size_t i = 0; i < block.rows(); ++i) {
        const std::uint64_t id = block.scenarios[i];
        require(id >= block.range.first && id < block.range.last, "a row outside of the range");
        require(i == 0 || block.scenarios[i - 1] < id, "ids that do not ascend");
    }
}

void read_values(const Statement& statement, std::span<double> values) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = statement.real(static_cast<int>(i) + 2);
}

RowStatus read_status(const Statement& statement) { return static_cast<RowStatus>(statement.integer(1)); }

Row read_row(const Statement& statement, std::size_t width) {
    Row row{static_cast<std::uint64_t>(statement.integer(0)), read_status(statement),
            std::vector<double>(width)};
    read_values(statement, row.values);
    return row;
}

} // namespace

// Members end in reverse order: database, what it reads, and the lock last.
struct RunStore::State {
    fs::path directory;
    RowSchema schema;
    std::unique_ptr<RunLock> lock;    // null: reading only
    std::optional<RowImage> incoming; // the rows of an append: the database attached under this name
    std::unique_ptr<Database> database;

    void open_for_writing() {
        database = open_database_for_writing(directory);
        database->execute("ATTACH ':memory:' AS incoming");
        database->execute("PRAGMA incoming.auto_vacuum=NONE");
        database->execute(fmt::format("PRAGMA incoming.page_size={}", RowImage::page_bytes));
        database->execute(rows_table_sql("incoming.rows", schema));
        incoming.emplace(database->image_of("incoming"));
    }

    void refuse_overlap(const IdRange& range) const;
    void insert_ranges(std::span<const RowBlock> blocks) const;
    void prepare_rows(std::span<const RowBlock> blocks);
    void insert_rows() const;
    void insert_block_sums(std::span<const RowBlock> blocks) const;
};

RunStore::RunStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
RunStore::RunStore(RunStore&&) noexcept = default;
RunStore& RunStore::operator=(RunStore&&) noexcept = default;
RunStore::~RunStore() = default;

RunStore RunStore::create(const fs::path& directory, const RowSchema& schema, bool force) {
    RunStore store = reserve(directory, schema, force);
    store.make();
    return store;
}

RunStore RunStore::reserve(const fs::path& directory, const RowSchema& schema, bool force) {
    check_schema(schema);
    check_usable(directory, force);
    std::error_code failure;
    fs::create_directories(directory, failure);
    if (failure)
        throw IoError(
            fmt::format("cannot make the directory '{}': {}", directory.string(), failure.message()));

    auto state = std::make_unique<State>();
    state->directory = directory;
    state->schema = schema;
    state->lock = std::make_unique<RunLock>(directory);
    check_usable(directory, force); // again: another process may have been faster
    check_removable(directory);
    remove_run_files(directory);
    return RunStore(std::move(state));
}

void RunStore::make() {
    try {
        make_database(state_->directory, state_->schema);
        state_->open_for_writing();
    } catch (...) {
        state_->database.reset();
        remove_run_files(state_->directory);
        throw;
    }
}

bool RunStore::is_made() const { return state_->database != nullptr; }

RunStore RunStore::open_for_append(const fs::path& directory) {
    check_is_run(directory);
    auto state = std::make_unique<State>();
    state->directory = directory;
    state->lock = std::make_unique<RunLock>(directory);
    remove_unfinished_manifests(directory);
    state->schema = read_schema(*open_database_for_reading(directory)); // which refuses a newer format
    state->open_for_writing();
    return RunStore(std::move(state));
}

RunStore RunStore::open_for_reading(const fs::path& directory) {
    check_is_run(directory);
    auto state = std::make_unique<State>();
    state->directory = directory;
    state->database = open_database_for_reading(directory);
    state->schema = read_schema(*state->database);
    return RunStore(std::move(state));
}

const fs::path& RunStore::directory() const { return state_->directory; }
const RowSchema& RunStore::schema() const { return state_->schema; }

void RunStore::State::refuse_overlap(const IdRange& range) const {
    // Finished ranges are disjoint, so the last one that begins before the end of this one decides.
    Statement before(*database, "SELECT first, last FROM ranges WHERE first < ? ORDER BY first DESC LIMIT 1");
    before.bind(1, static_cast<std::int64_t>(range.last));
    if (before.step() && before.integer(1) > static_cast<std::int64_t>(range.first))
        throw InputError(fmt::format(
            "scenarios {} to {} cannot be added to the run '{}': {} to {} are finished already", range.first,
            range.last - 1, directory.string(), before.integer(0), before.integer(1) - 1));
}

void RunStore::State::insert_ranges(std::span<const RowBlock> blocks) const {
    Statement finished(*database, "INSERT INTO main.ranges VALUES(?,?,?)");
    for (const RowBlock& block : blocks) {
        refuse_overlap(block.range);
        finished.bind(1, static_cast<std::int64_t>(block.range.first));
        finished.bind(2, static_cast<std::int64_t>(block.range.last));
        finished.bind(3, static_cast<std::int64_t>(block.rows()));
        finished.run();
    }
}

// Makes the blocks' rows the contents of the database `incoming`.
void RunStore::State::prepare_rows(std::span<const RowBlock> blocks) {
    std::vector<const RowBlock*> ascending;
    for (const RowBlock& block : blocks) ascending.push_back(&block);
    std::sort(ascending.begin(), ascending.end(), [](const RowBlock* a, const RowBlock* b) {
        return a->range.first < b->range.first; // where ranges overlap, the rows will not be read
    });
    incoming->clear();
    for (const RowBlock* block : ascending) incoming->add(*block);
    database->set_image("incoming", incoming->finish());
}

// Of two tables with the same columns SQLite copies the records as they are.
void RunStore::State::insert_rows() const {
    Statement(*database, "INSERT INTO main.rows SELECT * FROM incoming.rows").run();
}

void RunStore::State::insert_block_sums(std::span<const RowBlock> blocks) const {
    if (schema.block_returns.empty()) return;
    Statement insert(*database, "INSERT INTO main.block_sums VALUES(?,?)");
    for (const RowBlock& block : blocks) {
        if (block.rows() == 0) continue;
        insert.bind(1, static_cast<std::int64_t>(block.range.first));
        insert.bind(2, std::span<const double>(block.block_sums));
        insert.run();
    }
}

void RunStore::append(std::span<const RowBlock> blocks) {
    if (!state_->lock) throw std::logic_error("RunStore::append: the store is open for reading only");
    if (!is_made()) throw std::logic_error("RunStore::append: make() has not been called");
    std::uint64_t rows = 0;
    for (const RowBlock& block : blocks) {
        check_block(block, state_->schema);
        rows += block.rows();
    }
    if (rows != 0) state_->prepare_rows(blocks);
    Transaction transaction(*state_->database);
    state_->insert_ranges(blocks);
    if (rows != 0) {
        state_->insert_rows();
        if (state_->database->changes() != rows)
            throw std::logic_error("RunStore::append: SQLite has copied another number of rows");
        state_->insert_block_sums(blocks);
    }
    transaction.commit();
}

void RunStore::flush_log() { state_->database->try_execute("PRAGMA wal_checkpoint(PASSIVE)"); }

std::vector<IdRange> RunStore::finished_ranges() const {
    if (!is_made()) return {};
    std::vector<IdRange> merged;
    Statement ranges(*state_->database, "SELECT first, last FROM ranges ORDER BY first");
    while (ranges.step()) {
        const IdRange range{static_cast<std::uint64_t>(ranges.integer(0)),
                            static_cast<std::uint64_t>(ranges.integer(1))};
        if (!merged.empty() && merged.back().last == range.first)
            merged.back().last = range.last;
        else
            merged.push_back(range);
    }
    return merged;
}

std::uint64_t RunStore::row_count() const {
    Statement sum(*state_->database, "SELECT coalesce(sum(row_count), 0) FROM ranges");
    sum.step();
    return static_cast<std::uint64_t>(sum.integer(0));
}

void RunStore::for_each_row(const RowFunction& f) const {
    // This statement stays open to the end, and with it the snapshot in which the rows are read.
    Statement expected(*state_->database, "SELECT coalesce(sum(row_count), 0) FROM ranges");
    expected.step();
    Statement rows(*state_->database, "SELECT * FROM rows ORDER BY scenario");
    std::vector<double> values(state_->schema.width());
    std::int64_t seen = 0;
    for (; rows.step(); ++seen) {
        read_values(rows, values);
        f(static_cast<std::uint64_t>(rows.integer(0)), read_status(rows), values);
    }
    if (seen != expected.integer(0))
        throw IoError(fmt::format(
            "'{}' is damaged: it has {} rows where its finished ranges have {}; restore it from a "
            "copy, or make the run again",
            rows_file(state_->directory).string(), seen, expected.integer(0)));
}

void RunStore::for_each_block_sums(const SumsFunction& f) const {
    const std::size_t width = state_->schema.block_returns.size() * 2;
    if (width == 0) return;
    Statement ranges(*state_->database,
                     "SELECT first, last, row_count, sums FROM ranges LEFT JOIN block_sums "
                     "USING(first) WHERE row_count > 0 ORDER BY first");
    Statement rows(
        *state_->database,
        "SELECT scenario, status FROM rows WHERE scenario >= ? AND scenario < ? ORDER BY scenario");
    while (ranges.step()) {
        const std::vector<double> sums = ranges.reals(3);
        std::size_t row = 0;
        rows.bind(1, ranges.integer(0));
        rows.bind(2, ranges.integer(1));
        for (; rows.step() && (row + 1) * width <= sums.size(); ++row)
            f(static_cast<std::uint64_t>(rows.integer(0)), read_status(rows),
              std::span(sums).subspan(row * width, width));
        rows.reset();
        if (row != static_cast<std::size_t>(ranges.integer(2)) || row * width != sums.size())
            throw IoError(
                fmt::format("'{}' is damaged: the sums over blocks of scenarios {} to {} are not those "
                            "of {} rows; restore it from a copy, or make the run again",
                            rows_file(state_->directory).string(), ranges.integer(0), ranges.integer(1) - 1,
                            ranges.integer(2)));
    }
}

std::vector<Row> RunStore::top(std::size_t n, const Order& order) const {
    const std::string column = sql_name(find_column(state_->schema, order.column));
    if (!is_made()) return {};
    Statement best(*state_->database,
                   fmt::format("SELECT * FROM rows ORDER BY status = {}, {} IS NULL, {} {}, scenario LIMIT ?",
                               static_cast<int>(RowStatus::invalid), column, column,
                               order.descending ? "DESC" : "ASC"));
    best.bind(1, static_cast<std::int64_t>(std::min<std::uint64_t>(n, last_id)));
    std::vector<Row> rows;
    while (best.step()) rows.push_back(read_row(best, state_->schema.width()));
    return rows;
}

std::optional<Row> RunStore::row(std::uint64_t scenario) const {
    if (scenario > last_id) return std::nullopt;
    Statement one(*state_->database, "SELECT * FROM rows WHERE scenario = ?");
    one.bind(1, static_cast<std::int64_t>(scenario));
    if (!one.step()) return std::nullopt;
    return read_row(one, state_->schema.width());
}

std::string RunStore::hash() const {
    RowHash hash(state_->schema);
    for_each_row([&](std::uint64_t scenario, RowStatus status, std::span<const double> values) {
        hash.add(scenario, status, values);
    });
    return hash.hex_digest();
}

void RunStore::write_manifest(const std::string& json_text) {
    write_file_atomically(manifest_file(state_->directory), json_text);
}

std::string RunStore::read_manifest() const { return read_file(manifest_file(state_->directory)); }

void RunStore::finish() {
    if (!state_->lock) return;
    state_->database->execute("DETACH incoming");
    if (!leave_single_file(*state_->database)) state_->database->try_execute("PRAGMA wal_checkpoint(FULL)");
    state_->database.reset();
    state_->incoming.reset();
    state_->lock.reset();
    state_->database = open_database_for_reading(state_->directory);
}

} // namespace threadx
