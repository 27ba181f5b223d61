#include "sweep/bar_sets.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "base/number_text.hpp"
#include "device/cpu/host_processor.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "device/device_error.hpp"
#include "sweep/device_models.hpp"
#include "sweep/outcome_of_row.hpp"
#include "sweep/row_maker.hpp"
#include "sweep/shared_work.hpp"

namespace threadx {
namespace {

class BarSetsRun {
  public:
    BarSetsRun(const PreparedSweep& sweep, const std::vector<std::uint64_t>& ids, const BarSets& sets,
               const RunOptions& options)
        : sweep_(sweep), sets_(sets), options_(options), kernels_(choose_kernels(options.instruction_set)),
          processor_(host_processor()) {
        for (const std::uint64_t id : ids) add_scenario(id);
        outcomes_.resize(scenarios_.ids.size() * sets.count);
    }

    BarSetsResult execute() {
        if (scenarios_.ids.empty() || sets_.count == 0) return std::move(result_);
        const std::vector<RunDevice> devices = find_devices();
        work_ = std::make_unique<SharedWork>(std::vector<IdRange>{{0, sets_.count}},
                                             dispatch_options(devices), [this] { return stopping(); });
        if (options_.cpu) cpu_ = add(processor_, options_.workers);
        std::vector<std::size_t> members;
        members.reserve(devices.size());
        for (const RunDevice& device : devices)
            members.push_back(add(device.properties, device.bars_workers));
        work_->look_who_is_idle();
        {
            std::vector<std::jthread> threads;
            for (std::size_t i = 0; i < devices.size(); ++i)
                spawn(threads,
                      [this, &device = devices[i], member = members[i]] { run_device(device, member); });
            if (options_.cpu) spawn_cpu(threads);
        }
        if (work_->left() > 0 && !stopping()) { // what accelerators left behind, or could not do
            if (!options_.cpu)
                note(fmt::format("no accelerator is left: the CPU computes {} sets of bars",
                                 with_thousands(work_->left())));
            cpu_ = add(processor_, options_.workers); // once more, where it has left
            std::vector<std::jthread> threads;
            spawn_cpu(threads);
        }
        if (failure_) std::rethrow_exception(failure_);
        for (std::size_t i = 0; i < devices.size(); ++i)
            if (!result_.sets.contains(devices[i].properties.id))
                if (std::string why = work_->idle_reason(members[i]); !why.empty())
                    result_.notes.push_back(std::move(why));
        return take_result();
    }

  private:
    void add_scenario(std::uint64_t id) {
        const PreparedSweep::Scenarios one = sweep_.draw({id, id + 1});
        if (one.ids.empty() || !scenario_is_valid(sweep_.strategy().graph, one.batch.parameters_of(0)))
            return;
        ScenarioBatch& all = scenarios_.batch;
        all.parameter_count = one.batch.parameter_count;
        all.axis_count = one.batch.axis_count;
        all.parameters.insert(all.parameters.end(), one.batch.parameters.begin(), one.batch.parameters.end());
        all.levels.insert(all.levels.end(), one.batch.levels.begin(), one.batch.levels.end());
        ++all.count;
        scenarios_.ids.push_back(id);
    }

    bool stopping() const { return failed_.load() || (options_.stop != nullptr && options_.stop->load()); }

    void note(std::string text) {
        const std::lock_guard lock(mutex_);
        if (std::find(result_.notes.begin(), result_.notes.end(), text) == result_.notes.end())
            result_.notes.push_back(std::move(text));
    }

    std::vector<RunDevice> find_devices() {
        if (!options_.find_devices) return {};
        try {
            return options_.find_devices([this](std::string text) { note(std::move(text)); });
        } catch (const DeviceError& error) {
            note(fmt::format("no accelerator is used: {}", error.what()));
            return {};
        }
    }

    // Shares are in the order in which devices join.
    DispatchOptions dispatch_options(const std::vector<RunDevice>& devices) const {
        DispatchOptions out;
        out.cores = std::max(1, processor_.compute_units);
        if (options_.shares.empty()) return out;
        if (options_.cpu) out.shares.push_back(share_of(options_.shares, processor_));
        for (const RunDevice& device : devices)
            out.shares.push_back(share_of(options_.shares, device.properties));
        return out;
    }

    // What a set costs is not known from runs of other numbers of scenarios: it is measured.
    std::size_t add(const DeviceProperties& properties, std::size_t workers) {
        const SweepWork work = {sweep_, kernels_.name, options_.workers};
        DispatchDevice device;
        device.model = device_model(properties, work, options_.profiles);
        device.model.cost = {};
        device.model.once.clear();
        device.workers = std::max<std::size_t>(1, workers);
        device.probe = 1;
        const bool is_host = properties.kind == DeviceKind::cpu;
        const std::size_t member = work_->add(std::move(device));
        if (is_host) work_->started(member);
        return member;
    }

    template <class Work>
    void spawn(std::vector<std::jthread>& threads, Work work) {
        threads.emplace_back([this, work] {
            try {
                work();
            } catch (...) {
                const std::lock_guard lock(mutex_);
                if (!failure_) failure_ = std::current_exception();
                failed_.store(true);
            }
        });
    }

