// Runs: made, gone on with, opened, tested, reported.
#include "run.hpp"

#include <mutex>

#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "jobs/chosen_rows.hpp"
#include "jobs/run_job.hpp"
#include "jobs/run_overfitting.hpp"
#include "jobs/walkforward_files.hpp"
#include "parts.hpp"
#include "report/robustness_text.hpp"
#include "report/run_report.hpp"
#include "waiting.hpp"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace threadx::python {
namespace {

// What a run is computed on.
struct Wishes {
    std::string devices;
    std::string balance;
};

// The newest news of a worker, for Python to fetch.
class Latest {
  public:
    void put(const RunProgress& progress) {
        const std::lock_guard lock(mutex_);
        progress_ = progress;
        fresh_ = true;
    }
    // Calls progress(done, total, seconds, [(device, scenarios), ...]) if there is something new.
    void tell(const nb::object& progress) {
        RunProgress news;
        {
            const std::lock_guard lock(mutex_);
            if (!fresh_) return;
            fresh_ = false;
            news = progress_;
        }
        std::vector<std::pair<std::string, std::uint64_t>> devices;
        for (const DeviceProgress& device : news.devices) devices.emplace_back(device.id, device.scenarios);
        progress(news.done, news.total, news.seconds, devices);
    }

  private:
    std::mutex mutex_;
    bool fresh_ = false;
    RunProgress progress_;
};

// Computes what the store lacks, and what follows from the rows.
void compute(RunStore& store, const PreparedSweep& sweep, const Settings& settings, const Wishes& wishes,
             std::uint64_t scenarios, const std::string& earlier_manifest, const nb::object& progress) {
    std::atomic<bool> stop{false};
    Latest latest;
    const auto tell = [&] {
        if (!progress.is_none()) latest.tell(progress);
    };
    wait_for(
        [&] {
            RunProfiles profiles(settings);
            RunDevices devices(settings, {wishes.devices, wishes.balance}, sweep, scenarios,
                               profiles.known());
            RunHooks hooks;
            hooks.stop = &stop;
            hooks.on_progress = [&](const RunProgress& news, const RunWatch&) { latest.put(news); };
            if (sweep.walkforward() != nullptr)
                hooks.complete = [&](const RunStore& rows) { write_walkforward(rows, sweep); };
            const RunResult result =
                compute_run(store, sweep, settings, devices, profiles, hooks, earlier_manifest);
            if (!result.interrupted && sweep.walkforward() == nullptr)
                write_overfitting(store, sweep, result.workers);
        },
        stop, tell);
    tell();
}

std::unique_ptr<HeldRun> start(bool walkforward, const std::string& config_text,
                               const std::string& config_name, const std::string& strategy_text,
                               const std::string& strategy_name, const HeldBars& bars,
                               const Settings& settings, const std::string& devices,
                               const std::string& balance, const std::filesystem::path& directory, bool force,
                               const nb::object& progress) {
    SweepRequest request;
    request.kind = walkforward ? SweepKind::walkforward : SweepKind::sweep;
    request.config_name = config_name;
    request.config_text = config_text;
    request.strategy_name = strategy_name;
    request.strategy_text = strategy_text;
    request.data_file = bars.file;
    std::shared_ptr<const PreparedSweep> sweep;
    wait_for([&] { sweep = std::make_shared<PreparedSweep>(request, settings, bars.data); });
    warn_of(*sweep);
    {
        RunStore store = new_run(*sweep, directory, force);
        compute(store, *sweep, settings, {devices, balance}, sweep->range().size(), "", progress);
    }
    return std::make_unique<HeldRun>(directory, settings, ReportSweep{sweep, ""}, std::nullopt);
}

std::optional<LoadedBars> data_of(const HeldBars* bars) {
    return bars == nullptr ? std::nullopt : std::optional(bars->data);
}

std::unique_ptr<HeldRun> resume(const std::filesystem::path& directory, const Settings& settings,
                                const std::string& devices, const std::string& balance, const HeldBars* bars,
                                const nb::object& progress) {
    std::optional<ResumedRun> run;
    wait_for([&] { run = open_to_resume(directory, settings, data_of(bars)); });
    warn_of(*run->sweep);
    compute(run->store, *run->sweep, settings, {devices, balance}, run->missing_scenarios, run->manifest,
            progress);
    return std::make_unique<HeldRun>(directory, settings, ReportSweep{std::move(run->sweep), ""},
                                     std::nullopt);
}

std::unique_ptr<HeldRun> open_run(const std::filesystem::path& directory, const Settings& settings,
                                  const HeldBars* bars) {
    return std::make_unique<HeldRun>(directory, settings, std::nullopt, data_of(bars));
}

// As text: a path would import pathlib, which takes longer than a small sweep.
nb::str directory_text(const HeldRun& run) {
    const std::string text = run.directory().string();
    return nb::steal<nb::str>(
        PyUnicode_DecodeFSDefaultAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
}

// What the page lacks, and why.
std::vector<std::string> report(HeldRun& run, const std::filesystem::path& file, std::size_t top,
                                const std::string& by) {
    std::vector<std::string> missing;
    wait_for([&] {
        const RunReport made = make_report(run.open(), run.made(), {top, by});
        write_file_atomically(file, made.html);
        missing = made.missing;
    });
    return missing;
}

// robustness.json's text; it is left in the run's directory too.
std::string robustness(HeldRun& run, const std::vector<unsigned long long>& ids, long long top,
                       const std::string& by, std::size_t simulations, std::uint64_t seed,
                       const std::string& devices, const std::string& balance) {
    std::atomic<bool> stop{false};
    std::string json;
    wait_for(
        [&] {
            const RunStore store = run.open();
            const std::vector<Row> rows = chosen_rows(store, {ids, top, by});
            const PreparedSweep& sweep = run.sweep_on_its_bars();
            if (sweep.walkforward() != nullptr)
                throw InputError("a walk-forward is a test already; robustness is tested on a sweep's run");
            RobustnessOptions options;
            options.simulations = simulations;
            options.seed = seed;
            options.devices = {devices, balance};
            options.stop = &stop;
            const auto result = test_robustness(sweep, rows, run.settings(), options);
            if (!result) return;
            for (const std::string& note : result->notes) spdlog::info("{}", note);
            json = robustness_json(sweep, *result, run.settings().robustness, options);
            write_file_atomically(robustness_file(run.directory()), json);
        },
        stop);
    return json;
}

} // namespace

HeldRun::HeldRun(std::filesystem::path directory, Settings settings, std::optional<ReportSweep> made,
                 std::optional<LoadedBars> bars)
    : directory_(std::move(directory)), settings_(std::move(settings)), schema_(open().schema()),
      made_(std::move(made)), bars_(std::move(bars)) {}

const ReportSweep& HeldRun::made() {
    if (!made_) made_ = prepare_again(open(), settings_, bars_);
    return *made_;
}

const PreparedSweep& HeldRun::sweep_on_its_bars() {
    if (!made().data_problem.empty())
        throw InputError("this needs the run's bars: " + made().data_problem +
                         "; give them with threadx.open_run(directory, bars=...)");
    return sweep();
}

void add_run(nb::module_& module) {
    nb::class_<HeldRun> run(module, "Run");
    run.def_static("start", &start, "walkforward"_a, "config_text"_a, "config_name"_a, "strategy_text"_a,
                   "strategy_name"_a, "bars"_a, "settings"_a, "devices"_a, "balance"_a, "directory"_a,
                   "force"_a, "progress"_a.none())
        .def_static("resume", &resume, "directory"_a, "settings"_a, "devices"_a, "balance"_a, "bars"_a.none(),
                    "progress"_a.none())
        .def_static("open", &open_run, "directory"_a, "settings"_a, "bars"_a.none())
        .def("report", &report, "file"_a, "top"_a, "by"_a)
        .def("robustness", &robustness, "ids"_a, "top"_a, "by"_a, "simulations"_a, "seed"_a, "devices"_a,
             "balance"_a)
        .def("at", &HeldRun::at, "directory"_a)
        .def_prop_ro("directory", &directory_text)
        .def_prop_ro("manifest", [](const HeldRun& self) { return self.open().read_manifest(); });
    add_rows(run);
}

} // namespace threadx::python
