// A run as Python holds it: its directory, and what is needed to ask more about it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <nanobind/nanobind.h>

#include "bars.hpp"
#include "report/report_sweep.hpp"
#include "store/run_store.hpp"
#include "sweep/run_devices.hpp"
#include "sweep/settings.hpp"

namespace threadx::python {

class HeldRun {
  public:
    // `made`: its sweep, where that is there already; else it is made ready when it is first needed, from
    // `bars` if they are given.
    HeldRun(std::filesystem::path directory, Settings settings, std::optional<ReportSweep> made,
            std::optional<LoadedBars> bars);

    const std::filesystem::path& directory() const { return directory_; }
    const Settings& settings() const { return settings_; }
    const RowSchema& schema() const { return schema_; }
    RunStore open() const { return RunStore::open_for_reading(directory_); }

    // The same run, copied elsewhere.
    std::unique_ptr<HeldRun> at(const std::filesystem::path& directory) const {
        return std::make_unique<HeldRun>(directory, settings_, made_, bars_);
    }

    const ReportSweep& made();
    const PreparedSweep& sweep() { return *made().sweep; }
    const PreparedSweep& sweep_on_its_bars(); // InputError if its bars are not to be had

  private:
    std::filesystem::path directory_;
    Settings settings_;
    RowSchema schema_;
    std::optional<ReportSweep> made_;
    std::optional<LoadedBars> bars_;
};

// What rows say, and what is computed for single ones: methods of the class Run.
void add_rows(nanobind::class_<HeldRun>& run);

} // namespace threadx::python
