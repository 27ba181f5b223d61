#include "store/run_format.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/error.hpp"
#include "store/row_columns.hpp"
#include "store/run_directory.hpp"

namespace threadx {
namespace {

constexpr std::int64_t format_version = 1;
constexpr int page_bytes = 16384; // a tenth faster for rows of 300 bytes than SQLite's 4,096

void create_block_tables(Database& database, const RowSchema& schema) {
    database.execute("CREATE TABLE block_returns(block INTEGER PRIMARY KEY, returns INTEGER)");
    Statement insert(database, "INSERT INTO block_returns VALUES(?,?)");
    for (std::size_t i = 0; i < schema.block_returns.size(); ++i) {
        insert.bind(1, static_cast<std::int64_t>(i));
        insert.bind(2, static_cast<std::int64_t>(schema.block_returns[i]));
        insert.run();
    }
    database.execute("CREATE TABLE block_sums(first INTEGER PRIMARY KEY, sums BLOB)");
}

bool has_block_tables(const Database& database) {
    Statement tables(database, "SELECT count(*) FROM sqlite_master WHERE type='table' AND "
                               "name IN ('block_returns','block_sums')");
    tables.step();
    return tables.integer(0) == 2;
}

} // namespace

std::string rows_table_sql(const std::string& name, const RowSchema& schema) {
    std::string sql = fmt::format("CREATE TABLE {}(scenario INTEGER PRIMARY KEY, status INTEGER", name);
    for (const std::string& column : column_names(schema)) sql += fmt::format(", {} REAL", sql_name(column));
    return sql + ")";
}

void create_tables(Database& database, const RowSchema& schema) {
    database.execute("PRAGMA journal_mode=MEMORY"); // there is nothing yet that a journal could protect
    database.execute(fmt::format("PRAGMA page_size={}", page_bytes));
    Transaction transaction(database);
    database.execute(fmt::format("PRAGMA application_id={}", run_application_id));
    database.execute("CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID");
    database.execute(fmt::format("INSERT INTO meta VALUES('format_version',{})", format_version));
    database.execute("CREATE TABLE ranges(first INTEGER PRIMARY KEY, last INTEGER, row_count INTEGER)");
    database.execute(
        "CREATE TABLE schema(position INTEGER PRIMARY KEY, kind TEXT, name TEXT, column_name TEXT)");

    const std::vector<std::string> columns = column_names(schema);
    Statement insert(database, "INSERT INTO schema VALUES(?,?,?,?)");
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool parameter = i < schema.parameters.size();
        insert.bind(1, static_cast<std::int64_t>(i));
        insert.bind(2, std::string_view(parameter ? "parameter" : "metric"));
        insert.bind(3, std::string_view(parameter ? schema.parameters[i]
                                                  : schema.metrics[i - schema.parameters.size()]));
        insert.bind(4, std::string_view(columns[i]));
        insert.run();
    }
    database.execute(rows_table_sql("rows", schema));
    if (!schema.block_returns.empty()) create_block_tables(database, schema);
    transaction.commit();
}

void check_format(const Database& database, const std::string& directory) {
    Statement tables(database, "SELECT count(*) FROM sqlite_master WHERE type='table' AND "
                               "name IN ('meta','schema','ranges','rows')");
    tables.step();
    if (tables.integer(0) != 4)
        throw InputError(fmt::format("'{}' is not a run: its rows.sqlite lacks the tables of one; give the "
                                     "directory that `threadx sweep` made",
                                     directory));
    Statement version(database, "SELECT value FROM meta WHERE key='format_version'");
    const std::int64_t found = version.step() ? version.integer(0) : 0;
    if (found > format_version)
        throw InputError(
            fmt::format("the run '{}' was made by a newer ThreadX: its format is {}, this one knows up to "
                        "{}; use the newer one",
                        directory, found, format_version));
}

RowSchema read_schema(const Database& database) {
    RowSchema schema;
    Statement names(database, "SELECT kind, name FROM schema ORDER BY position");
    while (names.step())
        (names.text(0) == "parameter" ? schema.parameters : schema.metrics).push_back(names.text(1));
    if (!has_block_tables(database)) return schema;
    Statement blocks(database, "SELECT returns FROM block_returns ORDER BY block");
    while (blocks.step()) schema.block_returns.push_back(static_cast<std::uint32_t>(blocks.integer(0)));
    return schema;
}

} // namespace threadx
