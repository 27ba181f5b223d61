#include "bench/instruction_counter.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace threadx {
namespace {

std::string opening_error(int error) {
    switch (error) {
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP: return "the processor's counters cannot be seen here, as in most virtual machines";
    case EACCES:
    case EPERM: return "the system forbids it; as root: sysctl kernel.perf_event_paranoid=2";
    case ENOSYS: return "the system has no perf_event_open";
    default: return fmt::format("perf_event_open: {}", std::strerror(error));
    }
}

} // namespace

InstructionCounter::InstructionCounter(pid_t process) {
    perf_event_attr attributes = {};
    attributes.size = sizeof attributes;
    attributes.type = PERF_TYPE_HARDWARE;
    attributes.config = PERF_COUNT_HW_INSTRUCTIONS;
    attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
    attributes.disabled = 1;
    attributes.enable_on_exec = 1;
    attributes.inherit = 1; // by threads made later
    attributes.exclude_kernel = 1;
    attributes.exclude_hv = 1;
    constexpr int any_processor = -1;
    constexpr int no_group = -1;
    const long opened =
        ::syscall(SYS_perf_event_open, &attributes, process, any_processor, no_group, PERF_FLAG_FD_CLOEXEC);
    if (opened < 0)
        error_ = errno;
    else
        file_ = static_cast<int>(opened);
}

InstructionCounter::~InstructionCounter() {
    if (file_ >= 0) ::close(file_);
}

InstructionCount InstructionCounter::read() const {
    if (file_ < 0) return {std::nullopt, opening_error(error_)};
    struct {
        std::uint64_t value, enabled, running; // nanoseconds
    } counted = {};
    if (::read(file_, &counted, sizeof counted) != static_cast<ssize_t>(sizeof counted))
        return {std::nullopt, fmt::format("reading the counter: {}", std::strerror(errno))};
    // The counter may have been lent to others meanwhile, or not exist on some of the processor's cores: what
    // it then shows is a part, and an estimate of the whole is no count.
    if (counted.running == 0) return {std::nullopt, "the counter never ran"};
    if (counted.running < counted.enabled)
        return {std::nullopt, fmt::format("the counter ran for {:.0f} % of the time only",
                                          100.0 * static_cast<double>(counted.running) /
                                              static_cast<double>(counted.enabled))};
    return {counted.value, ""};
}

} // namespace threadx
