// `threadx bench auto-profile`: measures indicators and sweeps on every device, and shows what the profiles
// choose.
#include <cstdio>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/temporary_folder.hpp"
#include "bench/auto_profile.hpp"
#include "cli/commands.hpp"
#include "cli/log.hpp"

namespace threadx {

int auto_profile_bench_command(const AutoProfileBenchOptions& options) {
    if (options.runs < 1) throw InputError(fmt::format("--runs {}: expected 1 or more", options.runs));
    std::vector<std::uint64_t> sizes;
    for (const long long size : options.sizes) {
        if (size < 100 || size > 100'000'000)
            throw InputError(fmt::format("--sizes {}: expected bars, from 100 to 100000000", size));
        sizes.push_back(static_cast<std::uint64_t>(size));
    }
    const Settings settings = load_settings(options.settings, options.overrides);
    set_up_log(settings);
    const OpenedDevices opened(settings, options.devices);
    for (const DeviceProperties& device : opened.devices())
        if (!device.float64)
            throw InputError(fmt::format("--devices {}: {} does not compute in float64, as indicators are",
                                         options.devices, device_title(device)));
    const TemporaryFolder folder;
    const std::optional<AutoProfile> profile =
        measure_auto_profile({settings, opened, folder.path(), sizes, options.runs, options.stop});
    if (!profile) return exit_interrupted;
    std::printf("%s%s", (options.json ? auto_profile_json(*profile) : auto_profile_table(*profile)).c_str(),
                options.json ? "\n" : "");
    return exit_done;
}

} // namespace threadx
