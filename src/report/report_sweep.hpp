// The sweep behind a run, made ready once more from its manifest.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "store/run_store.hpp"
#include "sweep/prepared_sweep.hpp"

namespace threadx {

struct ReportSweep {
    std::shared_ptr<const PreparedSweep> sweep; // several may be asked about one
    std::string data_problem; // empty: its bars are those of the run; else why not, and the bars are made up
};

// InputError if the run is of a program whose results may differ. Data that is gone, or changed, is no error.
// `bars`: of a run whose bars came from memory; else they are read from where they were.
ReportSweep prepare_again(const RunStore& store, const Settings& settings,
                          std::optional<LoadedBars> bars = std::nullopt);

} // namespace threadx
