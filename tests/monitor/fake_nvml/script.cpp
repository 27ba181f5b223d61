#include "monitor/fake_nvml/script.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace fake_nvml {
namespace {

const std::set<std::string> known = {
    "init",        "init_milliseconds",  "driver",       "devices",         "name",
    "uuid",        "utilization",        "memory_used",  "memory_reserved", "memory_total",
    "temperature", "memory_utilization", "slowdown",     "power",           "power_limit",
    "energy",      "sm_clock",           "memory_clock", "throttle",        "lost",
    "error"};

[[noreturn]] void misuse(const std::string& what) {
    std::fprintf(stderr, "fake_nvml: FAKE_NVML: %s\n", what.c_str());
    std::abort();
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
    return parts;
}

unsigned long long number_of(const std::string& text) {
    char* end = nullptr;
    const unsigned long long value = std::strtoull(text.c_str(), &end, 0);
    if (text.empty() || *end != '\0') misuse("'" + text + "' is no number");
    return value;
}

} // namespace

Script Script::parse(const std::string& text) {
    Script script;
    for (const std::string& part : split(text, ';')) {
        const std::size_t equals = part.find('=');
        const std::string key = part.substr(0, equals);
        if (equals == std::string::npos || known.count(key) == 0) misuse("there is no '" + key + "'");
        script.values_[key] = split(part.substr(equals + 1), ',');
    }
    return script;
}

std::string Script::text(const std::string& key, std::size_t device, const std::string& otherwise) const {
    const auto found = values_.find(key);
    if (found == values_.end() || found->second.empty()) return otherwise;
    return found->second[std::min(device, found->second.size() - 1)];
}

int Script::number(const std::string& key, int otherwise) const {
    return static_cast<int>(number_of(text(key, 0, std::to_string(otherwise))));
}

std::optional<unsigned long long> Script::value(const std::string& key, std::size_t device,
                                                std::size_t reading, unsigned long long otherwise) const {
    const std::string written = text(key, device, std::to_string(otherwise));
    if (written == "-") return std::nullopt;
    const std::vector<std::string> series = split(written, ':');
    return number_of(series.at(std::min(std::max<std::size_t>(reading, 1), series.size()) - 1));
}

Script current_script() {
    const char* variable = std::getenv("FAKE_NVML");
    std::string text = variable != nullptr ? variable : "";
    if (text.rfind('@', 0) == 0) {
        std::ifstream file(text.substr(1));
        if (!std::getline(file, text)) misuse("cannot read " + text);
    }
    return Script::parse(text);
}

} // namespace fake_nvml
