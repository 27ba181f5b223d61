// What is noted of the machine during a run.
#include <doctest/doctest.h>

#include <fstream>

#include "base/temporary_folder.hpp"
#include "monitor/fake_gpus.hpp"
#include "monitor/run_watch.hpp"
#include "relative.hpp"

using namespace threadx;
using namespace threadx::test;

namespace {

const std::string first_uuid = "GPU-00010203-0405-0607-0809-0a0b0c0d0e0f";
const std::string second_uuid = "GPU-10111213-1415-1617-1819-1a1b1c1d1e1f";

// A run in made-up time: the CPU and cuda:1, which is NVML's first GPU, both as fast.
class Run {
  public:
    explicit Run(std::size_t points = 240)
        : watch_({.interval = 0.5, .points = points, .nvml = fake_nvml(), .files = {}}) {}

    // Ten looks a second; the GPU works from `gpu_from` on.
    RunWatchResult last(double seconds, double gpu_from = 1.0) {
        for (int tenth = 1; tenth < static_cast<int>(seconds * 10.0 + 0.5); ++tenth)
            look(tenth / 10.0, gpu_from, false);
        look(seconds, gpu_from, true);
        return watch_.result();
    }
    std::string words(const std::string& device) const { return watch_.words(device); }

  private:
    void look(double now, double gpu_from, bool last) {
        std::vector<WatchedDevice> devices = {{"cpu", "", 1e6 * now}};
        if (now >= gpu_from) devices.push_back({"cuda:1", first_uuid, 2e6 * (now - gpu_from + 0.1)});
        watch_.look(now, devices, last);
    }
    RunWatch watch_;
};

bool warns(const RunWatchResult& result, const std::string& part) {
    for (const std::string& warning : result.warnings)
        if (warning.find(part) != std::string::npos) return true;
    return false;
}

const HistoryColumn* column(const RunWatchResult& result, const std::string& name) {
    for (const HistoryColumn& each : result.series)
        if (each.name == name) return &each;
    return nullptr;
}

const ColumnSummary* summary_of(const RunWatchResult& result, const std::string& name) {
    for (const ColumnSummary& each : result.summary)
        if (each.name == name) return &each;
    return nullptr;
}

} // namespace

TEST_CASE("a short run is not watched") {
    CHECK(Run().last(0.02).samples == 0);
    RunWatch watch({.nvml = fake_nvml()});
    watch.look(0.09, {}, true); // the only look
    CHECK(watch.result().samples == 0);
    CHECK(watch.words("cpu").empty());
}

TEST_CASE("the GPUs of the run alone are noted, under their ids in the run, from when they work") {
    const FakeGpus script("devices=2;temperature=60:65:71,33;power=100000;energy=-");
    Run run;
    const RunWatchResult result = run.last(3.0);
    REQUIRE(result.gpus.size() == 1);
    CHECK(result.gpus[0].device == "cuda:1");
    CHECK(result.gpus[0].identity.uuid == first_uuid);
    CHECK(result.samples >= 5);
    CHECK(result.samples <= 7);
    CHECK(run.words("cuda:1") == "37 %, 71 C, 100 W");
    CHECK(run.words("opencl:0").empty());
    REQUIRE(column(result, "gpu0_temperature_celsius"));
    CHECK(column(result, "gpu1_temperature_celsius") == nullptr);
    CHECK(column(result, "gpu0_energy_joules") == nullptr); // the card tells none
    const ColumnSummary* temperature = summary_of(result, "gpu0_temperature_celsius");
    REQUIRE(temperature);
    CHECK(temperature->max == 71.0);
    CHECK(temperature->mean > 65.0); // one sample of 60, one of 65, the others of 71
    CHECK(temperature->mean < 71.0);
    CHECK(column(result, "elapsed")->values.size() == result.samples);
    CHECK(column(result, "elapsed")->values.back() == 3.0);
    CHECK(result.warnings.empty());
    CHECK(result.mean_cost_seconds > 0.0);
}

