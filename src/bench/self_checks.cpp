#include "bench/self_checks.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <new>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "bench/fixed_shares.hpp"
#include "bench/made_up_sweep.hpp"
#include "bench/row_collector.hpp"
#include "device/device_error.hpp"

namespace threadx {
namespace {

constexpr const char* sweep_text = R"([strategy]
use = "bollinger_atr"
[space]
bb_period = { from = 10, to = 50, step = 10 }
entry_z = [1.0, 1.5, 2.0, 2.5]
atr_period = [7, 14, 21]
atr_multiplier = { from = 1.0, to = 4.0, step = 1.0 }
[execution]
fee = 0.0005
slippage = 0.0001
)";
constexpr long long sweep_bars = 2'000;
constexpr std::uint64_t batch_scenarios = 30;    // several batches, and always the same ones
constexpr std::chrono::seconds longest_wait{20}; // for a thread that should be there at once

CheckResult failed(const std::string& why) { return {CheckOutcome::failed, {why}}; }

std::string short_hash(const std::string& hash) { return hash.substr(0, 12); }

// How many rows came back from each device, and the notes of the run: why it was not as it should be.
std::string account_of(const RunResult& result) {
    std::string text;
    for (const std::string& note : result.notes) text += (text.empty() ? "" : "; ") + note;
    if (!text.empty()) return text;
    for (const DeviceWork& work : result.devices)
        text += fmt::format("{}{} computed {} scenarios", text.empty() ? "" : ", ", work.id, work.scenarios);
    return text;
}

std::uint64_t scenarios_of(const RunResult& result, const std::string& id) {
    for (const DeviceWork& work : result.devices)
        if (work.id == id) return work.scenarios;
    return 0;
}

// Each thread that brings rows waits for the others at its first ones: so all of them have worked, or it is
// known that they do not, however busy the machine is.
class Meeting {
  public:
    explicit Meeting(std::size_t threads) : threads_(threads) {}
    void arrive() {
        std::unique_lock lock(mutex_);
        if (!there_.insert(std::this_thread::get_id()).second) return;
        changed_.notify_all();
        changed_.wait_for(lock, longest_wait, [this] { return there_.size() >= threads_; });
    }
    std::size_t arrived() const { return there_.size(); }

  private:
    std::size_t threads_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<std::thread::id> there_;
};

CheckResult check_workers(SelfCheckBench& bench) {
    SelfCheckBench::Field& field = bench.field(true);
    const std::size_t workers = bench.several_workers();
    RunOptions options = bench.options(workers);
    options.batch_size = std::max<std::uint64_t>(1, field.range().size() / (4 * workers));
    RowCollector rows;
    Meeting meeting(workers);
    run_sweep(*field.sweep, {field.range()}, options, [&](RowBlock block) {
        rows.add(std::move(block));
        meeting.arrive();
    });
    if (meeting.arrived() < workers)
        return failed(fmt::format("the work is not shared: {} of {} workers computed anything",
                                  meeting.arrived(), workers));
    const std::string hash = rows.hash(field.sweep->schema());
    if (hash != field.hash)
        return failed(fmt::format("{} workers give other rows than one: hash {} instead of {}", workers,
                                  short_hash(hash), short_hash(field.hash)));
    return {CheckOutcome::passed,
            {fmt::format("1 worker and {}: the same {} rows (hash {}), and all {} workers computed some",
                         workers, rows.rows(), short_hash(hash), workers)}};
}

// Why there is no accelerator to check.
CheckResult no_accelerator(const SelfCheckBench& bench) {
    std::string text = "no accelerator";
    const char* separator = ": ";
    const auto add = [&](const std::string& reason) {
        text += separator + reason;
        separator = "; ";
    };
    for (const MissingDriver& driver : bench.opened().inventory().missing) add(driver.reason);
    for (const DeviceProperties& device : bench.opened().inventory().devices)
        if (!device.unusable.empty())
            add(fmt::format("{} cannot be used: {}", device_title(device), device.unusable));
    if (text.find(':') == std::string::npos) text += " among the devices that were asked for";
    return {CheckOutcome::absent, {text}};
}

// One device of its own: opened, its self-test passed (a start is all that), and rows like the CPU's.
std::string activate(SelfCheckBench& bench, const DeviceProperties& device, std::string& said) {
    SelfCheckBench::Field& field = bench.field(device);
    try {
        field.started->get(device);
    } catch (const DeviceError& error) {
        return error.what();
    }
    RunOptions options = bench.options(bench.several_workers());
    options.batch_size = batch_scenarios;
    field.started->use({device}, options);
    RowCollector rows;
    const RunResult result = run_sweep(*field.sweep, {field.range()}, options,
                                       [&](RowBlock block) { rows.add(std::move(block)); });
    if (scenarios_of(result, device.id) != field.range().size()) return account_of(result);
    const std::string hash = rows.hash(field.sweep->schema());
    if (hash != field.hash)
        return fmt::format("its rows are not the CPU's: hash {} instead of {}", short_hash(hash),
                           short_hash(field.hash));
    said = fmt::format("opened, known answer given, the CPU's rows in {} (hash {})",
                       field.sweep->precision_name(), short_hash(hash));
    return "";
}

CheckResult check_activation(SelfCheckBench& bench) {
    const std::vector<DeviceProperties> devices = bench.opened().accelerators();
    if (devices.empty()) return no_accelerator(bench);
    CheckResult out;
    for (const DeviceProperties& device : devices) {
        std::string said;
        const std::string wrong = activate(bench, device, said);
        if (!wrong.empty()) out.outcome = CheckOutcome::failed;
        out.details.push_back(fmt::format("{}: {}", device.id, wrong.empty() ? said : wrong));
    }
    for (const DeviceProperties& device : bench.opened().inventory().devices)
        if (!device.unusable.empty())
            out.details.push_back(fmt::format("{} is not checked: it cannot be used: {}",
                                              device_title(device), device.unusable));
    return out;
}

CheckResult check_balancing(SelfCheckBench& bench) {
    SelfCheckBench::Field& field = bench.field(true);
    std::vector<DeviceProperties> devices;
    std::vector<BalanceShare> shares;
    double sum = 0.0;
    for (const DeviceProperties& device : bench.opened().devices()) {
        if (!device.float64) continue;
        devices.push_back(device);
        shares.push_back({device.id, static_cast<double>(devices.size())}); // all unlike each other
        sum += shares.back().share;
    }
    if (devices.size() < 2)
        return {CheckOutcome::absent,
                {fmt::format("one device alone ({}): nothing to balance",
                             devices.empty() ? "none in float64" : devices.front().id)}};
    for (BalanceShare& share : shares) share.share /= sum;
    RunOptions options = bench.options(bench.several_workers());
    options.batch_size = batch_scenarios;
    RowCollector rows;
    const RunResult result = run_with_shares(*field.sweep, field.range(), shares, devices, *field.started,
                                             options, [&](RowBlock block) { rows.add(std::move(block)); });
    const std::vector<IdRange> parts = parts_of(field.range(), shares);
    std::string text;
    // Where one does less another does more: less is the fault.
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const std::uint64_t done = scenarios_of(result, shares[i].device);
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", shares[i].device, done);
        if (done < parts[i].size())
            return failed(fmt::format("{} should have computed {} scenarios, and computed {}: {}",
                                      shares[i].device, parts[i].size(), done, account_of(result)));
    }
    const std::string hash = rows.hash(field.sweep->schema());
    if (hash != field.hash)
        return failed(fmt::format("together they give other rows than the CPU: hash {} instead of {}",
                                  short_hash(hash), short_hash(field.hash)));
    return {CheckOutcome::passed,
            {fmt::format("each its share of {} scenarios ({}), and the CPU's rows (hash {})",
                         field.range().size(), text, short_hash(hash))}};
}

