// How a device is measured, in time that the tests make up.
#include "placement/calibration.hpp"
#include "relative.hpp"

#include <cmath>
#include <stdexcept>

#include <doctest/doctest.h>

using namespace threadx;

namespace {

// A device with a clock of its own, which goes on only while it works.
struct MadeUpDevice {
    double batch_seconds = 0.0;
    double item_seconds = 1e-6;
    std::vector<double> factors; // of the first runs' times; the others have 1
    double time = 100.0;
    std::vector<std::uint64_t> runs; // items of each

    Calibration calibrate(const CalibrationOptions& options = {}) {
        return threadx::calibrate(
            [this](std::uint64_t items) {
                const double factor = runs.size() < factors.size() ? factors[runs.size()] : 1.0;
                time += factor * (batch_seconds + item_seconds * static_cast<double>(items));
                runs.push_back(items);
            },
            options, [this] { return time; });
    }
};

} // namespace

TEST_CASE("three warm-ups and five runs, of which the median counts") {
    MadeUpDevice device;
    device.factors = {9, 9, 9, 1.0, 1.02, 0.98, 1.04, 0.99};
    const Calibration calibration = device.calibrate();
    CHECK(device.runs == std::vector<std::uint64_t>(8, 100'000));
    CHECK(calibration.samples == 100'000);
    CHECK(calibration.seconds == relative(0.1));
    CHECK(calibration.mean == relative(0.1006));
    CHECK(calibration.deviation == relative(0.0021541).epsilon(1e-4));
    CHECK(calibration.rate() == relative(1e6));
    REQUIRE(calibration.seconds_of_runs.size() == 5);
    CHECK(calibration.seconds_of_runs[3] == relative(0.104));
    CHECK(calibration.steady);
}

TEST_CASE("the median of an even number of runs is between the middle two") {
    MadeUpDevice device;
    device.factors = {1.0, 1.01, 1.02, 1.03};
    CHECK(device.calibrate({.warmup = 0, .runs = 4}).seconds == relative(0.1015));
}

TEST_CASE("runs that are too short become longer, whatever a batch itself takes") {
    for (const double batch : {0.0, 1e-4, 0.02}) {
        for (const double item : {1e-3, 1e-7, 1e-9, 1e-12}) {
            MadeUpDevice device;
            device.batch_seconds = batch;
            device.item_seconds = item;
            const Calibration calibration = device.calibrate({.sample_size = 1000});
            for (const double seconds : calibration.seconds_of_runs) CHECK(seconds >= 0.01);
            const double expected = batch + item * static_cast<double>(calibration.samples);
            CHECK(calibration.seconds == relative(expected).epsilon(1e-3));
            if (expected > 0.04) CHECK(calibration.samples == 1000);
            const std::vector<std::uint64_t> last(device.runs.end() - 8, device.runs.end());
            CHECK(last == std::vector<std::uint64_t>(8, calibration.samples)); // warm-ups as long as the runs
        }
    }
}

TEST_CASE("a device that is slow only at first is measured with runs that are long enough all the same") {
    MadeUpDevice device;
    device.item_seconds = 1e-8;
    device.factors = {50, 50, 50};
    const Calibration calibration = device.calibrate();
    for (const double seconds : calibration.seconds_of_runs) CHECK(seconds >= 0.01);
}

TEST_CASE("runs that differ by more than 5 % are repeated") {
    MadeUpDevice device;
    device.factors = {1, 1, 1, 1.0, 1.3, 1.0, 1.0, 1.0};
    const Calibration calibration = device.calibrate();
    CHECK(device.runs.size() == 3 + 5 + 5);
    CHECK(calibration.deviation == doctest::Approx(0.0).epsilon(1e-9));
    CHECK(calibration.steady);
}

TEST_CASE("where they never agree, the steadiest attempt counts, and it says so") {
    MadeUpDevice device;
    device.factors = {1, 1, 1, 1, 2, 1, 2, 1, 1.2, 1.0, 1.2, 1.0, 1.2, 1, 3, 1, 3, 3};
    const Calibration calibration = device.calibrate();
    CHECK(device.runs.size() == 3 + 15);
    CHECK(calibration.seconds == relative(0.12));
    CHECK_FALSE(calibration.steady);
    CHECK(calibration_line("cpu", calibration)
              .ends_with("; not steady: something else uses the device or the processor"));
}

TEST_CASE("a clock that stands still or goes back ends in a finite rate") {
    for (const double step : {0.0, -1.0}) {
        double time = 0.0;
        const Calibration calibration =
            calibrate([&](std::uint64_t) { time += step; }, {}, [&] { return time; });
        CHECK(std::isfinite(calibration.rate()));
        CHECK(calibration.rate() > 0.0);
    }
}

TEST_CASE("what the work throws goes through") {
    CHECK_THROWS_AS(calibrate([](std::uint64_t) { throw std::runtime_error("no"); }, {}, [] { return 0.0; }),
                    std::runtime_error);
}

TEST_CASE("an estimate for a profile is the median, with the spread of the runs") {
    MadeUpDevice device;
    device.factors = {1, 1, 1, 1.0, 1.03, 0.97, 1.04, 0.99};
    const RateEstimate estimate = estimate_of(device.calibrate());
    CHECK(estimate.item_seconds() == relative(1e-6));
    CHECK(estimate.spread() == relative(0.0265).epsilon(0.02));
    CHECK(estimate.state().count == 5);
    CHECK_FALSE(estimate_of(Calibration{}).known());
}

TEST_CASE("the lines of the log") {
    CHECK(calibration_begins({}) == "profiling auto-balance: 100,000 samples, 3 warm-ups + 5 runs");
    CHECK(calibration_begins({.sample_size = 5, .warmup = 1, .runs = 2}) ==
          "profiling auto-balance: 5 samples, 1 warm-ups + 2 runs");
    Calibration calibration;
    calibration.samples = 5'204'122;
    calibration.seconds = 1.0;
    calibration.mean = 0.019;
    calibration.deviation = 0.01;
    CHECK(calibration_line("cuda:0", calibration) ==
          "device cuda:0: 5,204,122 samples/s (mean 0.019 s ± 0.010 s)");
    calibration.memory_bytes = 10 * 1048576.0;
    CHECK(calibration.memory_efficiency() == relative(520412.2));
    CHECK(calibration_line("cuda:0", calibration) ==
          "device cuda:0: 5,204,122 samples/s (mean 0.019 s ± 0.010 s), memory efficiency 520412");
}
