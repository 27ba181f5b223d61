// What `threadx bench auto-profile` found, as a table and as JSON.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/number_text.hpp"
#include "bench/auto_profile.hpp"
#include "sweep/manifest.hpp"

namespace threadx {

using Json = nlohmann::ordered_json;

std::string auto_profile_table(const AutoProfile& profile) {
    std::string out = fmt::format("{:>9} {:16} {:10} {:>11} {:>8} {:>14} {:>12}\n", "bars", "work", "device",
                                  "median ms", "spread", "million items/s", "predicted ms");
    for (const ProfiledWork& work : profile.works) {
        for (const ProfiledTime& time : work.times)
            out += fmt::format("{:>9} {:16} {:10} {:11.4f} {:6.1f} % {:15.1f} {:>12}\n",
                               with_thousands(work.bars), work.work, time.device.id, 1e3 * time.seconds(),
                               100.0 * time.spread(), work.items / time.seconds() / 1e6,
                               time.predicted ? fmt::format("{:.4f}", 1e3 * *time.predicted) : "-");
        out +=
            fmt::format("{:>9} {:16} -> {}: predicted {:.4f} ms, measured {:.4f} ms (alone the fastest: {}, "
                        "{:.4f} ms)\n",
                        "", "", work.chosen, 1e3 * work.chosen_predicted, 1e3 * work.chosen_seconds,
                        work.fastest().device.id, 1e3 * work.fastest().seconds());
    }
    return out + (profile.file.empty() ? "the profiles are not kept\n"
                                       : fmt::format("kept in {}\n", profile.file.string()));
}

std::string auto_profile_json(const AutoProfile& profile) {
    Json out = {{"program", version_text()}, {"profiles", profile.file.string()}};
    out["works"] = Json::array();
    for (const ProfiledWork& work : profile.works) {
        Json times = Json::array();
        for (const ProfiledTime& time : work.times)
            times.push_back({{"device", time.device.id},
                             {"name", time.device.name},
                             {"seconds", time.seconds()},
                             {"seconds_of_runs", time.seconds_of_runs},
                             {"spread", time.spread()},
                             {"items_per_second", work.items / time.seconds()},
                             {"predicted_seconds", time.predicted ? Json(*time.predicted) : Json(nullptr)}});
        out["works"].push_back({{"work", work.work},
                                {"bars", work.bars},
                                {"items", work.items},
                                {"devices", times},
                                {"chosen", work.chosen},
                                {"chosen_predicted_seconds", work.chosen_predicted},
                                {"chosen_seconds", work.chosen_seconds},
                                {"fastest", work.fastest().device.id}});
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

} // namespace threadx
