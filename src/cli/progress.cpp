#include "cli/progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <unistd.h>

#include <fmt/format.h>

#include "base/number_text.hpp"
#include "cli/terminal.hpp"

namespace threadx {
namespace {

constexpr double seconds_between_lines = 5.0; // where nobody watches
constexpr std::size_t bar_width = 28;

} // namespace

std::string duration_words(double seconds) {
    if (seconds < 60.0) return fmt::format("{:.{}f} s", seconds, seconds < 10.0 ? 2 : 1);
    const auto whole = static_cast<long long>(std::llround(seconds));
    if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

ProgressDisplay::ProgressDisplay(std::size_t bars) : bars_(bars), terminal_(::isatty(STDERR_FILENO) == 1) {}

ProgressDisplay::~ProgressDisplay() {
    if (drawn_ && terminal_) std::fputc('\n', stderr);
}

std::string ProgressDisplay::line(const RunProgress& progress, const RunWatch& watch) const {
    const double fraction =
        progress.total == 0 ? 1.0 : static_cast<double>(progress.done) / static_cast<double>(progress.total);
    const double rate = progress.seconds > 0.0 ? static_cast<double>(progress.done) / progress.seconds : 0.0;
    std::string text;
    if (terminal_) {
        const auto full = static_cast<std::size_t>(fraction * static_cast<double>(bar_width));
        text += fmt::format("[{}{}] ", std::string(full, '#'), std::string(bar_width - full, '.'));
    }
    text += fmt::format("{:5.1f} %  {} / {} scenarios", 100.0 * fraction, with_thousands(progress.done),
                        with_thousands(progress.total));
    if (rate > 0.0) {
        text += fmt::format("  {:.0f}/s  {:.0f} M bar-scenarios/s", rate,
                            rate * static_cast<double>(bars_) / 1e6);
        const double left = static_cast<double>(progress.total - progress.done) / rate;
        text += progress.done == progress.total ? fmt::format("  {}", duration_words(progress.seconds))
                                                : fmt::format("  {} left", duration_words(left));
    }
    std::uint64_t by_all = 0;
    for (const DeviceProgress& device : progress.devices) by_all += device.scenarios;
    for (const DeviceProgress& device : progress.devices) {
        text += fmt::format("  {} {:.0f} %", device.id,
                            100.0 * static_cast<double>(device.scenarios) / static_cast<double>(by_all));
        if (const std::string now = watch.words(device.id); !now.empty()) text += fmt::format(" ({})", now);
    }
    // A line that wraps could not be redrawn.
    if (const std::optional<TerminalSize> size = terminal_size(STDERR_FILENO); terminal_ && size)
        text.resize(std::min(text.size(), size->width - 1));
    return text;
}

void ProgressDisplay::show(const RunProgress& progress, const RunWatch& watch) {
    const bool complete = progress.done == progress.total;
    if (!terminal_ && !complete && progress.seconds - last_ < seconds_between_lines) return;
    if (!terminal_ && last_ < 0.0 && !complete && progress.seconds < seconds_between_lines) return;
    last_ = progress.seconds;
    drawn_ = true;
    if (terminal_)
        std::fprintf(stderr, "\r\033[K%s", line(progress, watch).c_str());
    else
        std::fprintf(stderr, "%s\n", line(progress, watch).c_str());
    std::fflush(stderr);
}

} // namespace threadx
