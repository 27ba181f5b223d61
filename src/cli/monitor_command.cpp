// `threadx monitor`: what the machine does just now, as a live view, as lines, for files and for Prometheus.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "base/number_text.hpp"
#include "base/stopwatch.hpp"
#include "cli/commands.hpp"
#include "cli/metrics_server.hpp"
#include "cli/monitor_text.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "monitor/live_view.hpp"
#include "monitor/sample_text.hpp"
#include "monitor/system_monitor.hpp"

namespace threadx {
namespace {

constexpr double look_seconds = 0.05;     // between two looks whether to stop, or to draw
constexpr double least_for_load = 0.25;   // seconds in which the load of `--once` is measured
constexpr std::size_t widest_graph = 600; // samples that a wide screen shows

bool stopping(const MonitorOptions& options) { return options.stop != nullptr && options.stop->load(); }

void wait(double seconds, const MonitorOptions& options) {
    const Stopwatch clock;
    while (!stopping(options) && clock.seconds() < seconds)
        std::this_thread::sleep_for(
            std::chrono::duration<double>(std::min(look_seconds, seconds - clock.seconds())));
}

// Until the duration is over, or it is stopped, or step() is false.
template <class Step>
void repeat(const MonitorOptions& options, const Step& step) {
    const Stopwatch clock;
    while (!stopping(options) && (options.duration <= 0.0 || clock.seconds() < options.duration) && step()) {
    }
}

void print_summary(const SystemMonitor& monitor) {
    const std::vector<HistoryColumn> history = monitor.history();
    print_table(summary_table(history, monitor.gpus()));
    const SamplingCost cost = monitor.cost();
    const std::size_t shown = history.front().values.size();
    spdlog::info("{} samples{}, each took {} on average and {} at most", with_thousands(cost.samples),
                 shown < cost.samples ? fmt::format(" (the table is of the last {})", with_thousands(shown))
                                      : "",
                 seconds_text(cost.mean_seconds), seconds_text(cost.max_seconds));
}

void say_why_no_gpus(const SystemMonitor& monitor) {
    if (!monitor.no_gpus().empty()) spdlog::info("no GPU figures: {}", monitor.no_gpus());
}

int once(const SystemMonitor& monitor, const MonitorOptions& options) {
    const SystemSnapshot snapshot = *monitor.latest();
    if (options.json) {
        std::printf("%s\n", snapshot_json(snapshot, monitor.gpus(), monitor.no_gpus()).dump(2).c_str());
        return exit_done;
    }
    print_table(snapshot_table(snapshot, monitor.gpus()));
    say_why_no_gpus(monitor);
    return exit_done;
}

// The samples as they come, each once.
template <class Take>
void follow(SystemMonitor& monitor, const MonitorOptions& options, const Take& take) {
    double last = -1.0;
    repeat(options, [&] {
        if (monitor.latest()->elapsed > last)
            for (const SystemSnapshot& snapshot : monitor.snapshots())
                if (snapshot.elapsed > last) {
                    take(snapshot);
                    last = snapshot.elapsed;
                }
        wait(look_seconds, options);
        return true;
    });
}

void write_csv(SystemMonitor& monitor, const MonitorOptions& options) {
    const bool standard = options.csv == "-";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> opened(
        standard ? nullptr : std::fopen(options.csv.c_str(), "w"), std::fclose);
    std::FILE* const file = standard ? stdout : opened.get();
    if (file == nullptr) throw IoError(fmt::format("cannot write '{}'", options.csv));
    const auto write = [&](const std::string& text) {
        if (std::fputs(text.c_str(), file) < 0 || std::fflush(file) != 0)
            throw IoError(fmt::format("cannot write '{}'; is the disk full?", options.csv));
    };
    write(sample_csv_header());
    follow(monitor, options,
           [&](const SystemSnapshot& snapshot) { write(sample_csv(snapshot, monitor.gpus())); });
}

void serve(SystemMonitor& monitor, const MonitorOptions& options) {
    MetricsServer server(options.address, *options.prometheus,
                         [&] { return prometheus_text(*monitor.latest(), monitor.gpus()); });
    const bool version_6 = options.address.find(':') != std::string::npos;
    spdlog::info("metrics at http://{}:{}/metrics; Ctrl-C ends",
                 version_6 ? "[" + options.address + "]" : options.address, server.port());
    repeat(options, [&] {
        server.answer_for(look_seconds);
        return true;
    });
}

void print_lines(SystemMonitor& monitor, const MonitorOptions& options) {
    follow(monitor, options, [&](const SystemSnapshot& snapshot) {
        if (options.json)
            std::printf("%s\n", snapshot_json(snapshot, monitor.gpus(), monitor.no_gpus()).dump().c_str());
        else
            std::printf("%s  %s\n", utc_text(snapshot.time).c_str(), snapshot_line(snapshot).c_str());
        if (std::fflush(stdout) != 0) throw IoError("cannot write to the standard output");
    });
}

void show_live(SystemMonitor& monitor, const MonitorOptions& options) {
    FullScreen terminal;
    const bool colours = wants_colours();
    const LiveView view = {monitor.gpus(), monitor.no_gpus(), monitor.driver_version(), options.interval};
    double drawn = -1.0;
    TerminalSize drawn_size;
    repeat(options, [&] {
        const TerminalSize size = terminal_size(STDOUT_FILENO).value_or(TerminalSize());
        const bool resized = size.width != drawn_size.width || size.height != drawn_size.height;
        if (const SystemSnapshot latest = *monitor.latest(); latest.elapsed > drawn || resized) {
            const Screen screen = {size.width, size.height, terminal_has_unicode()};
            std::vector<std::string> lines;
            for (const ScreenLine& line : live_frame(view, monitor.snapshots(), screen))
                lines.push_back(line.text(size.width, colours));
            FullScreen::show(fmt::format("{}", fmt::join(lines, "\n")));
            drawn = latest.elapsed;
            drawn_size = size;
        }
        const char key = FullScreen::key(look_seconds).value_or('\0');
        return key != 'q' && key != 'Q';
    });
}

bool is_live(const MonitorOptions& options) {
    return !options.once && !options.json && options.csv.empty() && !options.prometheus &&
           ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1 && terminal_size(STDOUT_FILENO);
}

void check(const MonitorOptions& options) {
    if (options.prometheus && (*options.prometheus < 0 || *options.prometheus > 65'535))
        throw InputError(
            fmt::format("--prometheus {}: expected a port, 1 to 65535, or 0 for any", *options.prometheus));
    if (options.duration < 0.0 || !(options.duration < 1e9))
        throw InputError(fmt::format("--duration {}: expected seconds, or 0 for no end", options.duration));
    if (options.history < 1 || options.history > static_cast<long long>(SystemMonitor::most_history))
        throw InputError(fmt::format("--history {}: expected 1 to {} samples", options.history,
                                     with_thousands(SystemMonitor::most_history)));
    if (!(options.interval >= SystemMonitor::least_interval) || options.interval > 86'400.0)
        throw InputError(fmt::format("--interval {}: expected seconds, {} to a day", options.interval,
                                     SystemMonitor::least_interval));
}

} // namespace

int monitor_command(const MonitorOptions& options) {
    check(options);
    const std::size_t least_history = is_live(options) ? widest_graph : 1;
    SystemMonitor monitor(
        {.interval = options.interval,
         .max_history = std::max(static_cast<std::size_t>(options.history), least_history)});
    wait(least_for_load, options); // the first sample's load is of that time
    monitor.start();
    if (options.once) return once(monitor, options);
    if (options.prometheus) {
        serve(monitor, options);
        return exit_done;
    }
    if (!options.csv.empty()) {
        say_why_no_gpus(monitor);
        write_csv(monitor, options);
    } else if (options.json) {
        print_lines(monitor, options);
        return exit_done;
    } else if (is_live(options)) {
        show_live(monitor, options);
    } else {
        say_why_no_gpus(monitor);
        print_lines(monitor, options);
    }
    monitor.stop();
    if (options.csv != "-") print_summary(monitor);
    return exit_done;
}

} // namespace threadx
