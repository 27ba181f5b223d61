#include "made_up_devices.hpp"

#include <chrono>
#include <thread>

#include "device/cpu/cpu_simulator.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "device/device_error.hpp"

namespace threadx::test {
namespace {

// Counts itself among what is alive.
class Life {
  public:
    explicit Life(MadeUpDevice& device) : device_(device) { ++device_.alive; }
    ~Life() { --device_.alive; }
    Life(const Life&) = delete;
    Life& operator=(const Life&) = delete;

  private:
    MadeUpDevice& device_;
};

class Worker final : public BatchWorker {
  public:
    Worker(MadeUpDevice& device, CpuSimulator& simulator)
        : device_(device), life_(device), worker_(simulator) {}

    BatchResult run(const ScenarioBatch& batch) override {
        const long long number = ++device_.batches;
        ++device_.at_work;
        struct End {
            MadeUpDevice& device;
            ~End() { --device.at_work; }
        } const end{device_};
        if (device_.before) device_.before(number, batch.count);
        if (device_.fails_at > 0 && number >= device_.fails_at)
            throw DeviceError(device_.id + ": batch " + std::to_string(number) + " fails");
        BatchResult result = worker_.run(batch);
        result.kept_column_seconds = number == 1 ? device_.kept_column_seconds : 0.0;
        std::this_thread::sleep_for(std::chrono::duration<double>(result.kept_column_seconds));
        return result;
    }

  private:
    MadeUpDevice& device_;
    Life life_;
    CpuSimulator::Worker worker_;
};

// Over other bars, each set of which counts as a batch.
class SetsWorker final : public BarsWorker {
  public:
    SetsWorker(MadeUpDevice& device, const PreparedSweep& sweep)
        : device_(device), life_(device), sweep_(sweep) {}

    BatchResult run(const Bars& bars, const ScenarioBatch& batch) override {
        CpuSimulator simulator(sweep_.strategy(), sweep_.plan(), bars, sweep_.execution(), sweep_.precision(),
                               choose_kernels("scalar"), 1, sweep_.scope());
        return Worker(device_, simulator).run(batch);
    }
    std::vector<std::string> notes() const override { return {}; }

  private:
    MadeUpDevice& device_;
    Life life_;
    const PreparedSweep& sweep_;
};

class Device final : public BatchDevice {
  public:
    Device(MadeUpDevice& device, const PreparedSweep& sweep)
        : device_(device), life_(device), sweep_(sweep),
          simulator_(sweep.strategy(), sweep.plan(), sweep.data().bars, sweep.execution(), sweep.precision(),
                     choose_kernels("scalar"), device.workers, sweep.scope()) {}

    const std::string& id() const override { return device_.id; }
    std::size_t workers() const override { return device_.workers; }
    std::size_t scenarios_at_once() const override { return device_.at_once; }
    std::unique_ptr<BatchWorker> make_worker() override {
        if (!device_.worker_error.empty()) throw DeviceError(device_.worker_error);
        return std::make_unique<Worker>(device_, simulator_);
    }
    std::unique_ptr<BarsWorker> make_bars_worker(std::size_t) override {
        if (!device_.worker_error.empty()) throw DeviceError(device_.worker_error);
        if (device_.room > 0 && ++device_.bars_workers > device_.room)
            throw DeviceOutOfMemory(device_.id + " is full");
        return std::make_unique<SetsWorker>(device_, sweep_);
    }
    std::vector<std::string> notes() const override { return {device_.id + " was here"}; }
    std::string kernel() const override { return "made up"; }

  private:
    MadeUpDevice& device_;
    Life life_;
    const PreparedSweep& sweep_;
    CpuSimulator simulator_;
};

} // namespace

RunDevice run_device_of(MadeUpDevice& device, const PreparedSweep& sweep) {
    DeviceProperties properties;
    properties.id = device.id;
    properties.kind = DeviceKind::cuda;
    properties.name = "a " + device.id;
    properties.uuid = "uuid of " + device.id;
    return {properties, device.workers,
            [&device, &sweep]() -> std::unique_ptr<BatchDevice> {
                ++device.started;
                if (!device.start_error.empty()) throw DeviceError(device.start_error);
                return std::make_unique<Device>(device, sweep);
            },
            device.workers};
}

FindDevices finder_of(std::vector<MadeUpDevice*> devices, const PreparedSweep& sweep) {
    return [devices = std::move(devices), &sweep](const std::function<void(std::string)>&) {
        std::vector<RunDevice> found;
        for (MadeUpDevice* device : devices) found.push_back(run_device_of(*device, sweep));
        return found;
    };
}

} // namespace threadx::test
