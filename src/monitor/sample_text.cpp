#include "monitor/sample_text.hpp"

#include <cmath>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/number_text.hpp"
#include "monitor/quantities.hpp"

namespace threadx {
namespace {

// As RFC 4180 has it: in quotes where it needs them.
std::string csv_cell(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    return out + "\"";
}

// Three decimals and no trailing zeros: finer than anything that is measured.
std::string decimal(double value) {
    std::string text = fmt::format("{:.3f}", value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

template <class Reading>
std::string cells(std::span<const Quantity<Reading>> quantities, const Reading* reading) {
    std::string line;
    for (const Quantity<Reading>& quantity : quantities) {
        line += ',';
        if (reading == nullptr) continue;
        if (const std::optional<double> value = quantity.value(*reading))
            line += decimal(*value / quantity.column_unit);
    }
    return line;
}

// A label's value, in quotes.
std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string labels(const GpuIdentity& gpu) {
    return fmt::format("{{gpu=\"{}\",uuid={},name={}}}", gpu.index, quoted(gpu.uuid), quoted(gpu.name));
}

template <class Reading>
void add_head(std::string& text, const Quantity<Reading>& quantity) {
    text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", quantity.metric, quantity.help, quantity.metric,
                        quantity.grows ? "counter" : "gauge");
}

} // namespace

std::string utc_text(double seconds_since_1970) {
    const double whole = std::floor(seconds_since_1970);
    const int thousandths = static_cast<int>((seconds_since_1970 - whole) * 1e3);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(whole)),
                       thousandths);
}

std::string sample_csv_header() {
    std::string line = "timestamp,index,name,uuid";
    for (const Quantity<GpuReading>& quantity : gpu_quantities()) line += fmt::format(",{}", quantity.column);
    for (const Quantity<CpuReading>& quantity : cpu_quantities()) line += fmt::format(",{}", quantity.column);
    return line + "\n";
}

std::string sample_csv(const SystemSnapshot& snapshot, std::span<const GpuIdentity> gpus) {
    const std::string time = utc_text(snapshot.time);
    const std::string cpu = cells(cpu_quantities(), &snapshot.cpu) + "\n";
    if (snapshot.gpus.empty()) return time + ",,," + cells<GpuReading>(gpu_quantities(), nullptr) + cpu;
    std::string lines;
    for (std::size_t gpu = 0; gpu < snapshot.gpus.size(); ++gpu)
        lines += fmt::format("{},{},{},{}{}{}", time, gpus[gpu].index, csv_cell(gpus[gpu].name),
                             csv_cell(gpus[gpu].uuid), cells(gpu_quantities(), &snapshot.gpus[gpu]), cpu);
    return lines;
}

std::string prometheus_text(const SystemSnapshot& snapshot, std::span<const GpuIdentity> gpus) {
    std::string text;
    for (const Quantity<CpuReading>& quantity : cpu_quantities())
        if (const std::optional<double> value = quantity.value(snapshot.cpu)) {
            add_head(text, quantity);
            text += fmt::format("{} {}\n", quantity.metric, shortest_text(*value / quantity.metric_unit));
        }
    for (const Quantity<GpuReading>& quantity : gpu_quantities()) {
        bool head = false;
        for (std::size_t gpu = 0; gpu < snapshot.gpus.size(); ++gpu)
            if (const std::optional<double> value = quantity.value(snapshot.gpus[gpu])) {
                if (!head) add_head(text, quantity);
                head = true;
                text += fmt::format("{}{} {}\n", quantity.metric, labels(gpus[gpu]),
                                    shortest_text(*value / quantity.metric_unit));
            }
    }
    if (!snapshot.gpus.empty())
        text += "# HELP threadx_gpu_up Whether the GPU can be read: 1, or 0 where it is lost or fails.\n"
                "# TYPE threadx_gpu_up gauge\n";
    for (std::size_t gpu = 0; gpu < snapshot.gpus.size(); ++gpu)
        text +=
            fmt::format("threadx_gpu_up{} {}\n", labels(gpus[gpu]), snapshot.gpus[gpu].error.empty() ? 1 : 0);
    text += "# HELP threadx_sample_cost_seconds What it took to read all this.\n"
            "# TYPE threadx_sample_cost_seconds gauge\n";
    return text + fmt::format("threadx_sample_cost_seconds {}\n", shortest_text(snapshot.cost_seconds));
}

} // namespace threadx