    void spawn_cpu(std::vector<std::jthread>& threads) {
        cpu_workers_.store(options_.workers);
        for (std::size_t i = 0; i < options_.workers; ++i) spawn(threads, [this] { work_on_cpu(); });
    }

    void work_on_cpu() {
        while (const std::optional<IdRange> range = work_->take_unless_all_taken(cpu_))
            compute(cpu_, processor_.id, *range, [this](const Bars& bars) {
                CpuSimulator simulator(sweep_.strategy(), sweep_.plan(), bars, sweep_.execution(),
                                       sweep_.precision(), kernels_, 1, sweep_.scope());
                return CpuSimulator::Worker(simulator).run(scenarios_.batch);
            });
        if (cpu_workers_.fetch_sub(1) == 1) work_->leave(cpu_);
    }

    void run_device(const RunDevice& device, std::size_t member) {
        if (!work_->wait_until_wanted(member)) {
            work_->leave(member);
            return;
        }
        std::unique_ptr<BatchDevice> ready;
        std::vector<std::unique_ptr<BarsWorker>> workers;
        try {
            ready = device.start();
            workers = make_workers(*ready, std::max<std::size_t>(1, device.bars_workers));
        } catch (const DeviceError& error) {
            note(fmt::format("{} is left out: {}", device.properties.id, error.what()));
            work_->leave(member);
            return;
        }
        work_->started(member, 1);
        std::atomic<bool> lost{false};
        {
            std::vector<std::jthread> threads;
            for (const std::unique_ptr<BarsWorker>& worker : workers)
                spawn(threads, [&, worker = worker.get()] {
                    work_on_device(*worker, device.properties.id, member, lost);
                });
        }
        work_->leave(member);
        for (const std::string& text : ready->notes()) note(text);
        for (const std::unique_ptr<BarsWorker>& worker : workers)
            for (const std::string& text : worker->notes()) note(text);
    }

    // As many as there is room for.
    std::vector<std::unique_ptr<BarsWorker>> make_workers(BatchDevice& device, std::size_t most) {
        std::vector<std::unique_ptr<BarsWorker>> workers;
        try {
            while (workers.size() < most) workers.push_back(device.make_bars_worker(most));
        } catch (const DeviceOutOfMemory& error) {
            if (workers.empty()) throw;
            note(fmt::format("{}; {} sets of bars at once fit, not {}", error.what(), workers.size(), most));
        }
        return workers;
    }

    void work_on_device(BarsWorker& worker, const std::string& id, std::size_t member,
                        std::atomic<bool>& lost) {
        while (!lost.load()) {
            const std::optional<IdRange> range = work_->take(member);
            if (!range) return;
            try {
                compute(member, id, *range,
                        [&](const Bars& bars) { return worker.run(bars, scenarios_.batch); });
            } catch (const DeviceError& error) {
                lost.store(true);
                note(fmt::format("{} takes no more work: {}; its {} sets of bars are left to others", id,
                                 error.what(), with_thousands(range->size())));
                work_->leave(member); // before it could be asked to take what it gives back
                work_->give_back(member, *range);
            }
        }
    }

    template <class Simulate>
    void compute(std::size_t member, const std::string& id, IdRange range, Simulate simulate) {
        const Stopwatch time;
        const std::size_t count = scenarios_.ids.size();
        const std::size_t parameters = scenarios_.batch.parameter_count;
        for (std::uint64_t set = range.first; set < range.last; ++set) {
            if (stopping()) return;
            const RowBlock rows =
                make_rows(sweep_, {0, count}, scenarios_, simulate(sets_.bars(set)), 0, count);
            const std::size_t width = rows.values.size() / count;
            for (std::size_t i = 0; i < count; ++i) // sets are others' elements
                outcomes_[i * sets_.count + set] = outcome_of_row(
                    rows.statuses[i], std::span(rows.values).subspan(i * width, width), parameters);
        }
        work_->finished(member, range, time.seconds());
        const std::lock_guard lock(mutex_);
        result_.sets[id] += range.size();
    }

    BarSetsResult take_result() {
        for (std::size_t i = 0; i < scenarios_.ids.size(); ++i) {
            const auto first = outcomes_.begin() + static_cast<std::ptrdiff_t>(i * sets_.count);
            result_.outcomes[scenarios_.ids[i]] = {first, first + static_cast<std::ptrdiff_t>(sets_.count)};
        }
        return std::move(result_);
    }

    const PreparedSweep& sweep_;
    const BarSets& sets_;
    const RunOptions& options_;
    const KernelTable& kernels_;
    DeviceProperties processor_;
    PreparedSweep::Scenarios scenarios_;
    std::vector<Outcome> outcomes_; // scenario × set; different threads write different elements
    std::unique_ptr<SharedWork> work_;
    std::size_t cpu_ = 0; // the dispatcher's number of it
    std::atomic<std::size_t> cpu_workers_{0};
    std::atomic<bool> failed_{false};
    std::mutex mutex_; // of the members below
    std::exception_ptr failure_;
    BarSetsResult result_;
};

} // namespace

BarSetsResult run_bar_sets(const PreparedSweep& sweep, const std::vector<std::uint64_t>& ids,
                           const BarSets& sets, const RunOptions& options) {
    return BarSetsRun(sweep, ids, sets, options).execute();
}

} // namespace threadx