// A sweep's rate on each device. It says how fast this small thing went, and claims nothing.
CheckResult check_rates(SelfCheckBench& bench) {
    CheckResult out;
    for (const DeviceProperties& device : bench.opened().devices()) {
        SelfCheckBench::Field& field = bench.field(device);
        RunOptions options = bench.options(bench.several_workers());
        field.started->use({device}, options);
        RunResult result;
        for (int run = 0; run < 2; ++run) // the first one makes ready
            result = run_sweep(*field.sweep, {field.range()}, options, [](const RowBlock&) {});
        if (scenarios_of(result, device.id) != field.range().size()) {
            out.outcome = CheckOutcome::failed;
            out.details.push_back(fmt::format("{}: {}", device.id, account_of(result)));
            continue;
        }
        out.details.push_back(fmt::format("{}: {:.1f} million bar-scenarios a second in {}", device.id,
                                          field.bar_scenarios() / result.seconds / 1e6,
                                          field.sweep->precision_name()));
    }
    return out;
}

} // namespace

SelfCheckBench::SelfCheckBench(const Settings& settings, const OpenedDevices& opened,
                               std::filesystem::path folder, const std::atomic<bool>* stop)
    : settings_(settings), folder_(std::move(folder)), stop_(stop), opened_(opened) {}

double SelfCheckBench::Field::bar_scenarios() const {
    return static_cast<double>(range().size()) * static_cast<double>(sweep->data().bars.size());
}

SelfCheckBench::Field& SelfCheckBench::field(bool float64) {
    std::optional<Field>& field = fields_[float64 ? 0 : 1];
    if (field) return *field;
    Field made;
    made.sweep = prepare({.name = "selftest",
                          .config = sweep_text,
                          .bars = sweep_bars,
                          .precision = float64 ? "float64" : "float32"},
                         folder_, settings_);
    made.started = std::make_unique<StartedDevices>(opened_, *made.sweep);
    RowCollector rows;
    run_sweep(*made.sweep, {made.range()}, options(1), [&](RowBlock block) { rows.add(std::move(block)); });
    made.hash = rows.hash(made.sweep->schema());
    return field.emplace(std::move(made));
}

RunOptions SelfCheckBench::options(std::size_t workers) const {
    RunOptions options;
    options.workers = workers;
    options.instruction_set = settings_.performance.instruction_set;
    options.stop = stop_;
    return options;
}

std::size_t SelfCheckBench::several_workers() const { return std::max<std::size_t>(2, settings_.workers()); }

std::span<const SelfCheck> self_checks() {
    static constexpr std::array<SelfCheck, 5> checks = {{{"Parallel workers", check_workers},
                                                         {"Device activation", check_activation},
                                                         {"Multi-device balancing", check_balancing},
                                                         {"Monte Carlo sampling", check_sampling},
                                                         {"Benchmark", check_rates, false}}};
    return checks;
}

CheckResult run_check(const SelfCheck& check, SelfCheckBench& bench) {
    try {
        return check.run(bench);
    } catch (const std::bad_alloc&) {
        return failed("out of memory");
    } catch (const std::exception& error) {
        return failed(error.what());
    }
}

} // namespace threadx
