#include "report/row_text.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace threadx {
namespace {

std::string csv_cell(double value) { return std::isnan(value) ? "" : shortest_text(value); }

nlohmann::ordered_json json_number(double value) {
    if (!std::isfinite(value)) return nullptr;
    if (value == std::floor(value) && std::fabs(value) < 1e15) return static_cast<long long>(value);
    return value;
}

} // namespace

std::string short_number(double value) {
    if (std::isnan(value)) return "-";
    if (value == std::floor(value) && std::fabs(value) < 1e7) return fmt::format("{:.0f}", value);
    const double size = std::fabs(value);
    if (size >= 1e7 || size < 1e-4) return fmt::format("{:.3e}", value);
    if (size >= 1000.0) return fmt::format("{:.1f}", value);
    return fmt::format("{:.4g}", value);
}

std::vector<std::string> default_table_metrics() {
    return {"sharpe", "total_return", "max_drawdown", "profit_factor", "win_rate", "trades", "final_equity"};
}

RowPrinter::RowPrinter(std::FILE* out, RowFormat format, const RowSchema& schema,
                       const std::vector<std::string>& shown)
    : out_(out), format_(format), schema_(schema) {
    for (std::size_t i = 0; i < schema.parameters.size(); ++i) shown_.push_back(i);
    for (const std::string& name : shown) {
        const auto at = std::find(schema.metrics.begin(), schema.metrics.end(), name);
        const std::size_t index =
            schema.parameters.size() + static_cast<std::size_t>(at - schema.metrics.begin());
        if (at != schema.metrics.end() && std::find(shown_.begin(), shown_.end(), index) == shown_.end())
            shown_.push_back(index);
    }
    if (format == RowFormat::csv) {
        std::string header = "scenario,status";
        for (const auto* names : {&schema.parameters, &schema.metrics})
            for (const std::string& name : *names) header += "," + name;
        write(header + "\n");
    }
}

void RowPrinter::write(const std::string& text) {
    if (std::fwrite(text.data(), 1, text.size(), out_) != text.size())
        throw IoError(fmt::format("cannot write the rows: {}", std::strerror(errno)));
}

std::string RowPrinter::csv_row(std::uint64_t scenario, RowStatus status, std::span<const double> values) {
    std::string row = fmt::format("{},{}", scenario, status_name(status));
    for (const double value : values) row += "," + csv_cell(value);
    return row + "\n";
}

std::string RowPrinter::json_row(std::uint64_t scenario, RowStatus status,
                                 std::span<const double> values) const {
    nlohmann::ordered_json row = {{"scenario", scenario}, {"status", std::string(status_name(status))}};
    std::size_t i = 0;
    for (const std::string& name : schema_.parameters) row["parameters"][name] = json_number(values[i++]);
    for (const std::string& name : schema_.metrics) row["metrics"][name] = json_number(values[i++]);
    return row.dump();
}

void RowPrinter::print(std::uint64_t scenario, RowStatus status, std::span<const double> values) {
    switch (format_) {
    case RowFormat::csv: write(csv_row(scenario, status, values)); break;
    case RowFormat::json: write((first_ ? "[" : ",\n ") + json_row(scenario, status, values)); break;
    case RowFormat::table: {
        std::vector<std::string> cells = {std::to_string(scenario)};
        for (const std::size_t i : shown_) cells.push_back(short_number(values[i]));
        if (status != RowStatus::ok) cells.emplace_back(status_name(status));
        cells_.push_back(std::move(cells));
        break;
    }
    }
    first_ = false;
}

void RowPrinter::print_table() {
    std::vector<std::string> header = {"scenario"};
    for (const std::size_t i : shown_)
        header.push_back(i < schema_.parameters.size() ? schema_.parameters[i]
                                                       : schema_.metrics[i - schema_.parameters.size()]);
    std::vector<std::size_t> widths;
    for (const std::string& name : header) widths.push_back(name.size());
    for (const auto& row : cells_)
        for (std::size_t i = 0; i < std::min(row.size(), widths.size()); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    const auto line = [&](const std::vector<std::string>& row) {
        std::string text;
        for (std::size_t i = 0; i < row.size(); ++i)
            text += i < widths.size() ? fmt::format("{}{:>{}}", i == 0 ? "" : "  ", row[i], widths[i])
                                      : "  " + row[i];
        write(text + "\n");
    };
    line(header);
    for (const auto& row : cells_) line(row);
}

void RowPrinter::finish() {
    if (format_ == RowFormat::table) print_table();
    if (format_ == RowFormat::json) write(first_ ? "[]\n" : "]\n");
    if (std::fflush(out_) != 0) throw IoError(fmt::format("cannot write the rows: {}", std::strerror(errno)));
}

} // namespace threadx
