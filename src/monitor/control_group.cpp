#include "monitor/control_group.hpp"

#include <algorithm>
#include <fstream>
#include <string>

#include "base/number_text.hpp"

namespace threadx {
namespace {

namespace fs = std::filesystem;

// The number that stands alone in a file; absent where there is none, or a word such as "max".
std::optional<double> number_in(const fs::path& file) {
    std::ifstream in(file);
    std::string word;
    return in >> word ? parse_number(word) : std::nullopt;
}

// The number behind `key` in a file of lines "key number".
std::optional<double> number_of(const fs::path& file, const std::string& key) {
    std::ifstream in(file);
    for (std::string word, value; in >> word >> value;)
        if (word == key) return parse_number(value);
    return std::nullopt;
}

// The group's folder and those above it, up to the root of its hierarchy. In a container the path is often
// that of the world outside: then the root alone is there, and is the container's.
std::vector<fs::path> folders(const fs::path& root, const fs::path& path) {
    std::vector<fs::path> out;
    std::error_code ignored;
    for (fs::path at = path.relative_path(); !at.empty(); at = at.parent_path())
        if (fs::is_directory(root / at, ignored)) out.push_back(root / at);
    if (fs::is_directory(root, ignored)) out.push_back(root);
    return out;
}

bool lists(const std::string& controllers, const std::string& name) {
    return ("," + controllers + ",").find("," + name + ",") != std::string::npos;
}

// The least of what the folders' limits say.
template <class Limit>
std::optional<double> least(const std::vector<fs::path>& folders, const Limit& limit) {
    std::optional<double> out;
    for (const fs::path& folder : folders)
        if (const std::optional<double> here = limit(folder)) out = std::min(out.value_or(*here), *here);
    return out;
}

std::optional<double> processors_in(const fs::path& folder) {
    std::ifstream newer(folder / "cpu.max"); // "150000 100000", "max 100000"
    if (std::string quota, period; newer >> quota >> period) {
        const auto some = parse_number(quota), every = parse_number(period);
        return some && every && *every > 0.0 ? std::optional(*some / *every) : std::nullopt;
    }
    const auto quota = number_in(folder / "cpu.cfs_quota_us"),
               period = number_in(folder / "cpu.cfs_period_us");
    return quota && period && *quota > 0.0 && *period > 0.0 ? std::optional(*quota / *period) : std::nullopt;
}

std::optional<double> memory_limit_in(const fs::path& folder) {
    const auto newer = number_in(folder / "memory.max");
    return newer ? newer : number_in(folder / "memory.limit_in_bytes");
}

} // namespace

ControlGroup::ControlGroup(const fs::path& proc, const fs::path& sys) {
    const fs::path root = sys / "fs/cgroup";
    std::ifstream file(proc / "self/cgroup"); // "4:memory:/a/b"; version 2: "0::/a/b"
    for (std::string line; std::getline(file, line);) {
        const std::size_t first = line.find(':'), second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        const std::string controllers = line.substr(first + 1, second - first - 1);
        const std::string path = line.substr(second + 1);
        if (controllers.empty()) {
            if (!fs::exists(root / "cgroup.controllers")) continue; // version 1 rules here
            processor_ = memory_ = usage_ = folders(root, path);
        }
        if (lists(controllers, "cpu")) processor_ = folders(root / "cpu", path);
        if (lists(controllers, "cpuacct")) usage_ = folders(root / "cpuacct", path);
        if (lists(controllers, "memory")) memory_ = folders(root / "memory", path);
    }
}

std::optional<double> ControlGroup::processors() const { return least(processor_, processors_in); }

// Of the group whose limit is the least, for it is shared by all that is in there.
std::optional<double> ControlGroup::processor_seconds() const {
    const std::optional<double> limit = processors();
    if (!limit) return std::nullopt;
    std::size_t at = 0;
    while (at < processor_.size() && processors_in(processor_[at]) != limit) ++at;
    if (at < processor_.size())
        if (const auto microseconds = number_of(processor_[at] / "cpu.stat", "usage_usec"))
            return *microseconds / 1e6;
    if (at >= usage_.size()) return std::nullopt;
    const auto nanoseconds = number_in(usage_[at] / "cpuacct.usage");
    return nanoseconds ? std::optional(*nanoseconds / 1e9) : std::nullopt;
}

std::optional<double> ControlGroup::memory_limit_bytes() const { return least(memory_, memory_limit_in); }

std::optional<double> ControlGroup::memory_used_bytes() const {
    const std::optional<double> limit = memory_limit_bytes();
    for (const fs::path& folder : memory_) {
        if (memory_limit_in(folder) != limit) continue;
        auto used = number_in(folder / "memory.current");
        if (!used) used = number_in(folder / "memory.usage_in_bytes");
        if (!used) return std::nullopt;
        // Pages of files that nobody used lately are given up before anything else.
        auto spare = number_of(folder / "memory.stat", "total_inactive_file");
        if (!spare) spare = number_of(folder / "memory.stat", "inactive_file");
        return std::max(0.0, *used - spare.value_or(0.0));
    }
    return std::nullopt;
}

} // namespace threadx
