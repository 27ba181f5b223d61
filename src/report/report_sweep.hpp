// The sweep behind a run, made ready once more from its manifest.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "store/run_store.hpp"
#include "sweep/prepared_sweep.hpp"

namespace threadx {

struct ReportSweep {
    std::unique_ptr<PreparedSweep> sweep;
    std::string data_problem; // empty: its bars are those of the run; else why not, and the bars are made up
};

// InputError if the run is of a program whose results may differ. Data that is gone, or changed, is no error.
ReportSweep prepare_again(const RunStore& store, const Settings& settings);

} // namespace threadx
