// What was measured of placements, as a table and as JSON.
#include <algorithm>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/number_text.hpp"
#include "bench/placement_regret.hpp"
#include "sweep/manifest.hpp"

namespace threadx {
namespace {

using Json = nlohmann::ordered_json;

Json way_json(const PlacementResult& result, const PlacementWay& way) {
    Json out = {{"name", way.name},
                {"fixed", !way.shares.empty()},
                {"seconds", way.seconds()},
                {"seconds_of_runs", way.seconds_of_runs}};
    if (!way.shares.empty()) out["shares"] = way.shares;
    if (!way.measured_fully) out["hopeless"] = true;
    out["done"] = way.done;
    out["regret"] = result.regret(way);
    out["regret_by_rounds"] = result.regret_by_rounds(way);
    out["over_ideal"] = result.over_ideal(way);
    return out;
}

// " (cpu 60 %, cuda:0 40 %)": who did what in the last run.
std::string done_text(const PlacementCase& where, const PlacementWay& way) {
    std::string text;
    for (std::size_t i = 0; i < way.done.size(); ++i)
        text +=
            fmt::format("{}{} {:.0f} %", text.empty() ? "" : ", ", where.devices[i].id, 100.0 * way.done[i]);
    return fmt::format(" ({})", text);
}

Json result_json(const PlacementResult& result) {
    Json devices = Json::array();
    for (const DeviceProperties& device : result.where.devices) devices.push_back(device.id);
    Json out = {
        {"devices", devices}, {"asked_seconds", result.where.seconds}, {"scenarios", result.scenarios}};
    if (result.where.has_cpu()) {
        out["instruction_set"] = result.where.instruction_set;
        out["workers"] = result.where.workers;
    }
    out["hash"] = result.hash;
    if (!result.wrong.empty()) out["wrong"] = result.wrong;
    out["best_fixed_seconds"] = result.best_fixed().seconds();
    out["ideal_seconds"] = result.ideal_seconds();
    out["ways"] = Json::array();
    for (const PlacementWay& way : result.ways) out["ways"].push_back(way_json(result, way));
    return out;
}

} // namespace

std::string placement_table(const PlacementResult& result) {
    std::string out =
        fmt::format("{}, {} scenarios\n", result.where.title(), with_thousands(result.scenarios));
    if (!result.wrong.empty()) out += fmt::format("    worthless: {}\n", result.wrong);
    std::size_t fixed = 0;
    for (const PlacementWay& way : result.ways) fixed += way.shares.empty() ? 0U : 1U;
    out += fmt::format("    {:>8}  {:>8} {:>9} {:>8}\n", "seconds", "regret", "by rounds", "- ideal");
    out += fmt::format("    {:8.4f}  {:>8} {:>9} {:>8}  ideal\n", result.ideal_seconds(), "", "", "");
    const auto line = [&](const PlacementWay& way, const std::string& name) {
        out += fmt::format("    {:8.4f}  {:+6.1f} % {:+7.1f} % {:+6.1f} %  {}\n", way.seconds(),
                           100.0 * result.regret(way), 100.0 * result.regret_by_rounds(way),
                           100.0 * result.over_ideal(way), name);
    };
    line(result.best_fixed(), fmt::format("best of {} fixed: {}", fixed, result.best_fixed().name));
    for (const PlacementWay& way : result.ways)
        if (way.shares.empty()) line(way, way.name + done_text(result.where, way));
    return out;
}

std::string placement_json(const std::vector<PlacementResult>& results) {
    Json out = {{"program", version_text()}, {"threads_of_machine", std::thread::hardware_concurrency()}};
    out["cases"] = Json::array();
    for (const PlacementResult& result : results) out["cases"].push_back(result_json(result));
    return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

} // namespace threadx
