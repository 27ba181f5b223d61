// `threadx bench`: how fast this machine sweeps, on workloads that never change.
#include <algorithm>
#include <cstdio>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "base/nearest_name.hpp"
#include "base/number_text.hpp"
#include "base/temporary_folder.hpp"
#include "bench/bench_devices.hpp"
#include "bench/bench_report.hpp"
#include "bench/device_comparison.hpp"
#include "bench/measurement.hpp"
#include "bench/parts.hpp"
#include "cli/commands.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "sweep/settings.hpp"

namespace threadx {
namespace {

constexpr const char* real_data_name = "btc_perp_1m_2022-01.csv";
constexpr std::uint64_t stored_rows = 200'000;

// The workloads, and two parts of the program measured alone.
const std::vector<std::string>& known_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> out;
        for (const Workload& workload : workloads()) out.push_back(workload.name);
        out.insert(out.end(), {"csv", "store", "dispatcher"});
        return out;
    }();
    return names;
}

// What is to be measured, in the order of known_names(). The parts come last because they run in this
// process, and the memory of a child is at least what its parent had (child_process.hpp).
std::vector<std::string> chosen_names(const BenchOptions& options) {
    for (const std::string& name : options.workloads)
        if (std::find(known_names().begin(), known_names().end(), name) == known_names().end())
            throw InputError(fmt::format("unknown workload '{}'{}", name, suggestion(name, known_names())));
    const auto asked_for = [&](const std::string& name) {
        if (options.all) return true;
        if (options.workloads.empty() && name == "dispatcher") return false; // nothing of it is measured
        if (!options.workloads.empty())
            return std::find(options.workloads.begin(), options.workloads.end(), name) !=
                   options.workloads.end();
        const auto workload = std::find_if(workloads().begin(), workloads().end(),
                                           [&](const Workload& known) { return known.name == name; });
        return workload == workloads().end() || workload->by_default;
    };
    std::vector<std::string> out;
    std::copy_if(known_names().begin(), known_names().end(), std::back_inserter(out), asked_for);
    return out;
}

std::filesystem::path real_data(const BenchOptions& options, const Settings& settings) {
    std::error_code ignored;
    if (!options.data.empty()) {
        std::filesystem::path file = options.data;
        if (std::filesystem::is_directory(file, ignored)) file /= real_data_name;
        if (!std::filesystem::exists(file, ignored))
            throw InputError(fmt::format("--data {}: there is no file {}", options.data, file.string()));
        return std::filesystem::absolute(file);
    }
    if (settings.paths.data.empty()) return {};
    const std::filesystem::path file = std::filesystem::path(settings.paths.data) / real_data_name;
    return std::filesystem::exists(file, ignored) ? std::filesystem::absolute(file) : std::filesystem::path();
}

// What `read` makes of each part of a text such as "1,all"; the same thing once.
template <class Read>
auto list_of(const std::string& text, Read read) {
    std::vector<decltype(read(text))> out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t comma = std::min(text.find(',', at), text.size());
        const auto item = read(text.substr(at, comma - at));
        if (std::find(out.begin(), out.end(), item) == out.end()) out.push_back(item);
        at = comma + 1;
    }
    return out;
}

std::vector<Variant> variants(const BenchOptions& options, const Settings& settings,
                              const std::vector<BenchDevice>& devices, const Workload& workload) {
    const std::string asked_workers = options.workers.empty() ? workload.workers : options.workers;
    const auto workers = list_of(asked_workers, [&](const std::string& text) {
        if (text == "all") return settings.workers();
        const auto count = parse_integer(text);
        if (!count || *count < 1 || *count > 1024)
            throw InputError(fmt::format(
                "--workers {}: expected numbers from 1 to 1024 or all, such as 1,all", asked_workers));
        return static_cast<std::size_t>(*count);
    });
    const auto precisions = list_of(options.precision, [](const std::string& text) {
        const std::vector<std::string> known = {"float64", "float32"};
        if (std::find(known.begin(), known.end(), text) == known.end())
            throw InputError(fmt::format("--precision: unknown '{}'{}", text, suggestion(text, known)));
        return text;
    });
    const auto sets = list_of(options.instruction_set, [&](const std::string& text) {
        return std::string(choose_kernels(text == "auto" ? settings.performance.instruction_set : text).name);
    });
    std::vector<Variant> out;
    for (const std::string& precision : precisions)
        for (const BenchDevice& device : devices) {
            if (device.id != "cpu") {
                out.push_back({precision, "", 0, device});
                continue;
            }
            for (const std::string& set : sets)
                for (const std::size_t count : workers) out.push_back({precision, set, count, device});
        }
    return out;
}

// What every run of the program gets, so that it finds the settings that this one found.
std::vector<std::string> settings_arguments(const BenchOptions& options) {
    std::vector<std::string> out;
    if (options.settings) out = {"--settings", options.settings->string()};
    for (const std::string& text : options.overrides) out.insert(out.end(), {"--set", text});
    return out;
}

