// What `threadx monitor` shows on a terminal: the processor and each GPU, now and over time.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "monitor/readings.hpp"
#include "monitor/screen_text.hpp"

namespace threadx {

struct Screen {
    std::size_t width = 80;
    std::size_t height = 24;
    bool unicode = true;
};

struct LiveView {
    std::vector<GpuIdentity> gpus;
    std::string no_gpus; // why there are none; empty: there are
    std::string driver;  // NVIDIA's version; empty: not known
    double interval = 0.5;
};

// As many lines as the screen is high, none wider than it is once they are cut. `snapshots`: oldest first.
// On a screen too low for graphs of all, GPUs have a line each, or are counted.
std::vector<ScreenLine> live_frame(const LiveView& view, std::span<const SystemSnapshot> snapshots,
                                   const Screen& screen);

// One line: "cpu 45 %, 3.2 of 16.0 GiB   gpu0 97 %, 71 C, 250 W, 2.0 of 15.9 GiB".
std::string snapshot_line(const SystemSnapshot& snapshot);

// "97 %, 71 C, 250 W": what is known of load, temperature and power; empty: nothing is.
std::string load_words(const std::optional<double>& load_percent, const std::optional<double>& celsius,
                       const std::optional<double>& watts);

} // namespace threadx
