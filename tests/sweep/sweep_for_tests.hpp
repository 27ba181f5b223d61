// Small sweeps on made-up bars, and what a run of them gives, for the tests of this folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "sweep/prepared_sweep.hpp"
#include "sweep/runner.hpp"

namespace threadx::test {

// A new folder in the system's temporary directory, removed with all its contents at the end.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

// Writes `bars` made-up bars of an hour as CSV.
void write_bars(const std::filesystem::path& file, long long bars);

// What read_request() would give for these texts.
SweepRequest make_request(const std::filesystem::path& data, const std::string& strategy,
                          const std::string& config);

struct CollectedRow {
    RowStatus status = RowStatus::ok;
    std::vector<double> values; // of the schema, then the sums over blocks of returns
};

CollectedRow collected_row(const RowBlock& block, std::size_t i);

// The rows of a run by scenario. Throws std::logic_error if a scenario comes twice or outside of its block.
struct CollectedRows {
    std::map<std::uint64_t, CollectedRow> rows;
    RunResult result;
};

CollectedRows run_all(const PreparedSweep& sweep, const RunOptions& options);

// Whether two numbers have the same bits; on rows, whether all of them have.
bool same_bits(double a, double b);
bool same_bits(const std::vector<double>& a, const std::vector<double>& b);

// The text of the error that `action` throws.
std::string message_of(const auto& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

} // namespace threadx::test
