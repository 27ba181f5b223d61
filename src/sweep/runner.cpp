#include "sweep/runner.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/number_text.hpp"
#include "base/stopwatch.hpp"
#include "device/cpu/host_processor.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "device/device_error.hpp"
#include "sweep/batch_sizes.hpp"
#include "sweep/device_models.hpp"
#include "sweep/row_maker.hpp"
#include "sweep/shared_work.hpp"
#include "sweep/work_keys.hpp"

namespace threadx {
namespace {

constexpr std::size_t most_in_companies = 6;
constexpr double seconds_between_reports = 5.0; // of what was measured

// A device in a run.
struct Participant {
    DeviceProperties properties;
    std::size_t index = 0; // the dispatcher's
    std::uint64_t processor_bit = 0;
    WorkKey key;
    DeviceWork work; // under the run's mutex
    std::atomic<bool> failed{false};
};

// One that was computed.
struct Batch {
    IdRange range;
    std::size_t rows = 0; // ids that the constraints exclude have none
    double seconds = 0.0; // of the threads that worked on it
};

// What the threads of a run share.
class Run {
  public:
    Run(const PreparedSweep& sweep, const std::vector<IdRange>& pending, const RunOptions& options,
        const std::function<void(RowBlock)>& deliver)
        : sweep_(sweep), options_(options), deliver_(deliver),
          bars_(static_cast<double>(sweep.simulated_bars())),
          simulator_(sweep.strategy(), sweep.plan(), sweep.data().bars, sweep.execution(), sweep.precision(),
                     choose_kernels(options.instruction_set), options.workers, sweep.scope()) {
        result_.workers = options.workers;
        for (const IdRange& range : pending) total_ += range.size();
        result_.batch_size = options.batch_size != 0 ? options.batch_size
                                                     : choose_batch_size(total_, sweep.simulated_bars(),
                                                                         sweep.scope().window_count(),
                                                                         options.workers, simulator_.lanes());
        result_.instruction_set = simulator_.kernels().name;
        const DeviceProperties processor = host_processor();
        std::vector<RunDevice> known;
        if (finds_first() && options.find_devices) known = find_devices();
        work_ = std::make_unique<SharedWork>(pending, dispatch_options(processor, known),
                                             [this] { return stopping(); });
        cpu_ = &add_participant(processor);
        if (options.cpu) add_cpu_to_work();
        for (RunDevice& device : known) {
            Participant& participant = add_device(device);
            known_.emplace_back(&participant, std::move(device));
        }
        tell_what_is_known_of_companies();
        work_->look_who_is_idle();
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    // Where execute() ends by an exception, threads are still at work.
    ~Run() {
        failed_.store(true);
        join();
    }

    RunResult execute() {
        for (auto& [participant, device] : known_)
            spawn([this, participant = participant, &device = device] { run_device(*participant, device); });
        if (options_.find_devices && !finds_first()) spawn([this] { start_devices(); });
        if (options_.cpu) spawn_cpu();
        wait();
        if (work_->left() > 0 &&
            !stopping()) { // what accelerators left behind when the CPU was done, or unused
            if (!options_.cpu)
                note(fmt::format("no accelerator is left: the CPU computes {} scenarios",
                                 with_thousands(work_->left())));
            add_cpu_to_work();
            spawn_cpu();
            wait();
        }
        if (failure_) std::rethrow_exception(failure_);
        result_.seconds = clock_.seconds();
        measured_kept_columns();
        report_measurements();
        if (options_.on_progress) options_.on_progress(progress());
        result_.interrupted = done_.load() < total_;
        result_.kept_columns = simulator_.kept_columns_computed();
        for (const Participant& participant : participants_) {
            if (participant.work.scenarios == 0 && !participant.failed.load())
                if (std::string why = work_->idle_reason(participant.index); !why.empty())
                    result_.notes.push_back(std::move(why));
            if (&participant != cpu_ && !participant.work.started) continue;
            result_.devices.push_back(participant.work);
            result_.column_seconds += participant.work.column_seconds;
            result_.simulation_seconds += participant.work.simulation_seconds;
        }
        return result_;
    }

  private:
    bool stopping() const { return failed_.load() || (options_.stop != nullptr && options_.stop->load()); }

    bool finds_first() const { return options_.find_first || !options_.shares.empty(); }

    void note(std::string text) {
        const std::lock_guard lock(mutex_);
        result_.notes.push_back(std::move(text));
    }

    // The dispatcher's shares are in the order in which devices join: the CPU, then `known`.
    DispatchOptions dispatch_options(const DeviceProperties& processor,
                                     const std::vector<RunDevice>& known) const {
        DispatchOptions out;
        out.cores = std::max(1, processor.compute_units);
        out.batch_size = options_.batch_size;
        if (options_.shares.empty()) return out;
        if (options_.cpu) out.shares.push_back(share_of(options_.shares, processor));
        for (const RunDevice& device : known)
            out.shares.push_back(share_of(options_.shares, device.properties));
        return out;
    }

    Participant& add_participant(const DeviceProperties& properties) {
        const std::lock_guard lock(mutex_);
        Participant& participant = participants_.emplace_back();
        participant.properties = properties;
        participant.work.id = properties.id;
        participant.work.name = properties.kind == DeviceKind::cpu ? "" : properties.name;
        return participant;
    }

    DispatchDevice joining(Participant& participant) const {
        const SweepWork work = {sweep_, result_.instruction_set, options_.workers};
        participant.key = work.key(participant.properties);
        DispatchDevice device;
        device.model = device_model(participant.properties, work, options_.profiles);
        return device;
    }

    void add_cpu_to_work() {
        DispatchDevice device = joining(*cpu_);
        device.workers = options_.workers;
        device.largest_batch = result_.batch_size;
        device.batch_multiple = simulator_.lanes();
        device.workers_help = true;
        cpu_->index = work_->add(std::move(device));
        cpu_->processor_bit = work_->processor_bit(cpu_->index);
        work_->started(cpu_->index);
    }

    Participant& add_device(const RunDevice& device) {
        Participant& participant = add_participant(device.properties);
        DispatchDevice joining = this->joining(participant);
        joining.workers = std::max<std::size_t>(1, device.workers);
        joining.largest_batch = 1 + (largest_device_batch - 1) / sweep_.scope().window_count();
        participant.work.queues = joining.workers;
        participant.index = work_->add(std::move(joining));
        participant.processor_bit = work_->processor_bit(participant.index);
        return participant;
    }

    // Runs `work` in a thread of the run; what it throws ends the run.
    template <class Work>
    void spawn(Work work) {
        const std::lock_guard lock(mutex_);
        threads_.emplace_back([this, work] {
            try {
                work();
            } catch (...) {
                const std::lock_guard failure_lock(mutex_);
                if (!failure_) failure_ = std::current_exception();
                failed_.store(true);
            }
            const std::lock_guard end_lock(mutex_);
            --running_;
            ended_.notify_one();
        });
        ++running_; // not before: there may be no more threads to be had
    }

    void spawn_cpu() {
        cpu_workers_.store(options_.workers);
        for (std::size_t i = 0; i < options_.workers; ++i) spawn([this] { work_on_cpu(); });
    }

    RunProgress progress() {
        RunProgress out = {done_.load(), total_, clock_.seconds(), {}};
        const std::lock_guard lock(mutex_);
        for (const Participant& device : participants_)
            if (device.work.scenarios > 0)
                out.devices.push_back({device.work.id, device.work.scenarios, device.properties.uuid});
        return out;
    }

    // For all threads, those too that threads have started.
    void wait() {
        std::unique_lock lock(mutex_);
        while (running_ > 0) {
            ended_.wait_for(lock, std::chrono::milliseconds(100), [this] { return running_ == 0; });
            lock.unlock();
            if (clock_.seconds() > last_report_ + seconds_between_reports) report_measurements();
            if (options_.on_progress && done_.load() < total_) options_.on_progress(progress());
            lock.lock();
        }
        lock.unlock();
        join();
    }

    // Threads may start others until they end.
    void join() {
        for (;;) {
            std::unique_lock lock(mutex_);
            if (threads_.empty()) return;
            std::thread thread = std::move(threads_.front());
            threads_.pop_front();
            lock.unlock();
            thread.join();
        }
    }

    void measured(const Participant& participant, const WorkKey& key, double items, double seconds) {
        if (!options_.on_measured || items <= 0.0 || seconds <= 0.0) return;
        const std::lock_guard lock(mutex_);
        measurements_.push_back({key, participant.properties.id, items, seconds});
    }

    // All workers compute them, or wait for those who do. Devices that took the processor meanwhile would be
    // counted with them.
    void measured_kept_columns() {
        for (const Participant& participant : participants_)
            if (&participant != cpu_ && participant.processor_bit != 0 && participant.work.started) return;
        const SweepWork work = {sweep_, result_.instruction_set, options_.workers};
        measured(*cpu_, work.kept_columns_key(cpu_->properties), simulator_.kept_items_computed(),
                 kept_column_seconds_ / static_cast<double>(options_.workers));
    }

    void report_measurements() {
        last_report_ = clock_.seconds();
        std::vector<Observation> now;
        {
            const std::lock_guard lock(mutex_);
            now.swap(measurements_);
        }
        if (!now.empty()) options_.on_measured(std::move(now));
    }

    void finished(const Participant& participant, const Batch& batch) {
        const Dispatcher::Measured was = work_->finished(participant.index, batch.range, batch.seconds);
        if (was.seconds <= 0.0) return;
        WorkKey key = participant.key;
        if (was.company != 0) key.beside = names_beside(participant, was.company);
        measured(participant, key, bars_ * static_cast<double>(batch.rows), was.seconds);
    }

    // As profiles name those who take the processor from a device.
    std::string names_beside(const Participant& participant, std::uint64_t company) {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> names;
        for (const Participant& other : participants_)
            if (&other != &participant && (other.processor_bit & company) != 0)
                names.push_back(name_beside(other));
        std::sort(names.begin(), names.end());
        return fmt::format("{}", fmt::join(names, ", "));
    }

    static std::string name_beside(const Participant& participant) {
        return participant.properties.kind == DeviceKind::cpu
                   ? participant.key.uuid + " " + participant.key.driver
                   : participant.key.uuid;
    }

    // Of all companies of devices that use the processor, what is known of their speed.
    void tell_what_is_known_of_companies() {
        std::vector<Participant*> sharing;
        for (Participant& participant : participants_)
            if (participant.processor_bit != 0) sharing.push_back(&participant);
        if (sharing.size() < 2 || sharing.size() > most_in_companies) return;
        for (std::size_t set = 1; set < std::size_t{1} << sharing.size(); ++set) {
            std::uint64_t company = 0;
            for (std::size_t i = 0; i < sharing.size(); ++i)
                if ((set >> i & 1U) != 0) company |= sharing[i]->processor_bit;
            for (Participant* participant : sharing) {
                if ((participant->processor_bit & company) == 0) continue;
                WorkKey key = participant->key;
                key.beside = names_beside(*participant, company);
                if (key.beside.empty()) continue;
                if (const std::optional<WorkCost> cost = options_.profiles.cost(key))
                    work_->know_together(
                        participant->index, company,
                        {cost->batch_seconds, cost->item_seconds * bars_, cost->least_items / bars_});
            }
        }
    }

    void work_on_cpu() {
        CpuSimulator::Worker worker(simulator_);
        while (const std::optional<IdRange> range = work_->take_unless_all_taken(cpu_->index)) {
            finished(*cpu_,
                     compute(*cpu_, *range, [&](const ScenarioBatch& batch) { return worker.run(batch); }));
        }
        worker.help();
        if (cpu_workers_.fetch_sub(1) == 1) work_->leave(cpu_->index);
    }

    std::vector<RunDevice> find_devices() {
        try {
            return options_.find_devices([this](std::string text) { note(std::move(text)); });
        } catch (const DeviceError& error) {
            note(fmt::format("no accelerator is used: {}", error.what()));
            return {};
        }
    }

    void start_devices() {
        std::vector<std::pair<Participant*, RunDevice>> found;
        for (RunDevice& device : find_devices()) {
            Participant& participant = add_device(device);
            found.emplace_back(&participant, std::move(device));
        }
        work_->look_who_is_idle();
        for (auto& [participant, device] : found)
            spawn([this, participant = participant, device = std::move(device)] {
                run_device(*participant, device);
            });
    }

    void run_device(Participant& participant, const RunDevice& device) {
        if (!work_->wait_until_wanted(participant.index)) {
            work_->leave(participant.index);
            return;
        }
        std::unique_ptr<BatchDevice> ready;
        try {
            const Stopwatch time;
            ready = device.start();
            std::string kernel = ready->kernel();
            measured(participant, start_key(participant.properties), 1.0, time.seconds());
            const std::lock_guard lock(mutex_);
            participant.work.kernel = std::move(kernel);
            participant.work.started = true;
        } catch (const DeviceError& error) {
            participant.failed.store(true);
            note(fmt::format("{} is left out: {}", device.properties.id, error.what()));
            work_->leave(participant.index);
            return;
        }
        work_->started(participant.index, ready->scenarios_at_once());
        run_workers(*ready, participant);
        work_->leave(participant.index);
        for (const std::string& text : ready->notes()) note(text);
        if (const auto limit = ready->memory_limit(); limit && options_.on_memory_cap)
            options_.on_memory_cap(participant.key,
                                   {static_cast<std::uint64_t>(bars_ * static_cast<double>(limit->scenarios)),
                                    limit->free_bytes, ""});
    }

    void run_workers(BatchDevice& device, Participant& participant) {
        std::vector<std::thread> helpers; // they end before the device does
        std::exception_ptr failure;
        std::mutex failure_mutex;
        const auto work = [&] {
            try {
                work_on_device(device, participant);
            } catch (...) {
                const std::lock_guard lock(failure_mutex);
                failure = std::current_exception();
                failed_.store(true);
            }
        };
        try {
            for (std::size_t i = 1; i < participant.work.queues; ++i) helpers.emplace_back(work);
        } catch (const std::system_error&) { // no more threads are to be had: this one does it alone
        }
        work();
        for (std::thread& helper : helpers) helper.join();
        if (failure) std::rethrow_exception(failure);
    }

    void work_on_device(BatchDevice& device, Participant& participant) {
        std::optional<IdRange> range;
        try {
            const std::unique_ptr<BatchWorker> worker = device.make_worker();
            while (!participant.failed.load()) {
                range = work_->take(participant.index);
                if (!range) break;
                finished(participant, compute(participant, *range, [&](const ScenarioBatch& batch) {
                             return worker->run(batch);
                         }));
                range.reset();
            }
        } catch (const DeviceError& error) {
            const bool known = participant.failed.exchange(true); // by another of its threads
            if (range || !known)
                note(fmt::format("{} takes no more work: {}{}", device.id(), error.what(),
                                 range ? fmt::format("; its batch of {} scenarios is left to others",
                                                     with_thousands(range->size()))
                                       : ""));
            work_->leave(participant.index); // before it could be asked to take what it gives back
            if (range) work_->give_back(participant.index, *range);
        }
    }

    template <class Simulate>
    Batch compute(Participant& participant, IdRange range, Simulate simulate) {
        const Stopwatch whole;
        const Stopwatch draw;
        const PreparedSweep::Scenarios scenarios = sweep_.draw(range);
        const double draw_seconds = draw.seconds();
        const BatchResult result = simulate(scenarios.batch);
        double row_seconds = 0.0;
        const std::size_t at_once = std::max<std::size_t>(1, largest_block / sweep_.rows_per_scenario());
        std::size_t first = 0;
        do { // rows go in blocks, however large the batch was
            const std::size_t last = std::min(scenarios.ids.size(), first + at_once);
            const IdRange ids = {first == 0 ? range.first : scenarios.ids[first],
                                 last == scenarios.ids.size() ? range.last : scenarios.ids[last]};
            const Stopwatch row;
            RowBlock block = make_rows(sweep_, ids, scenarios, result, first, last);
            row_seconds += row.seconds();
            deliver_(std::move(block));
            done_.fetch_add(ids.size());
            first = last;
        } while (first < scenarios.ids.size());
        const std::lock_guard lock(mutex_);
        result_.scenarios += scenarios.ids.size();
        for (const bool valid : result.valid) result_.invalid += valid ? 0 : 1;
        result_.draw_seconds += draw_seconds;
        result_.row_seconds += row_seconds;
        participant.work.scenarios += scenarios.ids.size();
        participant.work.column_seconds += result.column_seconds;
        if (&participant == cpu_) kept_column_seconds_ += result.kept_column_seconds;
        participant.work.simulation_seconds += result.simulation_seconds;
        participant.work.transfers.up_bytes += result.transfers.up_bytes;
        participant.work.transfers.down_bytes += result.transfers.down_bytes;
        participant.work.transfers.down_seconds += result.transfers.down_seconds;
        // What others took off this thread is the device's time all the same; what is computed once in a run
        // is not what a batch costs.
        return {range, scenarios.ids.size(),
                whole.seconds() + result.helper_seconds - result.kept_column_seconds};
    }

    const PreparedSweep& sweep_;
    const RunOptions& options_;
    const std::function<void(RowBlock)>& deliver_;
    double bars_;
    Stopwatch clock_;
    CpuSimulator simulator_;
    std::uint64_t total_ = 0;
    std::unique_ptr<SharedWork> work_;
    std::atomic<std::uint64_t> done_{0};
    std::atomic<bool> failed_{false};
    std::atomic<std::size_t> cpu_workers_{0}; // that still take batches
    Participant* cpu_ = nullptr;
    std::vector<std::pair<Participant*, RunDevice>> known_; // before the first batch
    double last_report_ = 0.0;
    std::mutex mutex_; // of the members below
    std::condition_variable ended_;
    std::deque<Participant> participants_; // references to them stay good
    std::deque<std::thread> threads_;
    std::size_t running_ = 0;
    double kept_column_seconds_ = 0.0;      // of the CPU's workers
    std::vector<Observation> measurements_; // not reported yet
    std::exception_ptr failure_;
    RunResult result_;
};

} // namespace

RunResult run_sweep(const PreparedSweep& sweep, const std::vector<IdRange>& pending,
                    const RunOptions& options, const std::function<void(RowBlock)>& deliver) {
    return Run(sweep, pending, options, deliver).execute();
}

} // namespace threadx
