#include "placement/forecast.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "placement/water_filling.hpp"
#include "relative.hpp"

using namespace threadx;

namespace {

DeviceModel device(const std::string& id, double start, double batch, double item, double threads = 0.0,
                   double least = 0.0) {
    return {id, {batch, item, least}, start, threads};
}

std::vector<std::size_t> all_of(const std::vector<DeviceModel>& devices) {
    std::vector<std::size_t> out(devices.size());
    std::iota(out.begin(), out.end(), std::size_t{0});
    return out;
}

std::vector<DeviceModel> any_devices(int at_most) {
    std::vector<DeviceModel> out;
    const int count = *rc::gen::inRange(1, at_most + 1);
    for (int i = 0; i < count; ++i)
        out.push_back(device("d", *rc::gen::inRange(0, 1000) * 1e-3, *rc::gen::inRange(0, 100) * 1e-4,
                             *rc::gen::inRange(1, 1000) * 1e-6, *rc::gen::element(0.0, 0.0, 1.0, 2.0, 8.0),
                             *rc::gen::element(0.0, 0.0, 100.0, 10000.0)));
    return out;
}

double any_items() { return *rc::gen::element(1.0, 10.0, 1e3, 1e5, 1e7) * *rc::gen::inRange(1, 100); }

// A set is chosen by what its last batches cost, too: o log2(T / 10 o) of T at most, which is never more than
// 5.31 % of it; and a hundredth is not worth a device.
constexpr double with_last_batches = 1.0531 * 1.01;

// What all have done by then, from the definition.
double done_by(const std::vector<DeviceModel>& devices, const std::vector<std::size_t>& used, double cores,
               double time) {
    double threads = 0.0;
    for (const std::size_t i : used) threads += devices[i].processor_threads;
    double done = 0.0;
    for (const std::size_t i : used) {
        const DeviceModel& d = devices[i];
        const double slow = d.processor_threads > 0.0 ? std::max(1.0, threads / cores) : 1.0;
        const double items =
            (time - d.start_seconds - d.cost.batch_seconds * slow) / (d.cost.item_seconds * slow);
        if (items > 0.0 && items >= d.cost.least_items * (1.0 - 1e-9)) done += items;
    }
    return done;
}

} // namespace

TEST_CASE("devices that end together: the first alone until the second is ready") {
    const std::vector<DeviceModel> devices = {device("a", 0.0, 0.0, 1e-3), device("b", 1.0, 0.0, 1e-3)};
    const Forecast both = forecast_of(devices, all_of(devices), 3000, 1);
    CHECK(both.seconds == relative(2.0));
    CHECK(both.shares[0] == relative(2.0 / 3.0));
    CHECK(both.shares[1] == relative(1.0 / 3.0));
    const Forecast early = forecast_of(devices, all_of(devices), 500, 1);
    CHECK(early.seconds == relative(0.5));
    CHECK(early.shares[1] == 0.0);
    CHECK(best_forecast(devices, 500, 1).devices == std::vector<std::size_t>{0});
    CHECK(best_forecast(devices, 3000, 1).devices == std::vector<std::size_t>{0, 1});
}

TEST_CASE("a device that needs many items to be filled comes in with all of them at once") {
    // It is done with up to 1000 items at 1.0; the other does 100 until then.
    const std::vector<DeviceModel> devices = {device("cpu", 0.0, 0.0, 1e-2),
                                              device("gpu", 0.0, 0.0, 1e-3, 0.0, 1000)};
    const Forecast forecast = forecast_of(devices, all_of(devices), 500, 1);
    CHECK(forecast.seconds == relative(1.0));
    CHECK(forecast.shares[0] == relative(0.2));
    CHECK(forecast.shares[1] == relative(0.8));
    CHECK(forecast_of(devices, all_of(devices), 50, 1).seconds == relative(0.5));
    CHECK(forecast_of(devices, all_of(devices), 2200, 1).seconds == relative(2.0));
}

