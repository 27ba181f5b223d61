#include "report/report_sweep.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "market/time_text.hpp"
#include "store/run_directory.hpp"
#include "sweep/manifest.hpp"

namespace threadx {
namespace {

constexpr std::int64_t bars_together = 100;

// Bars in the place of those that cannot be had, as many and over the same time: what the space is like does
// not depend on them, windows of time do on their times. Most follow each other by a second, so that longer
// bars of any length can be made of them.
LoadedBars made_up_bars(const std::string& manifest) {
    const nlohmann::json data = nlohmann::json::parse(manifest).at("data");
    const auto count = std::max<std::size_t>(2, data.at("bars"));
    LoadedBars out;
    const std::vector<double> ones(count, 1.0);
    out.bars = {{}, ones, ones, ones, ones, ones};
    out.years = data.value("years", 1.0);
    const std::int64_t first = parse_time(data.value("first", "")).value_or(0);
    const std::int64_t last = parse_time(data.value("last", "")).value_or(0);
    const std::int64_t step = (last - first) / static_cast<std::int64_t>(count - 1);
    for (std::int64_t t = 0; t < static_cast<std::int64_t>(count) && step > 0; ++t) {
        const std::int64_t within = t % bars_together;
        out.bars.time.push_back(first + (t - within) * step +
                                within * std::min(step, nanoseconds_per_second));
    }
    return out;
}

} // namespace

ReportSweep prepare_again(const RunStore& store, const Settings& settings, std::optional<LoadedBars> bars) {
    const std::string manifest = store.read_manifest();
    const ManifestRequest saved = read_manifest_request(manifest, manifest_file(store.directory()).string());
    ReportSweep out;
    try {
        out.sweep = bars ? std::make_shared<PreparedSweep>(saved.request, settings, *std::move(bars))
                         : std::make_shared<PreparedSweep>(saved.request, settings);
        if (out.sweep->data().sha256 == saved.data_sha256) return out;
        out.data_problem =
            fmt::format("'{}' is no longer the file that the run was made of (SHA-256 {} instead of {})",
                        saved.request.data_file.string(), out.sweep->data().sha256, saved.data_sha256);
    } catch (const Error& error) {
        out.data_problem = error.what();
    }
    out.sweep = std::make_shared<PreparedSweep>(saved.request, settings, made_up_bars(manifest));
    return out;
}

} // namespace threadx
