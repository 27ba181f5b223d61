// What was measured of the devices, and how long ago.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/number_text.hpp"
#include "doctor/checkup.hpp"
#include "market/time_text.hpp"
#include "placement/profile_file.hpp"
#include "sweep/profile_standing.hpp"

namespace threadx {
namespace {

// The profiles of one device.
struct Known {
    std::size_t current = 0;
    std::string oldest; // of the current ones
    std::string newest;
    std::size_t others = 0; // that are not used now
    std::string remark;     // why one of them is not

    void add(const Profile& profile, const std::string& why_not) {
        if (!why_not.empty()) {
            ++others;
            remark = why_not;
            return;
        }
        if (current == 0 || profile.updated < oldest) oldest = profile.updated; // ISO 8601: sorted by time
        if (current == 0 || profile.updated > newest) newest = profile.updated;
        ++current;
    }
};

Finding finding_of(const DeviceProperties& device, const Known& known) {
    Finding out{
        known.current > 0 ? FindingOutcome::ok : FindingOutcome::note,
        device.id,
        "",
        "",
        {{"current", static_cast<double>(known.current)}, {"others", static_cast<double>(known.others)}}};
    const std::string newest = age_text(known.newest), oldest = age_text(known.oldest);
    if (known.current == 0)
        out.says = "nothing is measured yet: runs measure, and threadx profile --recalibrate does at once";
    else
        out.says = fmt::format("{} measurements, {}{} old", known.current,
                               newest == oldest ? "" : fmt::format("from {} to ", newest), oldest);
    if (known.current > 0) {
        out.facts.emplace_back("newest", known.newest);
        out.facts.emplace_back("oldest", known.oldest);
    }
    if (known.others > 0)
        out.says += fmt::format("; {} more are not used now ({})", known.others, known.remark);
    return out;
}

} // namespace

std::vector<Finding> check_profiles(Checkup& checkup) {
    const Settings& settings = checkup.settings();
    const ProfileFile file(settings.profiles_folder());
    if (!file.keeps())
        return {
            {FindingOutcome::note, "file", "none is kept: [paths] profiles is empty, or there is no HOME"}};
    std::vector<std::string> warnings;
    const Profiles profiles = file.read(warnings);
    std::vector<Finding> all = {
        {FindingOutcome::ok,
         "file",
         fmt::format("{}: {} measurements", file.path().string(), with_thousands(profiles.entries.size())),
         "",
         {{"path", file.path().string()}}}};
    for (const std::string& warning : warnings)
        all.push_back({FindingOutcome::failed, "file", warning,
                       "threadx profile --recalibrate mends it, and so does the next run"});
    const ProfileStanding standing(checkup.opened().inventory(), settings);
    std::map<const DeviceProperties*, Known> known;
    for (const auto& [key, profile] : profiles.entries)
        known[standing.device_of(key.work)].add(profile, standing.remark(key.work));
    for (const DeviceProperties& device : checkup.opened().inventory().devices)
        if (device.unusable.empty()) all.push_back(finding_of(device, known[&device]));
    if (const Known& gone = known[nullptr]; gone.others > 0)
        all.push_back({FindingOutcome::note, "others",
                       fmt::format("{} measurements of devices that are not there now", gone.others)});
    return all;
}

} // namespace threadx
