// Sweeps on CUDA devices that run out of memory or are lost, wherever that happens.
#include <doctest/doctest.h>

#include "device/cuda/fake_devices.hpp"
#include "device/device_error.hpp"
#include "device/gpu/gpu_simulator.hpp"
#include "device/gpu/self_test.hpp"
#include "device/random_trial.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

constexpr std::uint64_t some_memory = std::uint64_t{64} << 20U;

// One strategy with columns, signals and a stop.
struct Sweep {
    Dice dice{12};
    Trial trial{dice};
    Plan plan = trial.plan();
    BatchResult expected = trial.run(plan, trial.scenarios.batch);

    BatchResult run_on(FakeDevices& fake, std::size_t index = 0) const {
        GpuDevice device(fake.open(index));
        GpuSimulator simulator(device,
                               {trial.strategy, plan, trial.bars, trial.execution, Precision::float64},
                               some_memory, 0, 1);
        return simulator.make_worker()->run(trial.scenarios.batch);
    }
    std::string differs(const BatchResult& result) const {
        return difference(expected, result, everything(trial.scenarios.batch.count));
    }
};

} // namespace

TEST_CASE("whichever allocation finds no room, a sweep has the same bits or says that there is none") {
    const Sweep sweep;
    int same = 0;
    int refused = 0;
    for (int failing = 1; refused + same == failing - 1 && failing <= 200; ++failing) {
        CAPTURE(failing);
        FakeDevices fake("out_of_memory=allocation:" + std::to_string(failing));
        try {
            const BatchResult result = sweep.run_on(fake); // CHECK would catch what it throws
            CHECK(sweep.differs(result) == "");
            ++same;
        } catch (const DeviceOutOfMemory&) {
            ++refused;
        }
    }
    CHECK(same > 0);
}

TEST_CASE("a sweep whose device is lost at any launch says so, and another device has the bits") {
    const Sweep sweep;
    int lost = 0;
    bool finished = false;
    for (int launch = 1; !finished; ++launch) {
        CAPTURE(launch);
        FakeDevices fake("devices=2;lost=launch:" + std::to_string(launch) + ",-");
        try {
            const BatchResult result = sweep.run_on(fake, 0);
            CHECK(sweep.differs(result) == "");
            finished = true; // there are fewer launches
        } catch (const DeviceLost&) {
            ++lost;
        }
        CHECK(sweep.differs(sweep.run_on(fake, 1)) == "");
    }
    CHECK(lost > 1);
}

TEST_CASE("the self-test sees a kernel that computes otherwise") {
    for (const std::string kernel : {"canary", "simulate", "compute_series", "compute_step"}) {
        CAPTURE(kernel);
        FakeDevices fake("wrong=" + kernel);
        GpuDevice device(fake.open());
        CHECK_THROWS_AS(self_test(device, Precision::float64), DeviceError);
        // Rounded to float32, a column's last bit seldom shows.
        if (kernel == "canary" || kernel == "simulate")
            CHECK_THROWS_AS(self_test(device, Precision::float32), DeviceError);
    }
}
