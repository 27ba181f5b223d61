#include "report/report_sweep.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "store/run_directory.hpp"
#include "sweep/manifest.hpp"

namespace threadx {
namespace {

// Bars in the place of those that cannot be had: what the space is like does not depend on them.
LoadedBars made_up_bars() {
    LoadedBars out;
    out.bars = {{0, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}};
    out.years = 1.0;
    return out;
}

} // namespace

ReportSweep prepare_again(const RunStore& store, const Settings& settings) {
    const ManifestRequest saved =
        read_manifest_request(store.read_manifest(), manifest_file(store.directory()).string());
    ReportSweep out;
    try {
        out.sweep = std::make_unique<PreparedSweep>(saved.request, settings);
        if (out.sweep->data().sha256 == saved.data_sha256) return out;
        out.data_problem =
            fmt::format("'{}' is no longer the file that the run was made of (SHA-256 {} instead of {})",
                        saved.request.data_file.string(), out.sweep->data().sha256, saved.data_sha256);
    } catch (const Error& error) {
        out.data_problem = error.what();
    }
    out.sweep = std::make_unique<PreparedSweep>(saved.request, settings, made_up_bars());
    return out;
}

} // namespace threadx
