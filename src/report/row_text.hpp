// Rows of a run as text: a table to read, CSV and JSON for programs.
#pragma once

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "store/row.hpp"

namespace threadx {

enum class RowFormat { table, csv, json };

// The metrics of the short table.
std::vector<std::string> default_table_metrics();

// Writes rows one after the other, as they come. CSV: `scenario,status,<parameters…>,<metrics…>`, numbers in
// shortest round-trip form, undefined ones empty. JSON: a list of objects, undefined numbers null. The table
// shows the parameters and the metrics named in `shown`, rounded.
class RowPrinter {
  public:
    // IoError when `out` cannot be written to.
    RowPrinter(std::FILE* out, RowFormat format, const RowSchema& schema,
               const std::vector<std::string>& shown);
    void print(std::uint64_t scenario, RowStatus status, std::span<const double> values);
    void finish(); // closes the list; prints the table

  private:
    void write(const std::string& text);
    void print_table();
    static std::string csv_row(std::uint64_t scenario, RowStatus status, std::span<const double> values);
    std::string json_row(std::uint64_t scenario, RowStatus status, std::span<const double> values) const;

    std::FILE* out_;
    RowFormat format_;
    const RowSchema& schema_;
    std::vector<std::size_t> shown_; // indexes of values
    std::vector<std::vector<std::string>> cells_;
    bool first_ = true;
};

// A number for people: four significant digits, whole numbers in full, "-" where undefined.
std::string short_number(double value);

} // namespace threadx
