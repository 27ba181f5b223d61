#include "base/fields.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest_name.hpp"
#include "base/number_text.hpp"

namespace threadx {
namespace {

void check_range(const ConfigNode& node, const FieldLimits& limits, double value) {
    const bool low = limits.above_minimum ? !(value > limits.minimum) : !(value >= limits.minimum);
    if (low)
        node.fail(fmt::format("must be {} {}, found {}", limits.above_minimum ? "above" : "at least",
                              shortest_text(limits.minimum), shortest_text(value)));
    if (!(value <= limits.maximum))
        node.fail(
            fmt::format("must be at most {}, found {}", shortest_text(limits.maximum), shortest_text(value)));
}

void check_choice(const ConfigNode& node, const FieldLimits& limits, const std::string& value) {
    if (limits.choices.empty() || std::count(limits.choices.begin(), limits.choices.end(), value) > 0) return;
    const std::string near = nearest_name(value, limits.choices);
    node.fail(fmt::format("'{}' is not one of: {}{}", value, fmt::join(limits.choices, ", "),
                          near.empty() ? "" : fmt::format(" (did you mean '{}'?)", near)));
}

} // namespace

void read_value(const ConfigNode& node, const FieldLimits& limits, double& out) {
    const double value = node.number();
    check_range(node, limits, value);
    out = value;
}

void read_value(const ConfigNode& node, const FieldLimits& limits, long long& out) {
    const long long value = node.integer();
    check_range(node, limits, static_cast<double>(value));
    out = value;
}

void read_value(const ConfigNode& node, const FieldLimits&, bool& out) { out = node.boolean(); }

void read_value(const ConfigNode& node, const FieldLimits& limits, std::string& out) {
    check_choice(node, limits, node.text());
    out = node.text();
}

template <class T>
static void read_list(const ConfigNode& node, const FieldLimits& limits, std::vector<T>& out) {
    std::vector<T> values;
    for (const ConfigNode& item : node.list()) read_value(item, limits, values.emplace_back());
    out = std::move(values);
}

void read_value(const ConfigNode& node, const FieldLimits& limits, std::vector<double>& out) {
    read_list(node, limits, out);
}

void read_value(const ConfigNode& node, const FieldLimits& limits, std::vector<std::string>& out) {
    read_list(node, limits, out);
}

std::string value_text(double value) {
    const std::string text = shortest_text(value);
    return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

std::string value_text(long long value) { return std::to_string(value); }
std::string value_text(bool value) { return value ? "true" : "false"; }
std::string value_text(const std::string& value) { return "\"" + value + "\""; }

template <class T>
static std::string list_text(const std::vector<T>& values) {
    std::vector<std::string> texts;
    for (const T& value : values) texts.push_back(value_text(value));
    return fmt::format("[{}]", fmt::join(texts, ", "));
}

std::string value_text(const std::vector<double>& value) { return list_text(value); }
std::string value_text(const std::vector<std::string>& value) { return list_text(value); }

std::string field_line(const std::string& key, const std::string& default_text, const std::string& help,
                       const FieldLimits& limits) {
    const std::string choices =
        limits.choices.empty() ? "" : fmt::format(" ({})", fmt::join(limits.choices, " | "));
    return fmt::format("{:<40} # {}{}\n", key + " = " + default_text, help, choices);
}

} // namespace threadx
