// One answer: an accelerator gives the CPU's bits, whatever the strategy and however the work is cut.
#include <cstdio>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "device/gpu/gpu_simulator.hpp"
#include "device/gpu/self_test.hpp"
#include "device/gpu_devices.hpp"
#include "device/random_trial.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

constexpr Precision precisions[] = {Precision::float64, Precision::float32};
constexpr std::uint64_t some_memory = std::uint64_t{64} << 20U;

BatchResult run_on(GpuDevice& device, const Trial& trial, Precision precision, std::uint64_t memory,
                   const SimulationScope& scope = {}) {
    const Plan plan = trial.plan();
    GpuSimulator simulator(device, {trial.strategy, plan, trial.bars, trial.execution, precision, scope},
                           memory, 0, 1);
    return simulator.make_worker()->run(trial.scenarios.batch);
}

} // namespace

TEST_CASE("a hundred random strategies have the same bits on every device") {
    on_each_accelerator([](GpuDevice& device) {
        Dice dice(4);
        for (int i = 0; i < 100; ++i) {
            const Trial trial(dice);
            const Plan plan = trial.plan();
            for (const Precision precision : precisions) {
                CAPTURE(i);
                CAPTURE(trial.text);
                const BatchResult expected = trial.run(plan, trial.scenarios.batch, precision);
                const BatchResult result = run_on(device, trial, precision, some_memory);
                CHECK(difference(expected, result, everything(trial.scenarios.batch.count)) == "");
            }
        }
    });
}

TEST_CASE("windows of bars and sums of blocks of returns have the same bits on every device") {
    on_each_accelerator([](GpuDevice& device) {
        Dice dice(7);
        for (int i = 0; i < 15; ++i) {
            const Trial trial(dice);
            const SimulationScope scope = random_scope(dice, trial.bars.size());
            for (const Precision precision : precisions) {
                CAPTURE(i);
                CAPTURE(trial.text);
                const BatchResult expected = trial.run(trial.plan(), trial.scenarios.batch, precision,
                                                       *available_kernels().front(), scope);
                const std::uint64_t memory = dice.chance(0.3) ? 1000 : some_memory;
                const BatchResult result = run_on(device, trial, precision, memory, scope);
                CHECK(difference(expected, result, everything(trial.scenarios.batch.count)) == "");
            }
        }
    });
}

TEST_CASE("where the host computes the columns, a device simulates in float32 with the same bits") {
    open_each_accelerator([](std::unique_ptr<Accelerator> accelerator) {
        GpuDevice device(std::move(accelerator), false);
        self_test(device, Precision::float32);
        Dice dice(6);
        for (int i = 0; i < 40; ++i) {
            const Trial trial(dice);
            const BatchResult expected = trial.run(trial.plan(), trial.scenarios.batch, Precision::float32);
            for (const std::uint64_t memory : {std::uint64_t{50000}, some_memory}) {
                CAPTURE(trial.text);
                CAPTURE(memory);
                const BatchResult result = run_on(device, trial, Precision::float32, memory);
                CHECK(difference(expected, result, everything(trial.scenarios.batch.count)) == "");
            }
        }
    });
}

TEST_CASE("every device passes its self-test") {
    on_each_accelerator([](GpuDevice& device) {
        for (const Precision precision : precisions) self_test(device, precision);
    });
}

TEST_CASE(
    "with little memory a device keeps fewer columns and takes scenarios in slices, with the same bits") {
    on_each_accelerator([](GpuDevice& device) {
        Dice dice(5);
        for (int i = 0; i < 30; ++i) {
            const Trial trial(dice);
            const BatchResult expected = trial.run(trial.plan(), trial.scenarios.batch);
            for (const std::uint64_t memory : {std::uint64_t{1000}, std::uint64_t{100000}}) {
                CAPTURE(trial.text);
                CAPTURE(memory);
                const BatchResult result = run_on(device, trial, Precision::float64, memory);
                CHECK(difference(expected, result, everything(trial.scenarios.batch.count)) == "");
            }
        }
    });
}
