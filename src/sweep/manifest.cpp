#include "sweep/manifest.hpp"

#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/metric_conventions.hpp"
#include "base/error.hpp"
#include "base/sha256.hpp"
#include "market/time_text.hpp"
#include "sweep/watch_json.hpp"

namespace threadx {
namespace {

using Json = nlohmann::ordered_json;

// The compiler, and the standard library whose headers are compiled into the program.
std::string compiler_text() {
#if defined(__clang__)
    const std::string compiler =
        fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
    const std::string compiler = fmt::format("gcc {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
#if defined(_GLIBCXX_RELEASE)
    return fmt::format("{}, libstdc++ {}", compiler, _GLIBCXX_RELEASE);
#else
    return compiler;
#endif
}

Json data_json(const PreparedSweep& sweep) {
    const LoadedBars& data = sweep.data();
    Json out = {
        {"file", sweep.request().data_file.string()}, {"sha256", data.sha256}, {"bars", data.bars.size()}};
    if (data.bars.has_time()) {
        out["first"] = time_text(data.bars.time.front());
        out["last"] = time_text(data.bars.time.back());
    }
    out["years"] = data.years;
    out["warnings"] = data.warnings;
    return out;
}

Json devices_json(const Session& session) {
    Json devices = Json::array({{{"device", "cpu"},
                                 {"workers", session.workers},
                                 {"instruction_set", session.result.instruction_set},
                                 {"threads_of_machine", std::thread::hardware_concurrency()}}});
    for (const DeviceWork& work : session.result.devices) {
        if (work.id != "cpu") devices.push_back({{"device", work.id}, {"name", work.name}});
        Json& device = work.id == "cpu" ? devices[0] : devices.back();
        device["scenarios"] = work.scenarios;
        device["column_seconds"] = work.column_seconds;
        device["simulation_seconds"] = work.simulation_seconds;
        if (work.id == "cpu") continue;
        device["queues"] = work.queues;
        device["kernel"] = work.kernel;
        device["up_bytes"] = work.transfers.up_bytes;
        device["down_bytes"] = work.transfers.down_bytes;
        device["down_seconds"] = work.transfers.down_seconds;
    }
    return devices;
}

Json session_json(const PreparedSweep& sweep, const Session& session) {
    Json out = {{"started", session.started}, {"state", session.state}};
    if (!session.ended.empty()) out["ended"] = session.ended;
    if (!session.detail.empty()) out["detail"] = session.detail;
    out["devices"] = devices_json(session);
    if (!session.balance.empty()) out["balance"] = session.balance;
    out["settings"] = {{"source", session.settings_source}, {"text", session.settings_text}};
    out["notes"] = session.notes;
    for (const std::string& note : session.result.notes) out["notes"].push_back(note);
    if (session.ended.empty()) return out;
    const RunResult& result = session.result;
    out["rows"] = result.scenarios * sweep.rows_per_scenario();
    out["invalid"] = result.invalid;
    out["batch_size"] = result.batch_size;
    out["kept_columns"] = result.kept_columns;
    out["seconds"] = result.seconds;
    out["read_seconds"] = sweep.read_seconds();
    out["plan_seconds"] = sweep.plan_seconds();
    out["draw_seconds"] = result.draw_seconds;
    out["column_seconds"] = result.column_seconds;
    out["simulation_seconds"] = result.simulation_seconds;
    out["row_seconds"] = result.row_seconds;
    out["store_seconds"] = session.store_seconds;
    if (session.watch.samples > 0) out["machine"] = watch_json(session.watch);
    return out;
}

Json new_manifest(const PreparedSweep& sweep) {
    const SweepRequest& request = sweep.request();
    Json out;
    out["format"] = "threadx-run-1";
    out["kind"] = request.kind == SweepKind::walkforward ? "walkforward" : "sweep";
    out["program"] = version_text();
    out["results_version"] = results_version;
    out["config"] = {{"name", request.config_name},
                     {"sha256", sha256_hex(request.config_text)},
                     {"overrides", request.overrides},
                     {"text", request.config_text}};
    out["strategy"] = {{"name", request.strategy_name},
                       {"sha256", sha256_hex(request.strategy_text)},
                       {"text", request.strategy_text}};
    out["data"] = data_json(sweep);
    out["precision"] = sweep.precision_name();
    out["execution"] = describe_fields("execution", execution_fields(), sweep.execution());
    Json swept = Json::array();
    for (const Dimension& dimension : sweep.space().dimensions()) swept.push_back(dimension.name());
    out["space"] = {{"parameters", swept},
                    {"constraints", sweep.constraints()},
                    {"sampler", sweep.sampler_settings().kind},
                    {"seed", sweep.sampler_settings().seed},
                    {"scenarios", sweep.scenario_count()}};
    out["analysis"] = {{"blocks", sweep.scope().blocks},
                       {"convention", metric_convention_name(sweep.metric_context().convention)}};
    if (const WalkforwardPlan* plan = sweep.walkforward())
        out["walkforward"] = {{"kind", plan->settings.kind},
                              {"folds", plan->folds.size()},
                              {"windows", plan->windows.size()},
                              {"simulated_bars", sweep.simulated_bars()}};
    if (request.range) out["range"] = {request.range->first, request.range->last};
    out["plan"] = {{"columns", sweep.plan().columns.size()},
                   {"kept_bytes", sweep.plan().kept_bytes},
                   {"slice_bytes_per_scenario", sweep.plan().slice_bytes_per_scenario},
                   {"budget_bytes", sweep.plan().budget_bytes}};
    out["sessions"] = Json::array();
    return out;
}

} // namespace

std::string manifest_text(const PreparedSweep& sweep, const Session& session, const std::string& earlier) {
    Json manifest = earlier.empty() ? new_manifest(sweep) : Json::parse(earlier);
    Json& sessions = manifest["sessions"];
    // A session is written when it starts and again when it ends.
    if (!sessions.empty() && sessions.back()["started"] == session.started &&
        sessions.back()["state"] == "running")
        sessions.erase(sessions.size() - 1);
    sessions.push_back(session_json(sweep, session));
    manifest["state"] = session.state;
    return manifest.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

ManifestRequest read_manifest_request(const std::string& text, const std::string& where) {
    try {
        const Json manifest = Json::parse(text);
        if (manifest.at("format") != "threadx-run-1" || manifest.at("results_version") != results_version)
            throw InputError(
                fmt::format("{}: the run was made by {}, whose results may differ from this program's ({}); "
                            "sweep again",
                            where, manifest.value("program", "another version"), version_text()));
        ManifestRequest out;
        const Json& config = manifest.at("config");
        if (manifest.value("kind", "sweep") == "walkforward") out.request.kind = SweepKind::walkforward;
        out.request.config_name = config.at("name");
        out.request.config_text = config.at("text");
        out.request.overrides = config.at("overrides").get<std::vector<std::string>>();
        out.request.strategy_name = manifest.at("strategy").at("name");
        out.request.strategy_text = manifest.at("strategy").at("text");
        out.request.data_file = manifest.at("data").at("file").get<std::string>();
        if (manifest.contains("range"))
            out.request.range = IdRange{manifest["range"][0], manifest["range"][1]};
        out.data_sha256 = manifest.at("data").at("sha256");
        return out;
    } catch (const Json::exception& error) {
        throw InputError(fmt::format("{}: not a run's manifest, or damaged: {}", where, error.what()));
    }
}

std::string version_text() { return fmt::format("threadx {} ({})", THREADX_VERSION, compiler_text()); }

} // namespace threadx
