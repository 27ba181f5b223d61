#include "store/row_columns.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/nearest_name.hpp"

namespace threadx {
namespace {

constexpr std::string_view scenario_column = "scenario";
constexpr std::string_view status_column = "status";
constexpr std::size_t widest_row = 1900; // SQLite as packaged takes 2,000 columns

// ASCII lower case, which is how SQLite compares names.
std::string folded(std::string_view name) {
    std::string text(name);
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

void check_names(const std::vector<std::string>& names, std::string_view kind) {
    std::set<std::string_view> seen;
    for (const std::string& name : names) {
        const bool bad = std::any_of(name.begin(), name.end(), [](char c) {
            return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == ',' || c == '"';
        });
        if (name.empty()) throw InputError(fmt::format("a {} has an empty name; give it one", kind));
        if (bad)
            throw InputError(
                fmt::format("the {} '{}' has a comma, a quote or a control character in its name; rename it",
                            kind, name));
        if (!seen.insert(name).second)
            throw InputError(fmt::format("there are two {}s called '{}'; rename one", kind, name));
    }
}

} // namespace

void check_schema(const RowSchema& schema) {
    check_names(schema.parameters, "parameter");
    check_names(schema.metrics, "metric");
    if (schema.width() > widest_row)
        throw InputError(
            fmt::format("{} parameters and metrics are more than the {} that a run can have; use fewer",
                        schema.width(), widest_row));
}

std::vector<std::string> column_names(const RowSchema& schema) {
    std::set<std::string> reserved = {std::string(scenario_column), std::string(status_column)};
    std::set<std::string> metrics;
    for (const std::string& name : schema.metrics) metrics.insert(folded(name));

    std::set<std::string> taken = reserved;
    std::vector<std::string> columns;
    const auto add = [&](std::string column) {
        const std::string base = column;
        for (int copy = 2; !taken.insert(folded(column)).second; ++copy)
            column = fmt::format("{}_{}", base, copy);
        columns.push_back(std::move(column));
    };
    for (const std::string& name : schema.parameters)
        add(reserved.contains(folded(name)) || metrics.contains(folded(name)) ? "param_" + name : name);
    for (const std::string& name : schema.metrics)
        add(reserved.contains(folded(name)) ? "metric_" + name : name);
    return columns;
}

std::string find_column(const RowSchema& schema, const std::string& name) {
    const std::vector<std::string> columns = column_names(schema);
    const auto position = [&](const std::vector<std::string>& names) {
        return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    };
    if (const std::size_t i = position(schema.metrics); i < schema.metrics.size())
        return columns[schema.parameters.size() + i];
    if (const std::size_t i = position(schema.parameters); i < schema.parameters.size()) return columns[i];
    if (name == scenario_column || name == status_column || position(columns) < columns.size()) return name;

    std::vector<std::string> known = schema.metrics;
    known.insert(known.end(), schema.parameters.begin(), schema.parameters.end());
    known.emplace_back(scenario_column);
    throw InputError(fmt::format("the run has no column '{}'{}", name, suggestion(name, known)));
}

std::string sql_name(std::string_view name) {
    std::string text = "\"";
    for (const char c : name) text.append(c == '"' ? 2 : 1, c);
    return text + '"';
}

} // namespace threadx