TEST_CASE("what is done once delays who does it, by what its share of the items needs") {
    std::vector<DeviceModel> devices = {device("cpu", 0.0, 0.0, 1e-3), device("gpu", 0.0, 0.0, 1e-3)};
    devices[0].once = {{100.0, 0.5}, {10.0, 0.25}};
    const std::vector<std::size_t> cpu = {0};
    CHECK(forecast_of(devices, cpu, 1000, 1).seconds == relative(1.75));
    CHECK(forecast_of(devices, cpu, 50, 1).seconds == relative(0.05 + 0.25 + 0.25));
    CHECK(forecast_of(devices, cpu, 2, 1).seconds == relative(0.002 + 0.01 + 0.05));
    const Forecast both = forecast_of(devices, all_of(devices), 2000, 1);
    CHECK(both.seconds == relative(2.75 / 2.0));
    CHECK(both.shares[0] == relative((2.75 / 2.0 - 0.75) / 2.0));
    // With a few items it does none of the work that many would need.
    devices[0].once = {{1e6, 1e4}}; // as long as ten items, for each
    CHECK(forecast_of(devices, all_of(devices), 1200, 1).shares[0] == relative(1.0 / 12.0));
}

TEST_CASE("with work that is done once the finish is still where what all have done reaches the items") {
    CHECK(rc::check([] {
        std::vector<Contributor> workers;
        const int count = *rc::gen::inRange(1, 5);
        for (int i = 0; i < count; ++i) {
            Contributor& worker = workers.emplace_back(
                Contributor{*rc::gen::inRange(0, 1000) * 1e-3, *rc::gen::inRange(1, 1000) * 1e-5, 0.0});
            const int works = *rc::gen::inRange(0, 4);
            for (int k = 0; k < works; ++k)
                worker.once.push_back(
                    {*rc::gen::element(1.0, 10.0, 300.0, 1e4), *rc::gen::inRange(1, 1000) * 1e-3});
        }
        const double items = any_items();
        const double finish = time_to_finish(workers, items);
        double done = 0.0;
        for (const Contributor& worker : workers) {
            const double its = worker.done_by(finish);
            done += its;
            if (its > 0.0) RC_ASSERT(std::abs(worker.end_of(its) - finish) < 1e-9 * finish);
        }
        RC_ASSERT(std::abs(done - items) < 1e-6 * items);
    }));
}

TEST_CASE("threads beyond the cores slow down all who compute on the processor, and nobody else") {
    const std::vector<DeviceModel> devices = {device("cpu", 0, 0, 1e-3, 2), device("opencl:0", 0, 0, 1e-3, 1),
                                              device("cuda:0", 0, 0, 1e-3)};
    const std::vector<std::size_t> both = {0, 1};
    const std::vector<std::size_t> cpu = {0};
    CHECK(processor_slowdown(devices, both, 2) == relative(1.5));
    CHECK(processor_slowdown(devices, both, 8) == 1.0);
    CHECK(processor_slowdown(devices, cpu, 2) == 1.0);
    CHECK(forecast_of(devices, both, 4000, 2).seconds == relative(3.0));
    const std::vector<std::size_t> with_gpu = {0, 2};
    CHECK(forecast_of(devices, with_gpu, 4000, 1).seconds == relative(4.0 / 1.5));
}

TEST_CASE("two devices on the same cores are not better than the faster one") {
    const std::vector<DeviceModel> devices = {device("cpu", 0, 0, 1e-3, 2),
                                              device("opencl:0", 0, 0, 5.2e-3, 2)};
    CHECK(best_forecast(devices, 1e5, 2).devices == std::vector<std::size_t>{0});
    CHECK(best_forecast(devices, 1e5, 4).devices == std::vector<std::size_t>{0, 1});
}

TEST_CASE("whoever is busy is slowed by those who are used, and its batches have to be done too") {
    // 0.14 s of the CPU's own batches are under way; what is left would take it 0.02 s, and OpenCL 0.06 s
    // alone.
    std::vector<DeviceModel> devices = {device("cpu", 0.0, 0.0, 2e-5, 2.0),
                                        device("opencl:0", 0.0, 0.0, 6e-5, 2.0)};
    devices.front().busy_seconds = 0.14;
    const auto seconds = [&](std::vector<std::size_t> used) {
        return forecast_of(devices, used, 1000.0, 2.0).seconds;
    };
    CHECK(seconds({0}) == relative(0.16));
    CHECK(seconds({1}) == relative(0.20)); // half the speed for 0.12 s, in which 0.06 s are done
    CHECK(best_forecast(devices, 1000.0, 2.0).devices == std::vector<std::size_t>{0});
    devices.back().processor_threads = 0.0; // a GPU is in nobody's way
    CHECK(seconds({1}) == relative(0.14));
    CHECK(best_forecast(devices, 1000.0, 2.0).devices == std::vector<std::size_t>{1});
}