TEST_CASE("energy is the counter's, and goes with the work that was done in the same time") {
    const FakeGpus script("devices=1;energy=1000000:1500000:3000000:5000000");
    const RunWatchResult result = Run().last(3.0);
    REQUIRE(result.gpus.size() == 1);
    CHECK(result.gpus[0].energy_is_counted);
    CHECK(*result.gpus[0].energy_joules == relative(4000.0));
    CHECK(result.gpus[0].work == relative(4e6)); // two seconds, without what was done before the first look
    CHECK(*result.gpus[0].joules_per_million() == relative(1000.0));
}

TEST_CASE(
    "where the card counts no energy it is summed up from power, and where it tells neither there is none") {
    {
        const FakeGpus script("devices=1;energy=-;power=100000");
        const RunWatchResult result = Run().last(3.0);
        CHECK(!result.gpus[0].energy_is_counted);
        CHECK(*result.gpus[0].energy_joules == relative(200.0));
        CHECK(*result.gpus[0].joules_per_million() == relative(50.0));
    }
    const FakeGpus script("devices=1;energy=-;power=-");
    const RunWatchResult result = Run().last(3.0);
    CHECK(!result.gpus[0].energy_joules);
    CHECK(!result.gpus[0].joules_per_million());
}

TEST_CASE("a run without NVIDIA GPUs opens no NVML") {
    const FakeGpus script("there=is no such word"); // with which the fake would end the program
    const RunWatchResult result = Run().last(3.0, 1e9);
    CHECK(result.gpus.empty());
    CHECK(result.samples > 0);
    CHECK(column(result, "cpu_memory_used_bytes") != nullptr);
}

TEST_CASE("a GPU of the run that NVML does not show is named, and why") {
    const auto warnings_of = [](const std::string& library, const std::string& uuid) {
        RunWatch watch({.nvml = library});
        const std::vector<WatchedDevice> devices = {{"cuda:0", uuid, 1e6}};
        for (int tenth = 1; tenth < 20; ++tenth) watch.look(tenth / 10.0, devices, false);
        return watch.result().warnings;
    };
    const auto only = [](const std::vector<std::string>& warnings, const std::string& part) {
        return warnings.size() == 1 && warnings[0].starts_with("cuda:0 was not watched: ") &&
               warnings[0].find(part) != std::string::npos;
    };
    CHECK(only(warnings_of("libthere_is_none.so.1", first_uuid), "libthere_is_none.so.1 is not installed"));
    const FakeGpus script("");
    CHECK(only(warnings_of(fake_nvml(), "MIG-1"), "parts of a GPU (MIG)"));
    CHECK(only(warnings_of(fake_nvml(), "GPU-1"), "NVML lists no GPU GPU-1"));
}

TEST_CASE("what was wrong is a warning that names the device") {
    {
        const FakeGpus script(
            "devices=1;temperature=70:86:80;throttle=0:0x24:0;memory_used=16000;memory_reserved=0");
        const RunWatchResult result = Run().last(3.0);
        CHECK(warns(result, "cuda:1 (NVIDIA GeForce RTX 5080) was hot: 86 C, and at 92 C it slows down"));
        CHECK(warns(result, "was slowed down by heat in 20 % of the samples")); // the power limit is usual
        CHECK(warns(result, "98 % of its memory were in use"));
    }
    {
        const FakeGpus script("devices=1;lost=3");
        Run run;
        const RunWatchResult result = run.last(3.0);
        CHECK(warns(result, "could not be watched: GPU is lost"));
        CHECK(run.words("cuda:1") == "GPU is lost");
    }
    const FakeGpus script("devices=1;slowdown=75;temperature=71"); // a card that is made for less
    CHECK(warns(Run().last(3.0), "was hot: 71 C, and at 75 C"));
}

TEST_CASE("the series of a long run is bounded, evenly spaced, and the means are of all samples") {
    const FakeGpus script("devices=1");
    const RunWatchResult result = Run(20).last(60.0, 1e9);
    CHECK(result.samples > 110);
    const std::vector<double>& elapsed = column(result, "elapsed")->values;
    CHECK(elapsed.size() <= 20);
    CHECK(elapsed.size() >= 10);
    for (std::size_t i = 2; i < elapsed.size(); ++i)
        CHECK(elapsed[i] - elapsed[i - 1] == relative(elapsed[1] - elapsed[0]).epsilon(0.05));
    for (const ColumnSummary& summary : result.summary)
        if (summary.name == "cpu_memory_used_bytes") CHECK(summary.samples == result.samples);
}
