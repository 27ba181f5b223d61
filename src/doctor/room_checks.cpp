// Whether there is room where runs, profiles, kernels and logs are written, and memory for columns.
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/number_text.hpp"
#include "doctor/checkup.hpp"

namespace threadx {
namespace {

namespace fs = std::filesystem;

// Half a million rows (of 512 bytes, with their sums by block of time).
constexpr std::uintmax_t least_free = std::uintmax_t{256} << 20U;
constexpr std::size_t trial_bytes = 65536;

// Why nothing can be written in a folder that is there; empty if it can. Leaves nothing.
std::string why_not_writable(const fs::path& folder) {
    std::string name = (folder / ".threadx-doctor-XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    if (descriptor < 0) return std::strerror(errno);
    const std::string bytes(trial_bytes, 'x');
    std::string why;
    std::size_t written = 0;
    while (written < bytes.size()) { // a part may fit where all does not
        const ssize_t put = ::write(descriptor, bytes.data() + written, bytes.size() - written);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) {
            why = std::strerror(errno);
            break;
        }
        written += static_cast<std::size_t>(put);
    }
    ::close(descriptor);
    ::unlink(name.c_str());
    return why;
}

Finding check_folder(const std::string& key, const std::string& what, const fs::path& folder) {
    const std::string remedy =
        fmt::format("make room or allow writing there, or name another folder: {}", key);
    Finding out{FindingOutcome::ok, what, "", "", {{"path", folder.string()}}};
    std::error_code error;
    fs::path there = fs::absolute(folder, error); // the nearest folder above that exists
    while (!fs::exists(there, error) && there.has_relative_path()) there = there.parent_path();
    const bool exists = fs::exists(folder, error);
    if (!fs::is_directory(there, error))
        return {FindingOutcome::failed, what, fmt::format("'{}' is no folder", there.string()),
                fmt::format("move that file away, or name another folder: {}", key), out.facts};
    if (const std::string why = why_not_writable(there); !why.empty())
        return {FindingOutcome::failed, what,
                fmt::format("cannot write in the folder '{}': {}", there.string(), why), remedy, out.facts};
    const fs::space_info space = fs::space(there, error);
    out.says = fmt::format("{}: {} free{}", folder.string(),
                           error ? "?" : bytes_text(static_cast<double>(space.available)),
                           exists ? "" : ", and it is made when it is needed");
    if (error) return out;
    out.facts.emplace_back("free_bytes", static_cast<double>(space.available));
    if (space.available < least_free) {
        out.outcome = FindingOutcome::failed;
        out.says +=
            fmt::format(", and {} is needed for large runs", bytes_text(static_cast<double>(least_free)));
        out.remedy = remedy;
    }
    return out;
}

// Of what this program may use: in a container, of that.
Finding check_memory(const Settings& settings, const CpuReading& reading) {
    if (!reading.memory_total_bytes || !reading.memory_used_bytes)
        return {FindingOutcome::note, "memory", "this system does not tell how much there is"};
    const double available = *reading.memory_total_bytes - *reading.memory_used_bytes;
    const auto budget = static_cast<double>(settings.memory_budget_bytes());
    Finding out{
        FindingOutcome::ok,
        "memory",
        fmt::format("{} free of {}; columns may take {}", bytes_text(available),
                    bytes_text(*reading.memory_total_bytes), bytes_text(budget)),
        "",
        {{"free_bytes", available}, {"total_bytes", *reading.memory_total_bytes}, {"budget_bytes", budget}}};
    if (available < budget) {
        out.outcome = FindingOutcome::failed;
        out.remedy = "end other programs, or set [optimization.performance] memory_budget lower";
    }
    return out;
}

} // namespace

std::vector<Finding> check_room(Checkup& checkup) {
    const Settings& settings = checkup.settings();
    std::vector<Finding> all = {check_folder("[paths] runs", "runs", settings.paths.runs)};
    if (const fs::path folder = settings.profiles_folder(); !folder.empty())
        all.push_back(check_folder("[paths] profiles", "profiles", folder));
    if (const fs::path folder = settings.drivers().kernel_cache; !folder.empty())
        all.push_back(check_folder("[paths] kernel_cache", "compiled kernels", folder));
    if (!settings.paths.logs.empty())
        all.push_back(check_folder("[paths] logs", "logs", settings.paths.logs));
    all.push_back(check_memory(settings, checkup.reader().read().cpu));
    return all;
}

} // namespace threadx
