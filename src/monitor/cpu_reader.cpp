#include "monitor/cpu_reader.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include <unistd.h>

#include "base/number_text.hpp"
#include "base/system_memory.hpp"

namespace threadx {
namespace {

namespace fs = std::filesystem;

// Drivers of the processor's own sensor, whose first temperature is the package's.
constexpr std::array processor_sensors = {"coretemp", "k10temp", "zenpower", "cpu_thermal"};

fs::path temperature_file(const fs::path& sys) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(sys / "class/hwmon", error)) {
        std::string name;
        std::ifstream(entry.path() / "name") >> name;
        if (std::find(processor_sensors.begin(), processor_sensors.end(), name) != processor_sensors.end() &&
            fs::exists(entry.path() / "temp1_input", error))
            return entry.path() / "temp1_input";
    }
    return {};
}

constexpr double least_seconds = 0.05; // between two readings of which a load is made

struct ProcessorTimes { // seconds, of all processors together
    double busy = 0.0;
    double total = 0.0;
};

std::optional<ProcessorTimes> processor_times(const fs::path& proc) {
    std::ifstream file(proc / "stat");
    std::string key;
    // user nice system idle iowait irq softirq steal; what follows is in user and nice already
    std::array<double, 8> ticks{};
    if (!(file >> key) || key != "cpu") return std::nullopt;
    for (double& tick : ticks) file >> tick;
    if (!file) return std::nullopt;
    ProcessorTimes times;
    for (const double tick : ticks) times.total += tick;
    times.busy = times.total - ticks[3] - ticks[4];
    const auto per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
    return ProcessorTimes{times.busy / per_second, times.total / per_second};
}

} // namespace

CpuReader::CpuReader(const SystemFiles& files)
    : files_(files), group_(files.proc, files.sys), temperature_(temperature_file(files.sys)) {}

std::optional<double> CpuReader::load(double elapsed) {
    if (busy_before_ && elapsed < before_ + least_seconds) return load_before_;
    std::optional<double> busy, total;
    if (const std::optional<double> processors = group_.processors()) {
        busy = group_.processor_seconds();
        total = elapsed * *processors;
    }
    if (!busy) {
        const std::optional<ProcessorTimes> times = processor_times(files_.proc);
        if (!times) return std::nullopt;
        busy = times->busy;
        total = times->total;
    }
    if (busy_before_ && *total > *total_before_)
        load_before_ = std::clamp(100.0 * (*busy - *busy_before_) / (*total - *total_before_), 0.0, 100.0);
    before_ = elapsed;
    busy_before_ = busy;
    total_before_ = total;
    return load_before_;
}

CpuReading CpuReader::read(double elapsed) {
    CpuReading reading;
    reading.load_percent = load(elapsed);
    const SystemMemory machine = system_memory(files_.proc / "meminfo");
    if (machine.total_bytes > 0) {
        reading.memory_total_bytes = static_cast<double>(machine.total_bytes);
        reading.memory_used_bytes = static_cast<double>(machine.total_bytes - machine.available_bytes);
    }
    const std::optional<double> limit = group_.memory_limit_bytes();
    const std::optional<double> used = limit ? group_.memory_used_bytes() : std::nullopt;
    if (used && (!reading.memory_total_bytes || *limit < *reading.memory_total_bytes)) {
        reading.memory_total_bytes = limit;
        reading.memory_used_bytes = used;
    }
    if (double thousandths = 0.0; !temperature_.empty() && std::ifstream(temperature_) >> thousandths)
        reading.temperature_celsius = thousandths / 1e3;
    return reading;
}

} // namespace threadx