void show(const BenchOptions& options, const std::string& text) {
    if (options.json) return;
    std::fputs((text + "\n").c_str(), stdout);
    std::fflush(stdout);
}

bool interrupted(const BenchOptions& options) { return options.stop != nullptr && options.stop->load(); }

// Measures one workload; false if interrupted.
bool measure_workload(const Workload& workload, const BenchOptions& options, const BenchSetup& setup,
                      const std::vector<Variant>& list, BenchResults& results) {
    spdlog::info("{}: {} ways x {} runs; one takes {}", workload.name, list.size(),
                 static_cast<unsigned long long>(options.runs) * workload.repeats, workload.cost);
    const std::optional<WorkloadRunner> runner = WorkloadRunner::prepare(workload, setup);
    if (!runner) return false;
    std::optional<std::vector<Measurement>> measured =
        runner->measure(list, static_cast<unsigned long long>(options.runs));
    if (!measured) return false;
    show(options, workload_table(workload, *measured));
    std::move(measured->begin(), measured->end(), std::back_inserter(results.measurements));
    return true;
}

// Measures the parts asked for; false if interrupted.
bool measure_parts(const std::vector<std::string>& names, const BenchOptions& options,
                   const BenchSetup& setup, BenchResults& results) {
    const auto chosen = [&](const char* name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    const auto runs = static_cast<unsigned long long>(options.runs);
    if (chosen("csv")) {
        const std::optional<WorkloadRunner> runner = WorkloadRunner::prepare(workloads().front(), setup);
        if (!runner || interrupted(options)) return false;
        results.csv = measure_csv(runner->data(), runs);
        results.csv_data = runner->data_name();
        show(options, csv_line(*results.csv, results.csv_data));
    }
    if (chosen("store")) {
        const std::uint64_t rows =
            setup.scenarios != 0 ? std::min(setup.scenarios, stored_rows) : stored_rows;
        PartMeasurement store = measure_store(setup.folder / "store", rows, runs, options.stop);
        if (interrupted(options)) return false;
        results.store = std::move(store);
        show(options, store_line(*results.store));
    }
    if (chosen("dispatcher")) {
        results.dispatcher = regret_table();
        show(options, regret_text(results.dispatcher));
    }
    return !interrupted(options);
}

} // namespace

std::string describe_workloads() {
    std::string out = "Workloads (measured by default unless said otherwise):\n";
    for (const Workload& workload : workloads())
        out += fmt::format("  {:11} {}:\n              {} scenarios x {} bars; a run takes {}{}\n",
                           workload.name, workload.title, with_thousands(workload.scenarios),
                           with_thousands(workload.bars), workload.cost,
                           workload.by_default ? "" : "; only by name or with --all");
    out += "  csv         reading, checking and hashing bars\n"
           "  store       storing rows\n"
           "  dispatcher  what dividing work among unequal devices loses, simulated; only by name or with "
           "--all\n"
           "Each run is the whole program, from its start to the printed table, with its rows stored in a "
           "folder\n"
           "in $TMPDIR (or /tmp) that is removed at the end.\n";
    return out;
}

int bench_command(const BenchOptions& options) {
    if (options.runs < 1) throw InputError(fmt::format("--runs {}: expected 1 or more", options.runs));
    if (options.scenarios < 0)
        throw InputError(fmt::format("--scenarios {}: expected 1 or more", options.scenarios));
    if (options.bars < 0) throw InputError(fmt::format("--bars {}: expected 2 or more", options.bars));
    const std::vector<std::string> names = chosen_names(options);
    const Settings settings = load_settings(options.settings, options.overrides);
    const TemporaryFolder folder;
    const std::vector<BenchDevice> devices = find_bench_devices(options.devices, settings_arguments(options),
                                                                folder.path() / "messages", options.stop);
    if (interrupted(options)) return exit_interrupted;
    std::vector<std::vector<Variant>> lists; // by workload; made now, so that mistakes are found first
    for (const Workload& workload : workloads())
        lists.push_back(variants(options, settings, devices, workload));

    BenchSetup setup;
    setup.folder = folder.path();
    setup.real_data = real_data(options, settings);
    setup.scenarios = static_cast<std::uint64_t>(options.scenarios);
    setup.bars = static_cast<std::uint64_t>(options.bars);
    setup.settings = settings_arguments(options);
    setup.stop = options.stop;
    if (setup.scenarios != 0 || setup.bars != 0)
        spdlog::warn("--scenarios and --bars make the workloads smaller: these figures compare with nothing");

    BenchResults results;
    for (std::size_t i = 0; i < workloads().size(); ++i)
        if (std::find(names.begin(), names.end(), workloads()[i].name) != names.end() &&
            !measure_workload(workloads()[i], options, setup, lists[i], results))
            return exit_interrupted;
    if (const std::string table = comparison_table(results.measurements); !table.empty())
        show(options, table);
    if (!measure_parts(names, options, setup, results)) return exit_interrupted;
    if (options.json) std::printf("%s\n", bench_json(results).c_str());
    return exit_done;
}

} // namespace threadx
