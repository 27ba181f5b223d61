#include "sweep/runner.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <limits>
#include <mutex>
#include <thread>

#include "device/cpu/kernel_choice.hpp"
#include "sweep/batch_cursor.hpp"

namespace threadx {
namespace {

using Clock = std::chrono::steady_clock;

// A batch should last some tenths of a second, and every worker should get several.
constexpr double batch_bar_scenarios = 2.5e7;
constexpr std::uint64_t largest_batch = 16384;

std::uint64_t choose_batch_size(std::uint64_t total, std::size_t bars, std::size_t workers,
                                std::size_t lanes) {
    const auto by_time = static_cast<std::uint64_t>(batch_bar_scenarios / static_cast<double>(bars));
    const std::uint64_t by_share = total / (8 * workers);
    const std::uint64_t size = std::clamp<std::uint64_t>(std::min(by_time, by_share), lanes, largest_batch);
    return (size + lanes - 1) / lanes * lanes;
}

RowBlock make_rows(const PreparedSweep& sweep, IdRange range, const PreparedSweep::Scenarios& scenarios,
                   const BatchResult& result) {
    const MetricContext context = sweep.metric_context();
    const std::size_t parameters = scenarios.batch.parameter_count;
    const std::size_t width = parameters + metrics().size();
    RowBlock block;
    block.range = range;
    block.scenarios = scenarios.ids;
    block.values.resize(scenarios.ids.size() * width);
    for (std::size_t i = 0; i < scenarios.ids.size(); ++i) {
        const std::span<double> row(block.values.data() + i * width, width);
        const std::span<const double> values = scenarios.batch.parameters_of(i);
        std::copy(values.begin(), values.end(), row.begin());
        const std::span<double> metric_values = row.subspan(parameters);
        if (result.valid[i]) {
            compute_metrics(result.statistics[i], context, metric_values);
            block.statuses.push_back(result.statistics[i].ruined != 0.0 ? RowStatus::ruined : RowStatus::ok);
        } else {
            std::fill(metric_values.begin(), metric_values.end(), std::numeric_limits<double>::quiet_NaN());
            block.statuses.push_back(RowStatus::invalid);
        }
        for (double& value : row) value = canonical(value);
    }
    return block;
}

// What the threads of a run share.
class Run {
  public:
    Run(const PreparedSweep& sweep, const std::vector<IdRange>& pending, const RunOptions& options,
        const std::function<void(RowBlock)>& deliver)
        : sweep_(sweep), options_(options), deliver_(deliver), cursor_(pending),
          simulator_(sweep.strategy(), sweep.plan(), sweep.data().bars, sweep.execution(), sweep.precision(),
                     choose_kernels(options.instruction_set), options.workers) {
        for (const IdRange& range : pending) total_ += range.size();
        result_.batch_size = options.batch_size != 0 ? options.batch_size
                                                     : choose_batch_size(total_, sweep.data().bars.size(),
                                                                         options.workers, simulator_.lanes());
        result_.instruction_set = simulator_.kernels().name;
    }

    RunResult execute() {
        const Clock::time_point start = Clock::now();
        std::vector<std::thread> threads;
        running_ = options_.workers;
        for (std::size_t i = 0; i < options_.workers; ++i) threads.emplace_back([this] { work(); });
        {
            std::unique_lock lock(mutex_);
            while (running_ > 0) {
                ended_.wait_for(lock, std::chrono::milliseconds(100), [this] { return running_ == 0; });
                if (!options_.on_progress || done_.load() == total_) continue;
                const RunProgress progress = {done_.load(), total_,
                                              std::chrono::duration<double>(Clock::now() - start).count()};
                lock.unlock();
                options_.on_progress(progress);
                lock.lock();
            }
        }
        for (std::thread& thread : threads) thread.join();
        if (failure_) std::rethrow_exception(failure_);
        result_.seconds = std::chrono::duration<double>(Clock::now() - start).count();
        if (options_.on_progress) options_.on_progress({done_.load(), total_, result_.seconds});
        result_.interrupted = done_.load() < total_;
        result_.kept_columns = simulator_.kept_columns_computed();
        return result_;
    }

  private:
    bool stopping() const { return failed_.load() || (options_.stop != nullptr && options_.stop->load()); }

    void work() {
        try {
            CpuSimulator::Worker worker(simulator_);
            while (!stopping()) {
                const std::optional<IdRange> range = cursor_.take(result_.batch_size);
                if (!range) break;
                work_on(worker, *range);
            }
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (!failure_) failure_ = std::current_exception();
            failed_.store(true);
        }
        const std::lock_guard lock(mutex_);
        --running_;
        ended_.notify_one();
    }

    void work_on(CpuSimulator::Worker& worker, IdRange range) {
        const PreparedSweep::Scenarios scenarios = sweep_.draw(range);
        const BatchResult result = worker.run(scenarios.batch);
        deliver_(make_rows(sweep_, range, scenarios, result));
        done_.fetch_add(range.size());
        const std::lock_guard lock(mutex_);
        result_.scenarios += scenarios.ids.size();
        result_.invalid +=
            static_cast<std::uint64_t>(std::count(result.valid.begin(), result.valid.end(), false));
        result_.column_seconds += result.column_seconds;
        result_.simulation_seconds += result.simulation_seconds;
    }

    const PreparedSweep& sweep_;
    const RunOptions& options_;
    const std::function<void(RowBlock)>& deliver_;
    BatchCursor cursor_;
    CpuSimulator simulator_;
    std::uint64_t total_ = 0;
    std::atomic<std::uint64_t> done_{0};
    std::atomic<bool> failed_{false};
    std::mutex mutex_; // of the members below
    std::condition_variable ended_;
    std::size_t running_ = 0;
    std::exception_ptr failure_;
    RunResult result_;
};

} // namespace

RunResult run_sweep(const PreparedSweep& sweep, const std::vector<IdRange>& pending,
                    const RunOptions& options, const std::function<void(RowBlock)>& deliver) {
    return Run(sweep, pending, options, deliver).execute();
}

} // namespace threadx
