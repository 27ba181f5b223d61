// The tables of a run's database (RunStore says what is in them): making them, and knowing them again.
#pragma once

#include <cstddef>
#include <string>

#include "store/row.hpp"
#include "store/sqlite.hpp"

namespace threadx {

// Measured with 4 parameters and 29 metrics in blocks of 4,096 rows: 16 rows a statement take a tenth less
// processor time than one; more bring little.
constexpr std::size_t rows_per_insert = 16;

// The statement that adds `rows` rows of `width` values: "INSERT INTO rows VALUES (?,?,…),(?,?,…),…".
std::string insert_sql(std::size_t width, std::size_t rows);

// Makes the tables in a database that is new, in one transaction.
void create_tables(Database& database, const RowSchema& schema);

// InputError unless the database is a run's and of a format that this program knows; `directory` is what
// errors name.
void check_format(const Database& database, const std::string& directory);

RowSchema read_schema(const Database& database);

} // namespace threadx
