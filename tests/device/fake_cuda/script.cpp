#include "device/fake_cuda/script.hpp"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <sstream>

namespace fake_cuda {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
    return parts;
}

int number(const std::string& text) {
    char* end = nullptr;
    const long value = std::strtol(text.c_str(), &end, 10);
    if (text.empty() || *end != '\0') misuse("FAKE_CUDA: '" + text + "' is no number");
    return static_cast<int>(value);
}

std::uint64_t bytes(const std::string& text) {
    static const std::map<std::string, int> units = {{"", 0}, {"KiB", 10}, {"MiB", 20}, {"GiB", 30}};
    char* end = nullptr;
    const std::uint64_t value = std::strtoull(text.c_str(), &end, 10);
    const auto unit = units.find(end);
    if (end == text.c_str() || unit == units.end()) misuse("FAKE_CUDA: '" + text + "' is no size of memory");
    return value << static_cast<unsigned>(unit->second);
}

// "launch:5": the number after the word.
std::vector<std::string> after(const std::string& word, const std::string& text) {
    std::vector<std::string> parts = split(text, ':');
    if (parts.size() < 2 || parts.front() != word) misuse("FAKE_CUDA: '" + text + "' is not " + word + ":N");
    parts.erase(parts.begin());
    return parts;
}

using Setter = std::function<void(DeviceScript&, const std::string&)>;

const std::map<std::string, Setter>& setters() {
    static const std::map<std::string, Setter> all = {
        {"name", [](DeviceScript& d, const std::string& v) { d.name = v; }},
        {"capability",
         [](DeviceScript& d, const std::string& v) {
             const std::vector<std::string> parts = split(v, '.');
             if (parts.size() != 2) misuse("FAKE_CUDA: '" + v + "' is no compute capability");
             d.capability = number(parts[0]) * 10 + number(parts[1]);
         }},
        {"memory", [](DeviceScript& d, const std::string& v) { d.memory = bytes(v); }},
        {"multiprocessors", [](DeviceScript& d, const std::string& v) { d.multiprocessors = number(v); }},
        {"ratio", [](DeviceScript& d, const std::string& v) { d.ratio = number(v); }},
        {"compute_mode", [](DeviceScript& d, const std::string& v) { d.compute_mode = number(v); }},
        {"retain", [](DeviceScript& d, const std::string& v) { d.retain = number(v); }},
        {"group", [](DeviceScript& d, const std::string& v) { d.group = number(v); }},
        {"out_of_memory",
         [](DeviceScript& d, const std::string& v) {
             d.failing_allocation = number(after("allocation", v).front());
         }},
        {"lost",
         [](DeviceScript& d, const std::string& v) {
             const std::vector<std::string> numbers = after("launch", v);
             d.losing_launch = number(numbers[0]);
             if (numbers.size() > 1) d.lost_with = number(numbers[1]);
         }},
        {"wrong", [](DeviceScript& d, const std::string& v) { d.wrong = v; }},
    };
    return all;
}

// Two that differ in everything that is told of them, then more of the first kind.
DeviceScript usual_device(std::size_t index) {
    DeviceScript device;
    device.name = index == 1 ? "Fake Small GPU" : "Fake Large GPU";
    device.capability = index == 1 ? 75 : 90;
    device.memory = std::uint64_t{index == 1 ? 256U : 1024U} << 20U;
    device.multiprocessors = index == 1 ? 3 : 8;
    device.ratio = index == 1 ? 32 : 2;
    return device;
}

} // namespace

void misuse(const std::string& what) {
    std::fprintf(stderr, "fake_cuda: %s\n", what.c_str());
    std::fflush(stderr);
    std::abort();
}

Script parse_script(const std::string& text) {
    std::map<std::string, std::string> values;
    for (const std::string& entry : split(text, ';')) {
        const std::size_t equals = entry.find('=');
        if (equals == std::string::npos) misuse("FAKE_CUDA: '" + entry + "' has no '='");
        values[entry.substr(0, equals)] = entry.substr(equals + 1);
    }
    Script script;
    std::size_t devices = 1;
    for (const auto& [key, value] : values)
        if (key == "driver")
            script.driver = number(value);
        else if (key == "init")
            script.init = number(value);
        else if (key == "devices")
            devices = static_cast<std::size_t>(number(value));
        else if (key != "case" && !setters().contains(key))
            misuse("FAKE_CUDA: there is no '" + key + "'");
    for (std::size_t i = 0; i < devices; ++i) {
        DeviceScript device = usual_device(i);
        for (const auto& [key, value] : values) {
            const auto setter = setters().find(key);
            if (setter == setters().end()) continue;
            const std::vector<std::string> list = split(value, ',');
            if (list.empty()) misuse("FAKE_CUDA: '" + key + "' has no value");
            if (const std::string& own = list[std::min(i, list.size() - 1)]; own != "-")
                setter->second(device, own);
        }
        script.devices.push_back(device);
    }
    return script;
}

} // namespace fake_cuda
