#include "device/fault_injection.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/nearest_name.hpp"
#include "base/number_text.hpp"
#include "device/device_error.hpp"

namespace threadx {
namespace {

const std::vector<std::string> call_names = {"open",   "build",    "allocate", "upload",
                                             "launch", "download", "wait"};
const std::vector<std::string> effect_names = {"out_of_memory", "lost", "failed", "wrong"};

// Which faults are due. One for all devices, used by their threads at once.
class FaultPlan {
  public:
    explicit FaultPlan(std::vector<Fault> faults) : faults_(std::move(faults)) {}

    // Counts a call and throws what is planned for it. Whether its result is to be wrong.
    bool call(const DeviceProperties& device, FaultyCall call) {
        const std::lock_guard lock(mutex_);
        const long long number = ++counts_[{device.id, call}];
        fail_if_lost(device);
        bool wrong = false;
        for (const Fault& fault : faults_) {
            if (fault.device != device.id || fault.call != call) continue;
            if (number < fault.first || number > fault.last) continue;
            const std::string text =
                fmt::format("{} ({}): {} number {} fails because THREADX_FAULTS says so", device.id,
                            device.name, call_names[static_cast<std::size_t>(call)], number);
            switch (fault.effect) {
            case FaultEffect::out_of_memory: throw DeviceOutOfMemory(text);
            case FaultEffect::lost: lost_.insert(device.id); throw DeviceLost(text);
            case FaultEffect::failed: throw DeviceError(text);
            case FaultEffect::wrong: wrong = true;
            }
        }
        return wrong;
    }

    void fail_if_lost_now(const DeviceProperties& device) {
        const std::lock_guard lock(mutex_);
        fail_if_lost(device);
    }

  private:
    void fail_if_lost(const DeviceProperties& device) const {
        if (lost_.contains(device.id))
            throw DeviceLost(fmt::format("{} ({}): it was lost before, because THREADX_FAULTS said so",
                                         device.id, device.name));
    }

    std::mutex mutex_;
    std::vector<Fault> faults_;
    std::map<std::pair<std::string, FaultyCall>, long long> counts_;
    std::set<std::string> lost_;
};

class FaultyQueue final : public DeviceQueue {
  public:
    FaultyQueue(std::unique_ptr<DeviceQueue> queue, const DeviceProperties& device, FaultPlan& plan)
        : queue_(std::move(queue)), device_(device), plan_(plan) {}

    void upload(DeviceBuffer& to, std::size_t offset_bytes, std::span<const std::byte> from) override {
        plan_.call(device_, FaultyCall::upload);
        queue_->upload(to, offset_bytes, from);
    }
    void download(std::span<std::byte> to, const DeviceBuffer& from, std::size_t offset_bytes) override {
        const bool wrong = plan_.call(device_, FaultyCall::download);
        queue_->download(to, from, offset_bytes);
        if (!wrong || to.empty()) return;
        queue_->wait();
        to[0] ^= std::byte{1};
    }
    void launch(DeviceKernel& kernel, std::size_t items, std::span<const KernelArgument> arguments) override {
        plan_.call(device_, FaultyCall::launch);
        queue_->launch(kernel, items, arguments);
    }
    void mark(int place) override {
        plan_.fail_if_lost_now(device_);
        queue_->mark(place);
    }
    double seconds_between(int from, int to) override {
        plan_.fail_if_lost_now(device_);
        return queue_->seconds_between(from, to);
    }
    bool idle() override {
        plan_.fail_if_lost_now(device_);
        return queue_->idle();
    }
    void wait() override {
        queue_->wait(); // first: who is told that the device failed takes its memory for free
        plan_.call(device_, FaultyCall::wait);
    }

  private:
    std::unique_ptr<DeviceQueue> queue_;
    const DeviceProperties& device_;
    FaultPlan& plan_;
};

class FaultyAccelerator final : public Accelerator {
  public:
    // The plan is shared because an accelerator may outlive the driver that opened it, and goes on counting.
    FaultyAccelerator(std::unique_ptr<Accelerator> accelerator, std::shared_ptr<FaultPlan> plan)
        : accelerator_(std::move(accelerator)), plan_(std::move(plan)) {}

    const DeviceProperties& properties() const override { return accelerator_->properties(); }
    std::uint64_t free_bytes() override { return accelerator_->free_bytes(); }
    std::uint64_t largest_buffer() override { return accelerator_->largest_buffer(); }
    std::size_t items_at_once() const override { return accelerator_->items_at_once(); }
    std::unique_ptr<DeviceBuffer> allocate(std::size_t bytes) override {
        plan_->call(properties(), FaultyCall::allocate);
        return accelerator_->allocate(bytes);
    }
    std::unique_ptr<HostBuffer> allocate_host(std::size_t bytes) override {
        plan_->fail_if_lost_now(properties());
        return accelerator_->allocate_host(bytes);
    }
    std::unique_ptr<DeviceProgram> build(const std::string& text) override {
        plan_->call(properties(), FaultyCall::build);
        return accelerator_->build(text);
    }
    std::unique_ptr<DeviceQueue> make_queue() override {
        plan_->fail_if_lost_now(properties());
        return std::make_unique<FaultyQueue>(accelerator_->make_queue(), properties(), *plan_);
    }

