#include "monitor/live_view.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <functional>
#include <limits>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/number_text.hpp"
#include "monitor/history.hpp"
#include "monitor/history_graph.hpp"
#include "monitor/levels.hpp"

namespace threadx {
namespace {

constexpr std::size_t least_tile = 37; // columns; a screen of 80 has two
constexpr std::size_t between = 2;     // tiles
constexpr std::size_t most_tiles = 4;  // side by side
constexpr std::size_t tallest_graph = 12;

// A quantity over time: a line that says it, and a graph below.
struct Tile {
    std::string name;
    TextStyle style = TextStyle::plain;
    std::string now;                                          // in words; empty: absent
    double highest = 100;                                     // of the graph
    double concern = std::numeric_limits<double>::infinity(); // from here on a warning's colour
    double alarm = std::numeric_limits<double>::infinity();
    std::string unit;
    std::vector<double> values; // NaN: absent
};

// The processor or a GPU.
struct Panel {
    std::string name;
    ScreenLine facts; // beside the name
    std::vector<Tile> tiles;
};

std::string percent(const std::optional<double>& value) {
    return value ? fmt::format("{:.0f} %", *value) : std::string();
}

std::string gibibytes(const std::optional<double>& used, const std::optional<double>& total) {
    constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;
    if (!used || !total) return {};
    return fmt::format("{:.1f} of {:.1f} GiB", *used / gibibyte, *total / gibibyte);
}

template <class Value>
std::vector<double> over_time(std::span<const SystemSnapshot> snapshots, const Value& value) {
    std::vector<double> out;
    out.reserve(snapshots.size());
    for (const SystemSnapshot& snapshot : snapshots) out.push_back(value(snapshot).value_or(absent));
    return out;
}

// "mean 40, max 97 %" of the values that are there, or less where there is less room.
std::string mean_and_max(const Tile& tile, std::size_t room) {
    double sum = 0.0, max = -std::numeric_limits<double>::infinity();
    std::size_t count = 0;
    for (const double value : tile.values)
        if (!std::isnan(value)) {
            sum += value;
            max = std::max(max, value);
            ++count;
        }
    const std::string short_text = count == 0 ? "not told" : fmt::format("max {:.0f} {}", max, tile.unit);
    std::string text = count == 0
                           ? short_text
                           : fmt::format("mean {:.0f}, {}", sum / static_cast<double>(count), short_text);
    if (text_width(text) <= room) return text;
    return text_width(short_text) <= room ? short_text : std::string();
}

TextStyle style_now(const Tile& tile) {
    const double value = tile.values.empty() ? absent : tile.values.back();
    if (value >= tile.alarm) return TextStyle::alarm;
    return value >= tile.concern ? TextStyle::warning : tile.style;
}

Panel cpu_panel(std::span<const SystemSnapshot> snapshots, bool unicode) {
    const CpuReading& now = snapshots.back().cpu;
    Panel panel = {"CPU", {}, {}};
    if (now.temperature_celsius)
        panel.facts.add(fmt::format("{:.0f} {}", *now.temperature_celsius, unicode ? "°C" : "C"));
    panel.tiles.push_back({"load", TextStyle::load, percent(now.load_percent), 100, 1e9, 1e9, "%",
                           over_time(snapshots, [](const auto& s) { return s.cpu.load_percent; })});
    panel.tiles.push_back({"memory", TextStyle::memory,
                           gibibytes(now.memory_used_bytes, now.memory_total_bytes), 100, 80.0,
                           nearly_full_percent, "%",
                           over_time(snapshots, [](const auto& s) { return s.cpu.memory_percent(); })});
    return panel;
}

ScreenLine gpu_facts(const GpuIdentity& gpu, const GpuReading& now, bool unicode) {
    ScreenLine line;
    const auto add = [&](const std::string& text, TextStyle style = TextStyle::plain) {
        if (line.width() > 0) line.add("  ");
        line.add(text, style);
    };
    if (!now.error.empty()) add(now.error, TextStyle::alarm);
    if (now.temperature_celsius)
        add(fmt::format("{:.0f} {}", *now.temperature_celsius, unicode ? "°C" : "C"),
            *now.temperature_celsius >= hot_from(gpu) ? TextStyle::alarm : TextStyle::plain);
    if (now.power_watts) add(fmt::format("{:.0f} W", *now.power_watts));
    if (now.sm_clock_megahertz) add(fmt::format("{:.0f} MHz", *now.sm_clock_megahertz));
    const std::uint64_t reasons = now.throttle_reasons.value_or(0) & ~std::uint64_t{throttle_idle};
    if (reasons != 0)
        add(throttle_words(reasons),
            (reasons & throttle_troubles) != 0 ? TextStyle::alarm : TextStyle::faint);
    return line;
}

Panel gpu_panel(const GpuIdentity& gpu, std::size_t index, std::span<const SystemSnapshot> snapshots,
                bool unicode) {
    const auto series = [&](const std::function<std::optional<double>(const GpuReading&)>& value) {
        return over_time(snapshots, [&](const SystemSnapshot& s) {
            return index < s.gpus.size() ? value(s.gpus[index]) : std::optional<double>();
        });
    };
    const GpuReading now = index < snapshots.back().gpus.size() ? snapshots.back().gpus[index] : GpuReading();
    Panel panel = {fmt::format("GPU {}  {}", gpu.index, gpu.name), gpu_facts(gpu, now, unicode), {}};
    panel.tiles.push_back({"load", TextStyle::load, percent(now.utilization_percent), 100, 1e9, 1e9, "%",
                           series([](const GpuReading& r) { return r.utilization_percent; })});
    panel.tiles.push_back(
        {"memory", TextStyle::memory, gibibytes(now.memory_used_bytes, now.memory_total_bytes), 100, 80.0,
         nearly_full_percent, "%", series([](const GpuReading& r) { return r.memory_percent(); })});
    const std::string celsius = unicode ? "°C" : "C";
    panel.tiles.push_back(
        {"temperature", TextStyle::heat,
         now.temperature_celsius ? fmt::format("{:.0f} {}", *now.temperature_celsius, celsius) : "", 100.0,
         hot_from(gpu) - 10.0, hot_from(gpu), celsius,
         series([](const GpuReading& r) { return r.temperature_celsius; })});
    Tile power = {"power",
                  TextStyle::power,
                  now.power_watts ? fmt::format("{:.0f} W", *now.power_watts) : "",
                  gpu.power_limit_watts.value_or(0.0),
                  1e9,
                  1e9,
                  "W",
                  series([](const GpuReading& r) { return r.power_watts; })};
    if (gpu.power_limit_watts && now.power_watts)
        power.now = fmt::format("{:.0f} of {:.0f} W", *now.power_watts, *gpu.power_limit_watts);
    for (const double value : power.values)
        if (!gpu.power_limit_watts && value > power.highest) power.highest = value;
    panel.tiles.push_back(std::move(power));
    return panel;
}

// The name at the left, the facts at the right.
ScreenLine title_of(const Panel& panel, std::size_t width) {
    ScreenLine line;
    line.add(panel.name, TextStyle::title);
    if (line.width() + 2 + panel.facts.width() <= width)
        line.pad_to(width - panel.facts.width());
    else
        line.add("  ");
    return line.add(panel.facts);
}

// "load 97 %              mean 40, max 97 %"
ScreenLine tile_line(const Tile& tile, std::size_t width) {
    ScreenLine line;
    line.add(tile.name + " ").add(tile.now, style_now(tile));
    const std::size_t room = width > line.width() ? width - line.width() - 1 : 0;
    const std::string extremes = mean_and_max(tile, room);
    return line.pad_to(width - text_width(extremes)).add(extremes, TextStyle::faint);
}

// The tiles side by side, as many as have room; where there is room for more than there are, they are wider.
void add_tiles(std::vector<ScreenLine>& lines, const Panel& panel, std::size_t graph_height,
               const Screen& screen) {
    const std::size_t grid =
        std::clamp<std::size_t>((screen.width + between) / (least_tile + between), 1, most_tiles);
    const std::size_t count = std::min(grid, panel.tiles.size());
    const std::size_t width = (screen.width + between) / grid * (grid / count) - between;
    const std::size_t first = lines.size();
    lines.resize(first + 1 + graph_height);
    for (std::size_t i = 0; i < count; ++i) {
        const Tile& tile = panel.tiles[i];
        const std::size_t left = i * (width + between);
        lines[first].pad_to(left).add(tile_line(tile, width));
        const std::vector<std::string> graph =
            history_graph(tile.values, tile.highest, width, graph_height, screen.unicode);
        for (std::size_t row = 0; row < graph_height; ++row)
            lines[first + 1 + row].pad_to(left).add(graph[row], style_now(tile));
    }
}

ScreenLine header(const LiveView& view, const SystemSnapshot& now, const Screen& screen) {
    ScreenLine line;
    const auto time = static_cast<std::time_t>(now.time);
    line.add("threadx monitor", TextStyle::title)
        .add(fmt::format("  {:%H:%M:%S}  every {} s", fmt::localtime(time), shortest_text(view.interval)))
        .add(fmt::format("  a sample costs {}", seconds_text(now.cost_seconds)), TextStyle::faint);
    const std::string keys = "q quits";
    if (line.width() + 2 + keys.size() <= screen.width) line.pad_to(screen.width - keys.size());
    return line.add(line.width() + keys.size() <= screen.width ? keys : "", TextStyle::faint);
}

// A GPU without its graphs: name, load and memory, facts.
ScreenLine short_line(const Panel& panel, std::size_t width) {
    ScreenLine line;
    line.add(panel.name, TextStyle::title);
    for (std::size_t i = 0; i < 2; ++i)
        if (!panel.tiles[i].now.empty()) line.add("  ").add(panel.tiles[i].now, style_now(panel.tiles[i]));
    if (line.width() + 2 + panel.facts.width() <= width) line.pad_to(width - panel.facts.width());
    return line.add(panel.facts);
}

} // namespace

std::vector<ScreenLine> live_frame(const LiveView& view, std::span<const SystemSnapshot> snapshots,
                                   const Screen& screen) {
    std::vector<ScreenLine> lines;
    if (snapshots.empty()) {
        lines.resize(screen.height);
        return lines;
    }
    std::vector<Panel> panels = {cpu_panel(snapshots, screen.unicode)};
    for (std::size_t gpu = 0; gpu < view.gpus.size(); ++gpu)
        panels.push_back(gpu_panel(view.gpus[gpu], gpu, snapshots, screen.unicode));

    lines.push_back(header(view, snapshots.back(), screen));
    const std::size_t reserved = 1 + (view.no_gpus.empty() ? 0 : 2);
    const std::size_t room = screen.height > reserved ? screen.height - reserved : 0;
    const std::size_t each = room / panels.size(); // a blank line, title, tiles' line, graph
    if (each >= 4) {
        const std::size_t graph = std::min(each - 3, tallest_graph);
        for (const Panel& panel : panels) {
            lines.emplace_back();
            lines.push_back(title_of(panel, screen.width));
            add_tiles(lines, panel, graph, screen);
        }
    } else {
        for (const Panel& panel : panels) lines.push_back(short_line(panel, screen.width));
        if (lines.size() > reserved + room) {
            const std::size_t shown = room > 1 ? room - 1 : 0;
            lines.resize(1 + shown);
            lines.emplace_back().add(fmt::format("and {} more", panels.size() - shown), TextStyle::faint);
        }
    }
    if (!view.no_gpus.empty()) {
        lines.emplace_back();
        lines.emplace_back().add("no GPU figures: " + view.no_gpus, TextStyle::warning);
    }
    lines.resize(screen.height);
    return lines;
}

std::string load_words(const std::optional<double>& load_percent, const std::optional<double>& celsius,
                       const std::optional<double>& watts) {
    std::string text = percent(load_percent);
    if (celsius) text += fmt::format("{}{:.0f} C", text.empty() ? "" : ", ", *celsius);
    if (watts) text += fmt::format("{}{:.0f} W", text.empty() ? "" : ", ", *watts);
    return text;
}

std::string snapshot_line(const SystemSnapshot& snapshot) {
    const auto words = [](const std::string& name, const std::optional<double>& load, const auto& reading,
                          const std::optional<double>& watts) {
        std::string text = name;
        for (const std::string& part : {load_words(load, reading.temperature_celsius, watts),
                                        gibibytes(reading.memory_used_bytes, reading.memory_total_bytes)})
            if (!part.empty()) text += (text == name ? " " : ", ") + part;
        return text;
    };
    std::string line = words("cpu", snapshot.cpu.load_percent, snapshot.cpu, std::nullopt);
    for (std::size_t gpu = 0; gpu < snapshot.gpus.size(); ++gpu) {
        const GpuReading& reading = snapshot.gpus[gpu];
        line += "   " +
                words(fmt::format("gpu{}", gpu), reading.utilization_percent, reading, reading.power_watts);
        if (!reading.error.empty()) line += fmt::format(" ({})", reading.error);
    }
    return line;
}

} // namespace threadx
