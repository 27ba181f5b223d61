#include "placement/dispatch_simulator.hpp"

#include <cmath>
#include <numeric>
#include <random>

#include <doctest/doctest.h>

#include "placement/forecast.hpp"
#include "relative.hpp"

using namespace threadx;

namespace {

SimulatedDevice device(double item_seconds) {
    SimulatedDevice out;
    out.cost = {1e-3, item_seconds, 0.0};
    out.told.model = {"d", out.cost, 0.0, 0.0};
    return out;
}

// Of what may be true of a machine, anything; but its first device lives.
Simulation any_simulation(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto one_of = [&](std::initializer_list<double> values) {
        return *(values.begin() + random() % values.size());
    };
    Simulation out;
    out.seed = seed;
    out.ids = 1 + random() % static_cast<std::uint64_t>(one_of({10, 1000, 100'000}));
    out.options.cores = one_of({1, 2, 16});
    if (random() % 4 == 0) out.options.batch_size = 1 + random() % 300;
    const std::size_t devices = 1 + random() % 6;
    const bool fixed = random() % 3 == 0;
    for (std::size_t i = 0; i < devices; ++i) {
        SimulatedDevice d = device(one_of({1e-6, 1e-5, 1e-4}));
        d.cost.batch_seconds = one_of({0, 1e-4, 1e-2});
        d.cost.least_items = one_of({0, 0, 500});
        d.told.model.cost = d.cost;
        d.told.model.cost.item_seconds *= one_of({0, 0.2, 1, 5}); // 0: not known
        d.told.model.start_seconds = one_of({0, 0, 0.01, 0.5});
        d.told.model.processor_threads = one_of({0, 0, 1, 2});
        d.told.workers = 1 + random() % 3;
        d.told.largest_batch = static_cast<std::uint64_t>(one_of({0, 0, 64, 4096}));
        d.told.batch_multiple = static_cast<std::uint64_t>(one_of({1, 8, 32}));
        d.told.workers_help = random() % 3 == 0;
        d.noise = one_of({0, 0.03, 0.5});
        d.slow_probability = one_of({0, 0.02});
        if (random() % 4 == 0) d.changes_at = one_of({0.01, 0.1}), d.changed_rate = one_of({0.3, 2});
        if (random() % 4 == 0) d.stalls_at = one_of({0.001, 0.1}), d.stall_seconds = 0.5;
        if (i > 0 && random() % 3 == 0) d.dies_at = one_of({0, 1e-3, 0.02, 0.3});
        out.devices.push_back(d);
        if (fixed) out.options.shares.push_back(one_of({0, 0.2, 1}));
    }
    return out;
}

} // namespace

TEST_CASE("one device takes as long as its batches do, and the ideal is one batch") {
    Simulation simulation;
    simulation.ids = 1000;
    simulation.options.batch_size = 100;
    simulation.devices = {device(1e-4)};
    const SimulationResult result = simulate(simulation);
    CHECK(result.complete);
    CHECK(result.batches == 10);
    CHECK(result.seconds == relative(0.1 + 10 * 1e-3));
    CHECK(result.ideal == relative(0.1 + 1e-3));
    CHECK(result.regret() == relative(0.009 / 0.101));
    CHECK(result.idle == doctest::Approx(0.0));
    CHECK(result.ids == std::vector<std::uint64_t>{1000});
}

TEST_CASE("a device does nothing while it stalls, less after it changed, and never more once it died") {
    SimulatedDevice d = device(1.0);
    d.changes_at = 2.0;
    d.changed_rate = 0.5;
    d.stalls_at = 3.0;
    d.stall_seconds = 1.0;
    d.dies_at = 6.0;
    CHECK(d.work_by(1.0) == relative(1.0));
    CHECK(d.work_by(3.0) == relative(2.5));
    CHECK(d.work_by(4.0) == relative(2.5));
    CHECK(d.work_by(5.0) == relative(3.0));
    CHECK(d.work_by(9.0) == relative(3.5));
    Simulation simulation;
    simulation.ids = 100;
    simulation.devices = {device(1e-2), device(1e-2)};
    simulation.devices[1].dies_at = 0.25;
    CHECK(ideal_seconds(simulation) == relative(1.0 - 0.25 + 2e-3));
    const SimulationResult result = simulate(simulation);
    CHECK(result.complete);
    CHECK(result.seconds > 0.75);
    simulation.devices[0].dies_at = 0.1;
    CHECK(!simulate(simulation).complete);
    CHECK(std::isinf(ideal_seconds(simulation)));
}

TEST_CASE("the ideal is the forecast of the best set") {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Simulation simulation = any_simulation(seed);
        std::vector<DeviceModel> devices;
        for (SimulatedDevice& d : simulation.devices) {
            d.changes_at = d.stalls_at = d.dies_at = SimulatedDevice::never;
            d.told.model.cost = d.cost;
            devices.push_back(d.told.model);
        }
        const double forecast =
            best_forecast(devices, static_cast<double>(simulation.ids), simulation.options.cores).seconds;
        const double ideal = ideal_seconds(simulation);
        CHECK(ideal <= forecast * (1.0 + 1e-9));
        CHECK(ideal >= forecast / 1.06); // the set chosen is the best with its last batches' overheads
    }
}

TEST_CASE("the same simulation gives the same result, another seed another one") {
    Simulation simulation = any_simulation(5);
    simulation.ids = 10'000;
    simulation.devices = {device(1e-5), device(3e-5)};
    for (SimulatedDevice& d : simulation.devices) d.noise = 0.03;
    CHECK(simulate(simulation).seconds == simulate(simulation).seconds);
    Simulation other = simulation;
    other.seed = 6;
    CHECK(simulate(simulation).seconds != simulate(other).seconds);
}

TEST_CASE("whatever devices do, all that was to be done is done once") {
    std::uint64_t deaths = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        CAPTURE(seed);
        const Simulation simulation = any_simulation(seed);
        const SimulationResult result = simulate(simulation);
        CHECK(result.complete);
        CHECK(std::accumulate(result.ids.begin(), result.ids.end(), std::uint64_t{0}) == simulation.ids);
        for (const SimulatedDevice& d : simulation.devices) deaths += d.dies_at < result.seconds ? 1 : 0;
    }
    CHECK(deaths > 50);
}