  private:
    std::unique_ptr<Accelerator> accelerator_;
    std::shared_ptr<FaultPlan> plan_;
};

class FaultyDriver final : public DeviceDriver {
  public:
    FaultyDriver(std::unique_ptr<DeviceDriver> driver, std::shared_ptr<FaultPlan> plan)
        : driver_(std::move(driver)), plan_(std::move(plan)) {}

    DeviceKind kind() const override { return driver_->kind(); }
    std::string missing() const override { return driver_->missing(); }
    std::vector<DeviceProperties> devices() override { return driver_->devices(); }
    std::unique_ptr<Accelerator> open(const DeviceProperties& device) override {
        plan_->call(device, FaultyCall::open);
        return std::make_unique<FaultyAccelerator>(driver_->open(device), plan_);
    }
    std::vector<DriverLibrary> libraries() override { return driver_->libraries(); }

  private:
    std::unique_ptr<DeviceDriver> driver_;
    std::shared_ptr<FaultPlan> plan_;
};

[[noreturn]] void refuse(const std::string& fault, const std::string& why) {
    throw InputError(fmt::format("THREADX_FAULTS: '{}': {}; expected DEVICE CALL NUMBER EFFECT, such as "
                                 "\"opencl:0 launch 5.. lost\"",
                                 fault, why));
}

std::size_t number_of(const std::string& name, const std::vector<std::string>& names,
                      const std::string& fault) {
    const auto at = std::find(names.begin(), names.end(), name);
    if (at == names.end()) refuse(fault, fmt::format("'{}' is unknown{}", name, suggestion(name, names)));
    return static_cast<std::size_t>(at - names.begin());
}

bool is_accelerator_id(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::string kind = text.substr(0, colon);
    return colon != std::string::npos && (kind == "cuda" || kind == "opencl") &&
           parse_integer(text.substr(colon + 1)).value_or(-1) >= 0;
}

// "3", "3-7" or "3..".
void parse_numbers(const std::string& text, Fault& fault, const std::string& whole) {
    std::optional<long long> first, last;
    if (text.ends_with("..")) {
        first = parse_integer(text.substr(0, text.size() - 2));
        last = std::numeric_limits<long long>::max();
    } else {
        const std::size_t dash = text.find('-');
        first = parse_integer(text.substr(0, dash));
        last = dash == std::string::npos ? first : parse_integer(text.substr(dash + 1));
    }
    if (!first || !last || *first < 1 || *last < *first)
        refuse(whole, fmt::format("'{}' is no number of calls; expected \"3\", \"3-7\" or \"3..\"", text));
    fault.first = *first;
    fault.last = *last;
}

} // namespace

std::vector<Fault> parse_faults(const std::string& text) {
    std::vector<Fault> faults;
    std::istringstream list(text);
    for (std::string whole; std::getline(list, whole, ';');) {
        std::istringstream line(whole);
        std::array<std::string, 4> words;
        std::string more;
        line >> words[0] >> words[1] >> words[2] >> words[3] >> more;
        if (words[0].empty()) continue;
        if (words[3].empty() || !more.empty()) refuse(whole, "it has not four words");
        Fault fault;
        fault.device = words[0];
        if (!is_accelerator_id(words[0])) refuse(whole, fmt::format("'{}' is no id of a GPU", words[0]));
        fault.call = static_cast<FaultyCall>(number_of(words[1], call_names, whole));
        parse_numbers(words[2], fault, whole);
        fault.effect = static_cast<FaultEffect>(number_of(words[3], effect_names, whole));
        if (fault.effect == FaultEffect::wrong && fault.call != FaultyCall::download)
            refuse(whole, "only a download can be wrong");
        faults.push_back(fault);
    }
    return faults;
}

std::vector<std::unique_ptr<DeviceDriver>> with_faults(std::vector<std::unique_ptr<DeviceDriver>> drivers,
                                                       const std::vector<Fault>& faults) {
    if (faults.empty()) return drivers;
    const auto plan = std::make_shared<FaultPlan>(faults);
    for (std::unique_ptr<DeviceDriver>& driver : drivers)
        driver = std::make_unique<FaultyDriver>(std::move(driver), plan);
    return drivers;
}

} // namespace threadx
