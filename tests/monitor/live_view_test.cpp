// Frames of the live view: as many lines as the screen has, none wider, on screens of all sizes.
#include <doctest/doctest.h>

#include "monitor/history.hpp"
#include "monitor/history_graph.hpp"
#include "monitor/live_view.hpp"

using namespace threadx;

namespace {

GpuIdentity gpu_named(unsigned index, const std::string& name) {
    GpuIdentity gpu;
    gpu.index = index;
    gpu.name = name;
    gpu.power_limit_watts = 360.0;
    gpu.slowdown_celsius = 92.0;
    return gpu;
}

std::vector<SystemSnapshot> made_up(std::size_t count, std::size_t gpus) {
    std::vector<SystemSnapshot> snapshots(count);
    for (std::size_t i = 0; i < count; ++i) {
        snapshots[i].elapsed = static_cast<double>(i);
        snapshots[i].cpu.load_percent = static_cast<double>(i % 101);
        snapshots[i].cpu.memory_used_bytes = 4e9;
        snapshots[i].cpu.memory_total_bytes = 16e9;
        snapshots[i].gpus.resize(gpus);
        for (GpuReading& gpu : snapshots[i].gpus) {
            gpu.utilization_percent = 97.0;
            gpu.temperature_celsius = 71.0;
            gpu.power_watts = 250.0;
            gpu.memory_used_bytes = 2147483648.0;
            gpu.memory_total_bytes = 17179869184.0;
        }
    }
    return snapshots;
}

std::string all_text(const std::vector<ScreenLine>& lines, std::size_t width, bool colours = false) {
    std::string text;
    for (const ScreenLine& line : lines) text += line.text(width, colours) + "\n";
    return text;
}

} // namespace

TEST_CASE("a frame fits the screen, whatever the size and the number of GPUs") {
    for (const std::size_t gpus : {0U, 1U, 2U, 8U}) {
        LiveView view;
        for (unsigned i = 0; i < gpus; ++i) view.gpus.push_back(gpu_named(i, "NVIDIA GeForce RTX 5080"));
        if (gpus == 0) view.no_gpus = "there is no driver";
        const std::vector<SystemSnapshot> snapshots = made_up(300, gpus);
        for (const std::size_t width : {1U, 20U, 39U, 40U, 80U, 120U, 200U, 400U})
            for (const std::size_t height : {1U, 2U, 3U, 6U, 11U, 24U, 50U, 120U})
                for (const bool unicode : {false, true}) {
                    CAPTURE(gpus);
                    CAPTURE(width);
                    CAPTURE(height);
                    const std::vector<ScreenLine> lines =
                        live_frame(view, snapshots, {width, height, unicode});
                    CHECK(lines.size() == height);
                    for (const ScreenLine& line : lines) CHECK(text_width(line.text(width, false)) <= width);
                }
    }
}

TEST_CASE("on a usual screen two GPUs and the processor have all their numbers") {
    const LiveView view = {{gpu_named(0, "Large"), gpu_named(1, "Small")}, "", "580.65.06", 0.5};
    std::vector<SystemSnapshot> snapshots = made_up(10, 2);
    snapshots.back().gpus[1] = {};
    snapshots.back().gpus[1].error = "GPU is lost";
    const std::string text = all_text(live_frame(view, snapshots, {80, 24, true}), 80);
    CHECK(text.find("every 0.5 s") != std::string::npos);
    CHECK(text.find("load 9 %") != std::string::npos);
    CHECK(text.find("memory 3.7 of 14.9 GiB") != std::string::npos);
    CHECK(text.find("GPU 0  Large") != std::string::npos);
    CHECK(text.find("71 °C  250 W") != std::string::npos);
    CHECK(text.find("GPU is lost") != std::string::npos);
    CHECK(text.find("not told") == std::string::npos); // the lost one has a past
}

TEST_CASE("before the first sample the screen is empty") {
    CHECK(all_text(live_frame({}, {}, {80, 2, true}), 80) == "\n\n");
}

TEST_CASE("colours are escape sequences around the text, and cutting counts characters, not bytes") {
    ScreenLine line;
    line.add("ab", TextStyle::alarm).add("71 °C");
    CHECK(line.width() == 7);
    CHECK(line.text(80, false) == "ab71 °C");
    CHECK(line.text(6, false) == "ab71 °");
    CHECK(line.text(1, true) == "\033[1;31ma\033[0m");
    CHECK(line.text(0, false).empty());
}

TEST_CASE("a graph has the newest value at the right, and what is above zero is seen") {
    const std::vector<double> values = {0.0, 50.0, 100.0, absent, 0.1};
    CHECK(history_graph(values, 100.0, 6, 1, false) == std::vector<std::string>{"  .# ."});
    CHECK(history_graph(values, 100.0, 3, 1, false) ==
          std::vector<std::string>{"# ."}); // the oldest are left out
    CHECK(history_graph({{0.0, 25.0, 75.0, 100.0}}, 100.0, 4, 2, false) ==
          std::vector<std::string>{"  .#", " .##"});
    CHECK(history_graph({{100.0, 50.0}}, 100.0, 1, 1, true) == std::vector<std::string>{"⣧"});
    CHECK(history_graph({{200.0, -1.0}}, 100.0, 1, 1, true) == std::vector<std::string>{"⡇"});
    CHECK(history_graph({}, 100.0, 2, 2, false) == std::vector<std::string>{"  ", "  "});
    CHECK(history_graph({{5.0}}, 0.0, 1, 1, false) ==
          std::vector<std::string>{" "}); // no height: nothing to show
}

TEST_CASE("a snapshot is a line of what is known") {
    std::vector<SystemSnapshot> snapshots = made_up(46, 2);
    SystemSnapshot& now = snapshots.back();
    now.gpus[1] = {};
    now.gpus[1].error = "GPU is lost";
    CHECK(snapshot_line(now) ==
          "cpu 45 %, 3.7 of 14.9 GiB   gpu0 97 %, 71 C, 250 W, 2.0 of 16.0 GiB   gpu1 (GPU is lost)");
}
