// The tables of a run's database (RunStore says what is in them): making them, and knowing them again.
#pragma once

#include <string>

#include "store/row.hpp"
#include "store/sqlite.hpp"

namespace threadx {

// The statement that makes the table of rows; `name` may have a schema before it.
std::string rows_table_sql(const std::string& name, const RowSchema& schema);

// Makes the tables in a database that is new, in one transaction.
void create_tables(Database& database, const RowSchema& schema);

// InputError unless the database is a run's and of a format that this program knows; `directory` is what
// errors name.
void check_format(const Database& database, const std::string& directory);

RowSchema read_schema(const Database& database);

} // namespace threadx
