#include "bench/measurement.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/number_text.hpp"
#include "bench/child_process.hpp"

namespace threadx {
namespace {

// Why the accelerator did not do it all: what the run noted of it.
std::string reason_in(const nlohmann::json& session, const std::string& id) {
    std::string reason;
    for (const std::string note : session.at("notes"))
        if (note.find(id) != std::string::npos) reason += (reason.empty() ? "" : "; ") + note;
    return reason.empty() ? "it did not take part in the run" : reason;
}

void read_device(const nlohmann::json& session, Measurement& out) {
    const std::string& id = out.variant.device.id;
    for (const nlohmann::json& device : session.at("devices")) {
        if (device.at("device") != id || device.at("scenarios") != out.scenarios) continue;
        out.device.kernel = device.at("kernel");
        out.device.queues = device.at("queues");
        out.device.kernel_seconds = device.at("simulation_seconds");
        const double scenarios = std::max(1.0, static_cast<double>(out.scenarios));
        out.device.up_bytes = device.at("up_bytes").get<double>() / scenarios;
        out.device.down_bytes = device.at("down_bytes").get<double>() / scenarios;
        out.device.down_seconds = device.at("down_seconds");
        return;
    }
    out.unusable = reason_in(session, id);
}

// Fills in what the run itself noted in its manifest.
void read_manifest(const std::filesystem::path& run, Measurement& out) {
    const nlohmann::json manifest = nlohmann::json::parse(read_file(run / "manifest.json"));
    const nlohmann::json& session = manifest.at("sessions").back();
    out.scenarios = session.at("rows");
    out.bars = manifest.at("data").at("bars");
    if (manifest.contains("walkforward")) { // a row for each window, and so many bars of each scenario
        out.scenarios /= manifest["walkforward"].at("folds").get<std::uint64_t>();
        out.bars = manifest["walkforward"].at("simulated_bars");
    }
    out.seconds.read = session.at("read_seconds");
    out.seconds.plan = session.at("plan_seconds");
    out.seconds.draw = session.at("draw_seconds");
    out.seconds.columns = session.at("column_seconds");
    out.seconds.simulation = session.at("simulation_seconds");
    out.seconds.rows = session.at("row_seconds");
    out.seconds.store = session.at("store_seconds");
    out.seconds.run = session.at("seconds");
    if (out.variant.on_cpu())
        out.variant.instruction_set = session.at("devices").at(0).at("instruction_set");
    else if (out.variant.automatic())
        for (const nlohmann::json& device : session.at("devices"))
            out.shares.emplace_back(device.at("device"), device.at("scenarios"));
    else
        read_device(session, out);
}

} // namespace

std::optional<WorkloadRunner> WorkloadRunner::prepare(const Workload& workload, const BenchSetup& setup) {
    WorkloadRunner runner(workload, setup);
    runner.sweep_ = setup.folder / (workload.name + ".toml");
    write_file_atomically(runner.sweep_, workload.sweep);
    if (workload.real_data && !setup.real_data.empty() && setup.bars == 0) {
        runner.data_ = setup.real_data;
        runner.data_name_ = setup.real_data.filename().string();
        return runner;
    }
    runner.synthetic_ = true;
    const std::string bars = std::to_string(setup.bars != 0 ? setup.bars : workload.bars);
    runner.data_name_ =
        fmt::format("synthetic minutes, seed 42{}",
                    workload.real_data && setup.bars == 0 ? " (no real data given: --data)" : "");
    runner.data_ = setup.folder / (bars + ".csv");
    if (std::filesystem::exists(runner.data_)) return runner; // made for another workload
    const ChildResult made =
        run_threadx({"synth", "--bars", bars, "--bar", "1m", "--seed", "42", "--out", runner.data_.string()},
                    setup.folder / "messages", setup.stop);
    if (made.interrupted) return std::nullopt;
    return runner;
}

std::vector<std::string> WorkloadRunner::arguments(const Variant& variant, bool one_queue) const {
    std::vector<std::string> out = {workload_->windows == 0 ? "sweep" : "walkforward",
                                    sweep_.string(),
                                    "--data",
                                    data_.string(),
                                    "--out",
                                    (setup_->folder / "run").string(),
                                    "--precision",
                                    variant.precision,
                                    "--devices",
                                    variant.device.id};
    out.insert(out.end(), setup_->settings.begin(), setup_->settings.end());
    if (variant.on_cpu())
        out.insert(out.end(), {"--workers", std::to_string(variant.workers), "--set",
                               "optimization.performance.instruction_set=" + variant.instruction_set});
    if (one_queue) out.insert(out.end(), {"--set", "gpu.workers=1"});
    const bool fewer = setup_->scenarios != 0 && setup_->scenarios < workload_->scenarios;
    if (workload_->windows == 0) {
        if (fewer) out.insert(out.end(), {"--range", fmt::format("0:{}", setup_->scenarios)});
        return out;
    }
    const std::uint64_t bars = setup_->bars != 0 ? setup_->bars : workload_->bars;
    const std::uint64_t train = bars / workload_->windows;
    const auto set = [&](const char* key, std::uint64_t value) {
        out.insert(out.end(), {"--set", fmt::format("{}={}", key, value)});
    };
    set("walkforward.train", train);
    set("walkforward.test", (bars - train) / workload_->windows);
    if (fewer) set("sampler.scenarios", setup_->scenarios);
    return out;
}

Measurement WorkloadRunner::blank(const Variant& variant) const {
    Measurement out;
    out.workload = workload_->name;
    out.data = data_name_;
    out.synthetic = synthetic_;
    out.variant = variant;
    out.unusable = variant.device.unusable;
    return out;
}

bool WorkloadRunner::run_once(const Variant& variant, bool one_queue, Measurement& out) const {
    out = blank(variant);
    ChildResult child;
    try {
        child = run_threadx(arguments(variant, one_queue), setup_->folder / "messages", setup_->stop);
    } catch (const InputError&) {
        throw;
    } catch (const Error& error) { // a driver may take the program with it: the other devices go on
        if (variant.on_cpu() || variant.automatic()) throw;
        out.unusable = error.what();
        return true;
    }
    if (child.interrupted) return false;
    read_manifest(setup_->folder / "run", out);
    out.seconds.whole = child.seconds;
    out.cpu_seconds = child.cpu_seconds;
    out.peak_bytes = child.peak_bytes;
    out.counted = child.counted;
    return true;
}

std::optional<std::string> WorkloadRunner::hash() const {
    const ChildResult child =
        run_threadx({"hash", (setup_->folder / "run").string()}, setup_->folder / "messages", setup_->stop);
    if (child.interrupted) return std::nullopt;
    return child.output.substr(0, child.output.find('\n'));
}

bool WorkloadRunner::add_run(const Variant& variant, bool one_queue, Series& series) const {
    Measurement& one = series.runs.emplace_back();
    const bool done = run_once(variant, one_queue, one);
    if (done && one.unusable.empty() && series.hash.empty()) {
        const std::optional<std::string> found = hash();
        if (!found) return false;
        series.hash = *found;
    }
    std::filesystem::remove_all(setup_->folder / "run");
    return done;
}

Measurement WorkloadRunner::median(const Variant& variant, Series series) const {
    if (series.runs.empty()) return blank(variant);
    if (series.unusable()) return std::move(series.runs.back());
    std::vector<double> seconds;
    for (const Measurement& run : series.runs) seconds.push_back(run.seconds.whole);
    const auto middle = series.runs.begin() + static_cast<std::ptrdiff_t>((series.runs.size() - 1) / 2);
    std::nth_element(
        series.runs.begin(), middle, series.runs.end(),
        [](const Measurement& a, const Measurement& b) { return a.seconds.whole < b.seconds.whole; });
    middle->seconds_of_runs = std::move(seconds);
    middle->hash = series.hash;
    return std::move(*middle);
}

bool WorkloadRunner::measure_one_queue(Measurement& measured) const {
    Series series;
    for (unsigned long long i = 0; i < workload_->repeats && !series.unusable(); ++i)
        if (!add_run(measured.variant, true, series)) return false;
    const Measurement alone = median(measured.variant, std::move(series));
    if (!alone.unusable.empty()) {
        measured.unusable = alone.unusable;
    } else if (alone.hash != measured.hash) {
        measured.unusable =
            fmt::format("its rows differ with one queue: hash {} instead of {}", alone.hash, measured.hash);
    } else {
        measured.device.kernel_seconds = alone.device.kernel_seconds;
        measured.device.down_seconds = alone.device.down_seconds;
        measured.seconds.columns = alone.seconds.columns;
    }
    return true;
}

std::optional<std::vector<Measurement>> WorkloadRunner::measure(std::span<const Variant> variants,
                                                                unsigned long long runs) const {
    std::vector<Series> series(variants.size());
    for (unsigned long long round = 0; round < runs * workload_->repeats; ++round)
        for (std::size_t i = 0; i < variants.size(); ++i)
            if (variants[i].device.unusable.empty() && !series[i].unusable() &&
                !add_run(variants[i], false, series[i]))
                return std::nullopt;
    std::vector<Measurement> out;
    for (std::size_t i = 0; i < variants.size(); ++i) {
        out.push_back(median(variants[i], std::move(series[i])));
        const bool more_queues = out.back().unusable.empty() && out.back().device.queues > 1;
        if (more_queues && !measure_one_queue(out.back())) return std::nullopt;
    }
    return out;
}

} // namespace threadx
