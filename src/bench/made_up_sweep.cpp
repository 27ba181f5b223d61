#include "bench/made_up_sweep.hpp"

#include <fmt/format.h>

#include "base/file.hpp"
#include "market/csv_writer.hpp"
#include "market/synthetic.hpp"

namespace threadx {

std::unique_ptr<PreparedSweep> prepare(const MadeUpSweep& sweep, const std::filesystem::path& folder,
                                       const Settings& settings) {
    const std::filesystem::path data = folder / fmt::format("{}.csv", sweep.bars);
    if (!std::filesystem::exists(data)) {
        SyntheticSettings bars;
        bars.bars = sweep.bars;
        write_bars_csv(data, synthesize(bars));
    }
    const std::filesystem::path file = folder / (sweep.name + ".toml");
    write_file_atomically(file, sweep.config);
    const std::vector<std::string> overrides = {fmt::format("data.file=\"{}\"", data.string()),
                                                fmt::format("run.precision=\"{}\"", sweep.precision)};
    return std::make_unique<PreparedSweep>(read_request(file, overrides, std::nullopt, settings), settings);
}

} // namespace threadx
