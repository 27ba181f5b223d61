#include "bench/bench_report.hpp"

#include <algorithm>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/number_text.hpp"
#include "bench/device_comparison.hpp"
#include "sweep/manifest.hpp"

namespace threadx {
namespace {

using Json = nlohmann::ordered_json;

bool same_but_workers(const Measurement& a, const Measurement& b) {
    return a.workload == b.workload && a.variant.on_cpu() && b.variant.on_cpu() &&
           a.variant.precision == b.variant.precision &&
           a.variant.instruction_set == b.variant.instruction_set;
}

// What only the CPU has.
void add_cpu(const Measurement& measured, Json& out) {
    out["instruction_set"] = measured.variant.instruction_set;
    out["workers"] = measured.variant.workers;
    out["simulation_bar_scenarios_per_second_per_core"] = measured.core_simulation_rate();
    out["whole_over_simulation"] = measured.whole_over_simulation();
    if (measured.counted.instructions) {
        const auto instructions = static_cast<double>(*measured.counted.instructions);
        out["instructions_per_bar_scenario"] = instructions / measured.bar_scenarios();
    } else {
        out["instructions_per_bar_scenario"] = nullptr;
        out["instructions_not_counted"] = measured.counted.reason;
    }
}

void add_accelerator(const Measurement& measured, Json& out) {
    out["device_name"] = measured.variant.device.name;
    out["kernel"] = measured.device.kernel;
    out["queues"] = measured.device.queues;
    out["kernel_seconds"] = measured.device.kernel_seconds;
    out["up_bytes_per_scenario"] = measured.device.up_bytes;
    out["down_bytes_per_scenario"] = measured.device.down_bytes;
    out["down_seconds"] = measured.device.down_seconds;
}

Json measurement_json(const Measurement& measured) {
    const PhaseSeconds& seconds = measured.seconds;
    Json out = {{"workload", measured.workload},
                {"data", measured.data},
                {"synthetic", measured.synthetic},
                {"device", measured.variant.device.id},
                {"precision", measured.variant.precision}};
    if (!measured.unusable.empty()) {
        out["unusable"] = measured.unusable;
        return out;
    }
    out["scenarios"] = measured.scenarios;
    out["bars"] = measured.bars;
    out["seconds"] = seconds.whole;
    out["seconds_of_runs"] = measured.seconds_of_runs;
    out["run_seconds"] = seconds.run;
    out["cpu_seconds"] = measured.cpu_seconds;
    out["bar_scenarios_per_second"] = measured.rate();
    out["run_bar_scenarios_per_second"] = measured.run_rate();
    if (!measured.variant.automatic()) out["kernel_bar_scenarios_per_second"] = measured.kernel_rate();
    out["peak_bytes"] = measured.peak_bytes;
    out["hash"] = measured.hash;
    if (measured.variant.on_cpu())
        add_cpu(measured, out);
    else if (!measured.variant.automatic())
        add_accelerator(measured, out);
    for (const auto& [device, scenarios] : measured.shares) out["shares"][device] = scenarios;
    out["phases"] = {{"read", seconds.read},
                     {"plan", seconds.plan},
                     {"draw", seconds.draw},
                     {"columns", seconds.columns},
                     {"simulation", seconds.simulation},
                     {"rows", seconds.rows},
                     {"store", seconds.store}};
    return out;
}

Json comparison_json(std::span<const Measurement> measurements) {
    Json out = Json::array();
    for (const DeviceComparison& comparison : comparisons_of(measurements)) {
        if (comparison.automatic == nullptr) continue;
        Json& one = out.emplace_back(Json{{"workload", comparison.automatic->workload},
                                          {"precision", comparison.automatic->variant.precision},
                                          {"auto_seconds", comparison.automatic->seconds.whole}});
        if (const Measurement* best = comparison.best_single()) {
            one["best_device"] = best->variant.device.id;
            one["best_seconds"] = best->seconds.whole;
            one["auto_over_best"] = comparison.automatic_over_best();
        }
        if (comparison.cpu != nullptr) one["auto_over_cpu"] = comparison.automatic_over_cpu();
    }
    return out;
}

Json part_json(const PartMeasurement& part, const char* amount, const char* rate) {
    return {{amount, part.amount},
            {"seconds", part.seconds},
            {"seconds_of_runs", part.seconds_of_runs},
            {rate, part.rate()}};
}

std::string cpu_table(const std::vector<const Measurement*>& measurements) {
    std::string out =
        fmt::format("    {:60}{:>28}{:>37}\n", "", "million bar-scenarios/s", "seconds, summed over threads");
    out += fmt::format("    {:9} {:7} {:>7} {:>8} {:>8} {:>6} {:>9} {:>10} {:>16}  {}\n", "precision", "set",
                       "workers", "seconds", "CPU", "MiB", "whole/sim", "whole", "simulation, core",
                       "  read   plan   draw columns simulation   rows  store");
    for (const Measurement* measured : measurements) {
        const PhaseSeconds& seconds = measured->seconds;
        out += fmt::format("    {:9} {:7} {:7} {:8.3f} {:8.3f} {:6.0f} {:9.2f} {:10.1f} {:16.1f}  ",
                           measured->variant.precision, measured->variant.instruction_set,
                           measured->variant.workers, seconds.whole, measured->cpu_seconds,
                           static_cast<double>(measured->peak_bytes) / (1024.0 * 1024.0),
                           measured->whole_over_simulation(), measured->rate() / 1e6,
                           measured->core_simulation_rate() / 1e6);
        out += fmt::format("{:6.3f} {:6.3f} {:6.3f} {:7.3f} {:10.3f} {:6.3f} {:6.3f}\n", seconds.read,
                           seconds.plan, seconds.draw, seconds.columns, seconds.simulation, seconds.rows,
                           seconds.store);
    }
    return out;
}

std::string instruction_lines(const std::vector<const Measurement*>& measurements) {
    std::string out;
    for (const Measurement* measured : measurements)
        if (measured->counted.instructions)
            out += fmt::format(
                "    instructions, {} {}, {} workers: {:.3f} a bar-scenario\n", measured->variant.precision,
                measured->variant.instruction_set, measured->variant.workers,
                static_cast<double>(*measured->counted.instructions) / measured->bar_scenarios());
    if (!measurements.front()->counted.instructions)
        out += fmt::format("    instructions: not counted on this machine: {}\n",
                           measurements.front()->counted.reason);
    return out;
}

// "cpu 40 %, cuda:0 60 %".
std::string shares_text(const Measurement& measured) {
    std::string text;
    for (const auto& [device, scenarios] : measured.shares)
        if (scenarios > 0)
            text +=
                fmt::format("{}{} {:.0f} %", text.empty() ? "" : ", ", device,
                            100.0 * static_cast<double>(scenarios) / static_cast<double>(measured.scenarios));
    return text;
}

// All devices beside each other: a line for each that was asked for.
std::string device_table(std::span<const Measurement> measurements) {
    std::string out = fmt::format("    {:40}{:>35}{:>23}\n", "", "million bar-scenarios/s", "device seconds");
    out += fmt::format("    {:10} {:9} {:>8} {:>10} {:>11} {:>11} {:>11} {:>8} {:>8} {:>12}  {}\n", "device",
                       "precision", "seconds", "whole", "run", "kernel", "run/kernel", "columns", "down",
                       "bytes up/dn", "hash");
    for (const Measurement& measured : measurements) {
        const Variant& variant = measured.variant;
        const std::string device =
            variant.on_cpu() ? fmt::format("cpu x{}", variant.workers) : variant.device.id;
        out += fmt::format("    {:10} {:9} ", device, variant.precision);
        if (!measured.unusable.empty()) {
            out += fmt::format("not measured: {}\n", measured.unusable);
            continue;
        }
        out += fmt::format("{:8.3f} {:10.1f} {:11.1f} ", measured.seconds.whole, measured.rate() / 1e6,
                           measured.run_rate() / 1e6);
        if (variant.automatic())
            out += fmt::format("{:>11} {:>11} ", "-", "-");
        else
            out += fmt::format("{:11.1f} {:>9.0f} % ", measured.kernel_rate() / 1e6,
                               100.0 * measured.run_rate() / measured.kernel_rate());
        out += fmt::format("{:8.3f} ", measured.seconds.columns);
        if (variant.on_cpu() || variant.automatic())
            out += fmt::format("{:>8} {:>12}", "-", "-");
        else
            out += fmt::format(
                "{:8.3f} {:>12}", measured.device.down_seconds,
                fmt::format("{:.0f}/{:.0f}", measured.device.up_bytes, measured.device.down_bytes));
        out += fmt::format("  {}\n", measured.hash.substr(0, 12));
    }
    for (const Measurement& measured : measurements)
        if (!measured.shares.empty())
            out += fmt::format("    auto, {}: {}\n", measured.variant.precision, shares_text(measured));
    for (const Measurement& measured : measurements)
        if (!measured.device.kernel.empty())
            out += fmt::format(
                "    {} ({}), {}: {}; {}\n", measured.variant.device.id, measured.variant.device.name,
                measured.variant.precision, measured.device.kernel,
                measured.device.queues == 1
                    ? "one queue"
                    : fmt::format("{} queues, device seconds of a run with one", measured.device.queues));
    return out;
}

} // namespace

std::vector<Scaling> scaling_of(std::span<const Measurement> measurements) {
    std::vector<Scaling> out;
    for (const Measurement& one : measurements)
        for (const Measurement& more : measurements)
            if (one.variant.workers == 1 && more.variant.workers > 1 && same_but_workers(one, more))
                out.push_back({&one, &more});
    return out;
}

std::string workload_table(const Workload& workload, std::span<const Measurement> measurements) {
    const auto shown = std::find_if(measurements.begin(), measurements.end(),
                                    [](const Measurement& measured) { return measured.unusable.empty(); });
    std::string out = fmt::format("{}  {}\n", workload.name, workload.title);
    if (shown != measurements.end())
        out += fmt::format("    {} scenarios x {} bars: {}\n", with_thousands(shown->scenarios),
                           with_thousands(shown->bars), shown->data);
    std::vector<const Measurement*> on_cpu;
    for (const Measurement& measured : measurements)
        if (measured.variant.on_cpu()) on_cpu.push_back(&measured);
    if (!on_cpu.empty()) out += cpu_table(on_cpu);
    for (const Scaling& scaling : scaling_of(measurements))
        out += fmt::format("    scaling, {} {}: {:.2f} times as fast with {} workers as with one\n",
                           scaling.one->variant.precision, scaling.one->variant.instruction_set,
                           scaling.ratio(), scaling.more->variant.workers);
    if (!on_cpu.empty()) out += instruction_lines(on_cpu);
    if (on_cpu.size() < measurements.size()) out += device_table(measurements);
    return out;
}

std::string csv_line(const PartMeasurement& csv, const std::string& data) {
    return fmt::format("csv  {:.0f} MB/s read, checked and hashed ({} of {})\n", csv.rate() / 1e6,
                       bytes_text(static_cast<double>(csv.amount)), data);
}

std::string store_line(const PartMeasurement& store) {
    return fmt::format("store  {} rows/s stored ({} rows of 4 parameters and all metrics)\n",
                       with_thousands(static_cast<unsigned long long>(store.rate())),
                       with_thousands(store.amount));
}

std::string bench_json(const BenchResults& results) {
    Json out;
    out["program"] = version_text();
    out["threads_of_machine"] = std::thread::hardware_concurrency();
    out["measurements"] = Json::array();
    for (const Measurement& measured : results.measurements)
        out["measurements"].push_back(measurement_json(measured));
    out["scaling"] = Json::array();
    for (const Scaling& scaling : scaling_of(results.measurements))
        out["scaling"].push_back({{"workload", scaling.one->workload},
                                  {"precision", scaling.one->variant.precision},
                                  {"instruction_set", scaling.one->variant.instruction_set},
                                  {"workers", scaling.more->variant.workers},
                                  {"ratio", scaling.ratio()}});
    out["comparison"] = comparison_json(results.measurements);
    if (results.csv) {
        out["csv"] = part_json(*results.csv, "bytes", "bytes_per_second");
        out["csv"]["data"] = results.csv_data;
    }
    for (const RegretRow& row : results.dispatcher)
        out["dispatcher"].push_back({{"situation", row.name},
                                     {"runs", row.runs},
                                     {"incomplete", row.incomplete},
                                     {"ideal_seconds", row.ideal},
                                     {"regret_mean", row.mean},
                                     {"regret_p95", row.p95},
                                     {"regret_worst", row.worst},
                                     {"batches", row.batches},
                                     {"idle", row.idle}});
    if (results.store) out["store"] = part_json(*results.store, "rows", "rows_per_second");
    return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

} // namespace threadx