TEST_CASE("of sets that hardly differ the smaller one is taken") {
    const std::vector<DeviceModel> devices = {device("a", 0, 0, 1e-3), device("b", 0, 0, 0.2)};
    CHECK(best_forecast(devices, 1e5, 1).devices == std::vector<std::size_t>{0}); // it would save 0.5 %
    const std::vector<DeviceModel> closer = {device("a", 0, 0, 1e-3), device("b", 0, 0, 0.05)};
    CHECK(best_forecast(closer, 1e5, 1).devices == std::vector<std::size_t>{0, 1}); // 2 %
}

TEST_CASE("devices of unknown cost are to be tried, and count for nothing") {
    const std::vector<DeviceModel> devices = {device("a", 0, 0, 1e-3), device("b", 0, 0, 0)};
    const Forecast forecast = best_forecast(devices, 1000, 1);
    CHECK(forecast.devices == std::vector<std::size_t>{0, 1});
    CHECK(forecast.seconds == relative(1.0));
    CHECK(forecast.shares == std::vector<double>{1.0, 0.0});
    const std::vector<DeviceModel> unknown = {device("a", 0, 0, 0), device("b", 0, 0, 0)};
    const Forecast blind = best_forecast(unknown, 1000, 1);
    CHECK(blind.devices == std::vector<std::size_t>{0, 1});
    CHECK(std::isinf(blind.seconds));
    CHECK(blind.shares == std::vector<double>{0.5, 0.5});
    CHECK(best_forecast({}, 1000, 1).devices.empty());
}

TEST_CASE("the finish is where what all have done reaches the items, and shares are what each has done") {
    CHECK(rc::check([] {
        const std::vector<DeviceModel> devices = any_devices(6);
        const double items = any_items();
        const double cores = *rc::gen::element(1.0, 2.0, 4.0);
        const std::vector<std::size_t> used = all_of(devices);
        const Forecast forecast = forecast_of(devices, used, items, cores);
        RC_ASSERT(std::abs(std::accumulate(forecast.shares.begin(), forecast.shares.end(), 0.0) - 1.0) <
                  1e-9);
        for (const double share : forecast.shares) RC_ASSERT(share >= 0.0);
        // a numeric solver of the definition
        double low = 0.0;
        double high = 1.0;
        while (done_by(devices, used, cores, high) < items) high *= 2.0;
        for (int i = 0; i < 200; ++i) {
            const double middle = 0.5 * (low + high);
            (done_by(devices, used, cores, middle) >= items ? high : low) = middle;
        }
        RC_ASSERT(std::abs(forecast.seconds / high - 1.0) < 1e-6);
        for (std::size_t i = 0; i < devices.size(); ++i)
            RC_ASSERT(forecast.shares[i] * items <=
                      done_by(devices, used, cores, forecast.seconds) * (1.0 + 1e-6));
    }));
}

TEST_CASE("the best set is the best of all sets, but for a hundredth") {
    CHECK(rc::check([] {
        std::vector<DeviceModel> devices = any_devices(6);
        const bool overheads = *rc::gen::arbitrary<bool>();
        if (!overheads)
            for (DeviceModel& device : devices) device.cost.batch_seconds = 0.0;
        const double items = any_items();
        const Forecast best = best_forecast(devices, items, 2);
        std::size_t fewest = devices.size();
        double least = std::numeric_limits<double>::infinity();
        const auto each_set = [&](auto use) {
            for (std::size_t set = 1; set < std::size_t{1} << devices.size(); ++set) {
                std::vector<std::size_t> used;
                for (std::size_t i = 0; i < devices.size(); ++i)
                    if ((set >> i & 1U) != 0) used.push_back(i);
                use(used, forecast_of(devices, used, items, 2).seconds);
            }
        };
        each_set([&](const auto&, double seconds) { least = std::min(least, seconds); });
        each_set([&](const auto& used, double seconds) {
            if (seconds <= least * 1.01) fewest = std::min(fewest, used.size());
        });
        RC_ASSERT(best.seconds <= least * (overheads ? with_last_batches : 1.01 * (1.0 + 1e-12)));
        RC_ASSERT(overheads || best.devices.size() == fewest);
    }));
}

