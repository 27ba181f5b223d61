// The report of a run: one HTML file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "report/report_sweep.hpp"
#include "report/verdict.hpp"
#include "store/run_store.hpp"
#include "sweep/settings.hpp"

namespace threadx {

struct ReportOptions {
    std::size_t top = 5;       // scenarios with their equity, trades and months
    std::string by = "sharpe"; // the metric that ranks
};

struct RunReport {
    std::string html;
    std::uint64_t rows = 0;     // of the run
    std::size_t table_rows = 0; // in the page
    std::size_t scenarios = 0;  // with curves and trades
    Verdict verdict;
    std::vector<std::string> missing; // what the page does without, and why
};

// Reads the rows once, backtests the best scenarios again, and writes all that into a page. What the page
// holds is bounded, whatever the number of rows. InputError for an unknown metric, or if the run is of a
// program whose results may differ.
RunReport make_report(const RunStore& store, const Settings& settings, const ReportOptions& options);
// The same for a run whose sweep is there already.
RunReport make_report(const RunStore& store, ReportSweep made, const ReportOptions& options);

} // namespace threadx
