// The columns of the table `rows` in a run's database: what they are called, and which one a user means.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/row.hpp"

namespace threadx {

// InputError if a name is empty or has a comma, a quote or a control character in it (the hash's schema line
// and CSV headers are made of names), or if two parameters, or two metrics, have the same name, or if there
// are more than 1,900 names.
void check_schema(const RowSchema& schema);

// One column name for each of the schema's width() names, in order. A name is its own column name, except
// that SQLite does not tell "N" from "n" and the table has the columns `scenario` and `status` already. So a
// parameter that is called like one of those two or like a metric is prefixed with "param_", a metric that is
// called like one of those two with "metric_", and what is still taken gets "_2", "_3", … behind it.
std::vector<std::string> column_names(const RowSchema& schema);

// The column that `name` means: a metric's or parameter's true name (metrics first), else a column name,
// `scenario` and `status` included. InputError, with the nearest name, if there is none.
std::string find_column(const RowSchema& schema, const std::string& name);

// The name as SQL: in double quotes, quotes in it doubled.
std::string sql_name(std::string_view name);

} // namespace threadx