TEST_CASE("more work takes longer, and more devices never make the best set slower") {
    CHECK(rc::check([] {
        std::vector<DeviceModel> devices = any_devices(12); // found greedily, too
        const double items = any_items();
        const double seconds = best_forecast(devices, items, 2).seconds;
        const std::vector<std::size_t> used = all_of(devices);
        RC_ASSERT(forecast_of(devices, used, items, 2).seconds <=
                  forecast_of(devices, used, items * 1.5, 2).seconds);
        if (devices.size() > 9) return; // what is found greedily is not the best
        RC_ASSERT(seconds <= best_forecast(devices, items * 1.1, 2).seconds * with_last_batches);
        devices.push_back(any_devices(1).front());
        RC_ASSERT(best_forecast(devices, items, 2).seconds <= seconds * with_last_batches);
    }));
}

TEST_CASE("beyond ten devices the set found is as good as all that do not share the processor") {
    std::vector<DeviceModel> devices;
    for (int i = 0; i < 14; ++i) devices.push_back(device("g", 0.01 * i, 1e-4, 1e-5 * (1 + i % 5)));
    const double all = forecast_of(devices, all_of(devices), 1e6, 2).seconds;
    CHECK(best_forecast(devices, 1e6, 2).seconds <= all * 1.0101);
}

TEST_CASE("a device left idle has its reason, with figures") {
    const std::vector<DeviceModel> small = {device("cpu", 0, 0, 1e-6, 2), device("cuda:0", 1e-3, 1e-4, 1e-7)};
    CHECK(idle_reasons(small, best_forecast(small, 300, 2), 300, 2) ==
          std::vector<std::string>{"cuda:0 left idle: 0.3 ms of work, 1.1 ms to start"});
    const std::vector<DeviceModel> shared = {device("cpu", 0, 0, 1e-3, 2),
                                             device("opencl:1", 0, 0, 5.2e-3, 2)};
    CHECK(idle_reasons(shared, best_forecast(shared, 1e5, 2), 1e5, 2) ==
          std::vector<std::string>{
              "opencl:1 left idle: it computes on the CPU's own cores, where cpu does 5.2 times as much"});
    const std::vector<DeviceModel> slow = {device("cuda:0", 0, 0, 1e-3), device("cuda:1", 0, 0, 0.2)};
    CHECK(idle_reasons(slow, best_forecast(slow, 2000, 2), 2000, 2) ==
          std::vector<std::string>{"cuda:1 left idle: it would save 0.5 % of 2.0 s"});
    CHECK(idle_reasons(slow, forecast_of(slow, all_of(slow), 2000, 2), 2000, 2).empty());
}

TEST_CASE("the crossover is where an accelerator begins to help") {
    // it is ready when the CPU has done 1000 items
    const DeviceModel cpu = device("cpu", 0, 0, 1e-3, 2);
    CHECK(crossover(cpu, device("gpu", 0.9, 0.1, 1e-4), 2) == relative(1001).epsilon(0.001));
    CHECK(crossover(cpu, device("gpu", 0.0, 0.0, 1e-4), 2) == 1.0);
    // where they share the cores only the faster one is of use: 0.5 + x/2000 < x/1000
    CHECK(crossover(cpu, device("opencl", 0.5, 0.0, 5e-4, 2), 2) == relative(1001).epsilon(0.001));
    CHECK(std::isinf(crossover(cpu, device("opencl", 0.5, 0.0, 2e-3, 2), 2)));
    CHECK(std::isinf(crossover(cpu, device("gpu", 0.5, 0.0, 0.0), 2)));
    CHECK(rc::check([&] {
        const DeviceModel gpu =
            device("gpu", *rc::gen::inRange(0, 1000) * 1e-3, 1e-4, *rc::gen::inRange(1, 1000) * 1e-6,
                   *rc::gen::element(0.0, 1.0, 2.0), *rc::gen::element(0.0, 500.0));
        const std::vector<DeviceModel> devices = {cpu, gpu};
        const auto sooner = [&](double items) {
            const auto finish = [&](std::vector<std::size_t> used) {
                return forecast_of(devices, used, items, 2).seconds;
            };
            return std::min(finish({1}), finish({0, 1})) < finish({0});
        };
        const double at = crossover(cpu, gpu, 2);
        if (std::isinf(at)) {
            RC_ASSERT(!sooner(1e12));
        } else {
            RC_ASSERT(sooner(at));
            RC_ASSERT((at <= 1.0 || !sooner(at - 1.0)));
        }
    }));
}
