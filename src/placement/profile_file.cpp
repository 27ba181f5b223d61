#include "placement/profile_file.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/stopwatch.hpp"
#include "base/user_folders.hpp"
#include "market/time_text.hpp"
#include "placement/profile_text.hpp"

namespace threadx {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_file = 64U << 20U; // bytes; ten times what most_profiles take
constexpr std::size_t most_bad_entries_told = 5;
constexpr int most_damaged_files = 9;

// Holds the lock file with flock(2) for as long as it lives. The kernel lets go of it when the process ends,
// however it ends. The file stays: removing it would let two processes lock two files of one name.
class FileLock {
  public:
    FileLock(const fs::path& file, double patience_seconds) {
        descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (descriptor_ < 0)
            throw IoError(fmt::format("cannot write '{}': {}", file.string(), std::strerror(errno)));
        const Stopwatch waiting;
        // Not the flock that waits: a process that was stopped would hold up all others for ever.
        for (auto nap = std::chrono::microseconds(50); ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0;
             nap = std::min(2 * nap, std::chrono::microseconds(5000))) {
            const int reason = errno;
            const bool held = reason == EWOULDBLOCK || reason == EINTR;
            if (held && waiting.seconds() < patience_seconds) {
                std::this_thread::sleep_for(nap);
                continue;
            }
            ::close(descriptor_);
            throw IoError(
                fmt::format("cannot lock '{}': {}", file.string(),
                            held ? "another process has held it all the time" : std::strerror(reason)));
        }
    }
    ~FileLock() { ::close(descriptor_); }
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

  private:
    int descriptor_ = -1;
};

// What is in the file; nothing if there is none. IoError if it cannot be read.
std::optional<ParsedProfiles> load(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) return std::nullopt;
    if (status.type() == fs::file_type::none)
        throw IoError(fmt::format("cannot read '{}': {}", path.string(), error.message()));
    ParsedProfiles out;
    if (!fs::is_regular_file(status)) {
        out.damage = "it is no file";
        return out;
    }
    if (const std::uintmax_t size = fs::file_size(path, error); !error && size > largest_file) {
        out.damage = fmt::format("it has {} bytes", size);
        return out;
    }
    try {
        return parse_profiles(FileText(path).text());
    } catch (const InputError& failed) { // it could not be opened
        if (!fs::exists(path, error)) return std::nullopt;
        throw IoError(failed.what());
    }
}

void warn_of_bad_entries(const fs::path& path, const ParsedProfiles& parsed,
                         std::vector<std::string>& warnings) {
    const std::size_t told = std::min(parsed.bad_entries.size(), most_bad_entries_told);
    for (std::size_t i = 0; i < told; ++i)
        warnings.push_back(fmt::format("'{}': {}; this entry is ignored, and measured anew", path.string(),
                                       parsed.bad_entries[i]));
    if (told < parsed.bad_entries.size())
        warnings.push_back(fmt::format("'{}': {} more entries are damaged and ignored", path.string(),
                                       parsed.bad_entries.size() - told));
}

// profiles.json.damaged-1, or the first that is free; the last name is used again and again, so that there
// are never many.
fs::path damaged_name(const fs::path& path) {
    for (int i = 1;; ++i) {
        fs::path name = path.string() + fmt::format(".damaged-{}", i);
        std::error_code ignored;
        if (i == most_damaged_files || !fs::exists(fs::symlink_status(name, ignored))) return name;
    }
}

void set_aside(const fs::path& path, const std::string& damage, std::vector<std::string>& warnings) {
    const fs::path name = damaged_name(path);
    std::error_code error;
    fs::rename(path, name, error);
    if (error)
        throw IoError(
            fmt::format("cannot rename the damaged '{}' ({}): {}", path.string(), damage, error.message()));
    warnings.push_back(fmt::format("the profiles '{}' are damaged: {}; they are set aside as '{}', and "
                                   "devices are measured anew",
                                   path.string(), damage, name.filename().string()));
}

// Leaves the newest `most` of a map whose values have a time.
template <class Map>
void keep_newest(Map& map, std::size_t most) {
    if (map.size() <= most) return;
    std::vector<std::pair<std::int64_t, typename Map::const_iterator>> by_age;
    for (auto at = map.cbegin(); at != map.cend(); ++at)
        by_age.emplace_back(parse_time(at->second.updated, {}).value_or(0), at);
    std::stable_sort(by_age.begin(), by_age.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < by_age.size() - most; ++i) map.erase(by_age[i].second);
}

} // namespace

ProfileFile::ProfileFile(const fs::path& folder, double patience_seconds)
    : path_(folder.empty() ? fs::path() : folder / "profiles.json"), patience_seconds_(patience_seconds) {}

Profiles ProfileFile::read(std::vector<std::string>& warnings) const {
    if (!keeps()) return {};
    try {
        std::optional<ParsedProfiles> parsed = load(path_);
        if (!parsed) return {};
        if (!parsed->damage.empty())
            warnings.push_back(fmt::format("the profiles '{}' are damaged: {}; they are not used, and the "
                                           "next run sets them aside",
                                           path_.string(), parsed->damage));
        warn_of_bad_entries(path_, *parsed, warnings);
        return std::move(parsed->profiles);
    } catch (const IoError& error) {
        warnings.push_back(fmt::format("{}; no profiles are used", error.what()));
        return {};
    }
}

void ProfileFile::change(const std::function<void(Profiles&)>& change,
                         std::vector<std::string>& warnings) const {
    if (!keeps()) return;
    std::error_code error;
    fs::create_directories(path_.parent_path(), error);
    if (error)
        throw IoError(fmt::format("cannot make the folder of profiles '{}': {}", path_.parent_path().string(),
                                  error.message()));
    const FileLock lock(path_.parent_path() / "profiles.lock", patience_seconds_);
    ParsedProfiles parsed = load(path_).value_or(ParsedProfiles{});
    change(parsed.profiles);
    keep_newest(parsed.profiles.entries, most_profiles);
    keep_newest(parsed.profiles.caps, most_memory_caps);
    if (!parsed.damage.empty()) set_aside(path_, parsed.damage, warnings);
    // The lock's holder alone writes this neighbour.
    replace_file(path_, path_.string() + ".new", profiles_text(parsed.profiles));
    warn_of_bad_entries(path_, parsed, warnings);
}

void ProfileFile::add(std::span<const Observation> observations, std::vector<std::string>& warnings) const {
    if (observations.empty()) return;
    change(
        [&](Profiles& profiles) {
            const std::string now = utc_now();
            for (const Observation& observation : observations) profiles.add(observation, now);
        },
        warnings);
}

fs::path user_profiles() { return user_cache_folder("profiles"); }

} // namespace threadx
