// The libraries that were found, and what each makes possible.
#include <algorithm>

#include <fmt/format.h>

#include "base/sha256.hpp"
#include "doctor/checkup.hpp"
#include "store/sqlite.hpp"

namespace threadx {
namespace {

// Path and version, where they are known, and what they are good for.
Finding found(const std::string& name, const LinkedLibrary& library, const std::string& enables) {
    const bool both = !library.version.empty() && !library.path.empty();
    return {FindingOutcome::ok,
            name,
            fmt::format("{}{}{}: {}", library.version, both ? ", " : "", library.path, enables),
            "",
            {{"enables", enables}, {"path", library.path}, {"version", library.version}}};
}

Finding absent(const std::string& name, const std::string& why, const std::string& enables,
               const std::string& remedy) {
    return {FindingOutcome::note,
            name,
            fmt::format("{}; it is for {}", why, enables),
            remedy,
            {{"enables", enables}, {"missing", why}}};
}

// `install`: what to install to have the driver.
Finding finding_of(const DriverLibrary& library, const std::string& install) {
    if (library.missing.empty()) return found(library.name, {library.version, library.path}, library.enables);
    Finding out = absent(library.name, library.missing, library.enables, "");
    if (library.broken) {
        out.outcome = FindingOutcome::failed;
        out.says = library.missing;
        out.remedy = library.remedy;
    } else if (!library.instead.empty()) {
        out.says = fmt::format("{}; {} is used instead", library.missing, library.instead);
    } else if (!install.empty()) {
        out.remedy = "to have it: install " + install;
    }
    return out;
}

Finding check_nvml(Checkup& checkup) {
    const std::string enables = "temperatures, power and memory of NVIDIA's GPUs";
    const std::string why = checkup.reader().no_gpus();
    if (why.empty()) {
        std::string error;
        const auto library = SharedLibrary::open({nvml_library()}, error); // once more, for its path
        return found("NVML", {checkup.reader().driver_version(), library ? library->path() : ""}, enables);
    }
    const std::vector<DeviceProperties>& devices = checkup.opened().inventory().devices;
    const bool wanted = std::any_of(devices.begin(), devices.end(), [](const DeviceProperties& device) {
        return device.kind == DeviceKind::cuda;
    });
    return absent("NVML", why, enables,
                  wanted ? "to have it: install it in the driver's version (Debian: libnvidia-ml1, Ubuntu: "
                           "nvidia-utils); in a container, start it with "
                           "NVIDIA_DRIVER_CAPABILITIES=compute,utility"
                         : "");
}

} // namespace

std::vector<Finding> check_libraries(Checkup& checkup) {
    std::vector<Finding> all;
    const std::vector<MissingDriver>& missing = checkup.opened().inventory().missing;
    for (const std::unique_ptr<DeviceDriver>& driver : checkup.opened().drivers()) {
        const auto lacking = std::find_if(missing.begin(), missing.end(), [&](const MissingDriver& one) {
            return one.kind == driver->kind();
        });
        std::string install = lacking == missing.end() ? "" : lacking->install;
        for (const DriverLibrary& library : driver->libraries()) {
            all.push_back(finding_of(library, install));
            install.clear(); // the first one is the driver
        }
    }
    if (checkup.opened().drivers().empty())
        all.push_back(
            {FindingOutcome::note, "drivers of GPUs",
             checkup.settings().gpu.enabled
                 ? "not looked for: the CPU alone was asked for"
                 : fmt::format("not looked for: [gpu] enabled = false in {}", checkup.settings().source)});
    else
        all.push_back(check_nvml(checkup));
    all.push_back(found("SQLite", sqlite_library(), "runs"));
    all.push_back(found("OpenSSL", openssl_library(), "hashes of rows"));
    return all;
}

} // namespace threadx
