// Under which keys measurements are kept, and what becomes of a device's profiles when it is measured anew.
#include "sweep/device_calibration.hpp"

#include <algorithm>
#include <atomic>
#include <set>

#include <doctest/doctest.h>

#include "device/cpu/host_processor.hpp"
#include "relative.hpp"
#include "sweep/runner.hpp"
#include "sweep/settings.hpp"
#include "sweep/work_keys.hpp"

using namespace threadx;

namespace {

DeviceProperties gpu(const std::string& uuid, DeviceKind kind = DeviceKind::cuda) {
    DeviceProperties device;
    device.id = "gpu:" + uuid;
    device.kind = kind;
    device.name = "Made-up";
    device.uuid = uuid;
    device.driver = "driver 1";
    return device;
}

WorkKey key_of(const DeviceProperties& device, Precision precision = Precision::float64) {
    return simulation_key(device, "ema_cross", precision, "avx2", 2);
}

// As it comes from measuring: runs of `seconds` for so many items, in batches of so many.
DeviceCalibration measured(const DeviceProperties& device, Precision precision, double start_seconds) {
    DeviceCalibration out;
    out.device = device;
    out.work = key_of(device, precision);
    for (const double batch_items : {1000.0, 1e6}) {
        Calibration calibration;
        calibration.samples = 8'000'000;
        calibration.seconds = calibration.mean = 0.5;
        calibration.seconds_of_runs = {0.49, 0.5, 0.51};
        out.sizes.push_back({batch_items, calibration});
    }
    out.start_seconds = start_seconds;
    return out;
}

} // namespace

TEST_CASE("a key has all that a measurement depends on, and nothing else") {
    const DeviceProperties cpu = host_processor();
    const WorkKey key = simulation_key(cpu, "ema_cross", Precision::float64, "avx512", 2);
    CHECK(key.uuid == cpu.uuid);
    CHECK(key.driver == "avx512 x2");
    CHECK(key.tag == "sim/ema_cross");
    CHECK(key.precision == "float64");
    CHECK(key.kernels.size() == 12);
    CHECK(simulation_key(cpu, "ema_cross", Precision::float32, "avx512", 2).precision == "float32");
    CHECK(simulation_key(cpu, "ema_cross", Precision::float64, "avx2", 2) != key);
    CHECK(simulation_key(cpu, "ema_cross", Precision::float64, "avx512", 3) != key);

    const WorkKey on_gpu = key_of(gpu("1"));
    CHECK(on_gpu.driver == "driver 1");
    CHECK(simulation_key(gpu("1"), "ema_cross", Precision::float64, "scalar", 9) == on_gpu);
    CHECK(key_of(gpu("2")) != on_gpu);
    CHECK(key_of(gpu("1", DeviceKind::opencl)).kernels != on_gpu.kernels);
    const WorkKey columns = columns_key(cpu, "ema_cross", "avx512", 2);
    CHECK(columns == WorkKey{cpu.uuid, "avx512 x2", key.kernels, "columns/ema_cross", ""});
    CHECK(start_key(gpu("1")) == WorkKey{"1", "driver 1", on_gpu.kernels, "start", ""});
}

TEST_CASE("the standard sweep is made in memory, in either precision") {
    const Settings settings;
    const auto sweep = standard_sweep(Precision::float32, settings);
    CHECK(sweep->strategy().name == "bollinger_atr");
    CHECK(sweep->precision() == Precision::float32);
    CHECK(standard_sweep(Precision::float64, settings)->precision() == Precision::float64);
    CHECK(sweep->data().bars.size() == 10'000);
    CHECK(sweep->scenario_count() >= 65'536); // as many as a large GPU gets in one batch
    const std::vector<std::string> names = sweep->schema().metrics;
    const auto metric =
        static_cast<std::size_t>(std::find(names.begin(), names.end(), "trades") - names.begin());
    const std::size_t trades = sweep->strategy().parameters.size() + metric;
    std::atomic<std::size_t> idle{0};
    run_sweep(*sweep, {{0, 2000}}, {}, [&](const RowBlock& block) {
        const std::size_t width = sweep->schema().width();
        for (std::size_t i = 0; i < block.rows(); ++i)
            idle += block.values[i * width + trades] < 10.0 ? 1U : 0U;
    });
    CHECK(idle.load() < 400); // nearly all trade: what costs time depends on that
}

TEST_CASE("measuring anew forgets a device's work in these precisions and keeps everything else") {
    const DeviceProperties one = gpu("1"), other = gpu("2");
    Profiles profiles;
    const auto put = [&](WorkKey work) {
        profiles.add({work, "", 5000.0, 1.0}, "2022-01-31T12:00:00Z");
        profiles.caps[work] = {4096, 1000, "2022-01-31T12:00:00Z"};
    };
    put(key_of(one));
    WorkKey old_driver = key_of(one);
    old_driver.driver = "driver 0";
    old_driver.tag = "indicator/sma";
    put(old_driver);
    put(start_key(one));
    put(key_of(one, Precision::float32));
    put(key_of(other));
    put(start_key(other));

    const CalibrationRequest request = {{one}, {Precision::float64}, nullptr};
    CalibrationResult result;
    result.measured = {measured(one, Precision::float64, 0.25)};
    renew_profiles(profiles, request, result, "2022-02-01T12:00:00Z");
    std::set<WorkKey> kept, caps;
    for (const auto& [key, profile] : profiles.entries) kept.insert(key.work);
    for (const auto& [key, cap] : profiles.caps) caps.insert(key);
    const WorkKey single = key_of(one, Precision::float32);
    CHECK(kept == std::set<WorkKey>{key_of(one), single, start_key(one), key_of(other), start_key(other)});
    CHECK(caps == std::set<WorkKey>{single, key_of(other), start_key(other)});

    const Profile& small = profiles.entries.at({key_of(one), 9});
    CHECK(small.rate.item_seconds() == relative(0.5 / 8e6));
    CHECK(small.rate.state().count == 3);
    CHECK(small.rate.spread() > 0.0);
    CHECK(small.items == 1000.0);
    CHECK(small.device == "gpu:1 (Made-up)");
    CHECK(small.updated == "2022-02-01T12:00:00Z");
    CHECK(profiles.entries.contains({key_of(one), 19}));
    CHECK(profiles.cost(start_key(one))->item_seconds == relative(0.25));
}

TEST_CASE("a device that failed to be measured is forgotten all the same") {
    Profiles profiles;
    profiles.add({key_of(gpu("1")), "", 5000.0, 1.0}, "2022-01-31T12:00:00Z");
    renew_profiles(profiles, {{gpu("1")}, {Precision::float64}, nullptr}, {}, "2022-02-01T12:00:00Z");
    CHECK(profiles.entries.empty());
}

TEST_CASE("the balance is by the rates of the largest batches, in one precision") {
    CalibrationResult result;
    CHECK(balance_line(result, Precision::float64).empty());
    result.measured = {measured(gpu("1"), Precision::float64, 0.1)};
    CHECK(balance_line(result, Precision::float64).empty()); // nothing to balance
    result.measured.push_back(measured(gpu("2"), Precision::float64, 0.1));
    result.measured.push_back(measured(gpu("2"), Precision::float32, 0.1));
    result.measured[1].sizes.back().calibration.seconds = 1.5;
    CHECK(balance_line(result, Precision::float64) == "balance updated: gpu:1:75.0%, gpu:2:25.0%");
}
