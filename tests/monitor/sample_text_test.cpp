// Samples for other programs: CSV and Prometheus.
#include <doctest/doctest.h>

#include <algorithm>

#include "monitor/sample_text.hpp"

using namespace threadx;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

SystemSnapshot made_up() {
    SystemSnapshot snapshot;
    snapshot.time = 1769862896.5;
    snapshot.cost_seconds = 0.00025;
    snapshot.cpu.load_percent = 45.0;
    snapshot.gpus.resize(2);
    snapshot.gpus[0].power_watts = 150.25;
    snapshot.gpus[0].memory_used_bytes = 1572864.0;
    snapshot.gpus[0].utilization_percent = 0.0;
    snapshot.gpus[0].energy_joules = 12345678.9;
    snapshot.gpus[1].error = "GPU is lost";
    return snapshot;
}

std::vector<GpuIdentity> two_gpus() {
    std::vector<GpuIdentity> gpus(2);
    gpus[0].name = "A \"quoted\", long\\name";
    gpus[0].uuid = "GPU-1";
    gpus[1].index = 1;
    gpus[1].name = "B";
    gpus[1].uuid = "GPU-2";
    return gpus;
}

} // namespace

TEST_CASE("a line of CSV has as many cells as the header, numbers in the header's units, and empty ones for "
          "what is absent") {
    const std::string header = sample_csv_header();
    const std::string lines = sample_csv(made_up(), two_gpus());
    CHECK(header.rfind("timestamp,index,name,uuid,utilization.gpu [%],", 0) == 0);
    CHECK(lines.rfind("2026-01-31T12:34:56.500Z,0,\"A \"\"quoted\"\", "
                      "long\\name\",GPU-1,0,,1.5,,,150.25,12345678.9,,,,45,,,\n",
                      0) == 0);
    const std::string second = lines.substr(lines.find('\n') + 1);
    CHECK(second == "2026-01-31T12:34:56.500Z,1,B,GPU-2,,,,,,,,,,,45,,,\n");
    CHECK(std::count(second.begin(), second.end(), ',') == std::count(header.begin(), header.end(), ','));
    SystemSnapshot without = made_up();
    without.gpus.clear();
    const std::string line = sample_csv(without, {});
    CHECK(line == "2026-01-31T12:34:56.500Z,,,,,,,,,,,,,,45,,,\n");
}

TEST_CASE("Prometheus gets base units, escaped labels, each head once, and no line for what is absent") {
    const std::string text = prometheus_text(made_up(), two_gpus());
    const std::string labels = R"({gpu="0",uuid="GPU-1",name="A \"quoted\", long\\name"})";
    CHECK(has(text, "threadx_gpu_power_watts" + labels + " 150.25\n"));
    CHECK(has(text, "threadx_gpu_utilization_ratio" + labels + " 0\n"));
    CHECK(has(text, "# TYPE threadx_gpu_energy_joules_total counter\n"));
    CHECK(has(text, "threadx_cpu_utilization_ratio 0.45\n"));
    CHECK(!has(text, "temperature"));
    CHECK(!has(text, "threadx_gpu_power_watts{gpu=\"1\""));
    CHECK(has(text, "threadx_gpu_up" + labels + " 1\n"));
    CHECK(has(text, "threadx_gpu_up{gpu=\"1\",uuid=\"GPU-2\",name=\"B\"} 0\n"));
    CHECK(has(text, "threadx_sample_cost_seconds 0.00025\n"));
    std::size_t heads = 0;
    for (std::size_t at = 0; (at = text.find("# HELP threadx_gpu_power_watts", at)) != std::string::npos;
         ++at)
        ++heads;
    CHECK(heads == 1);
}
