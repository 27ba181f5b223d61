// Settings, each declared once: name, member (whose initial value is the default), limits and help. Reading
// with checks, the refusal of unknown keys and the help text are all made from that one declaration.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/toml_config.hpp"

namespace threadx {

// What values a field takes. Numbers, each of a list: minimum ≤ value ≤ maximum (strictly above with
// `above_minimum`). Text: one of `choices`, unless that is empty.
struct FieldLimits {
    double minimum = -std::numeric_limits<double>::infinity();
    double maximum = std::numeric_limits<double>::infinity();
    bool above_minimum = false;
    std::vector<std::string> choices = {};
};

template <class T>
struct Field {
    std::string key;
    std::variant<double T::*, long long T::*, bool T::*, std::string T::*, std::vector<double> T::*,
                 std::vector<std::string> T::*>
        member;
    std::string help;
    FieldLimits limits = {};
};

// Reads one value into `out`; InputError names the place and what was expected.
void read_value(const ConfigNode& node, const FieldLimits& limits, double& out);
void read_value(const ConfigNode& node, const FieldLimits& limits, long long& out);
void read_value(const ConfigNode& node, const FieldLimits& limits, bool& out);
void read_value(const ConfigNode& node, const FieldLimits& limits, std::string& out);
void read_value(const ConfigNode& node, const FieldLimits& limits, std::vector<double>& out);
void read_value(const ConfigNode& node, const FieldLimits& limits, std::vector<std::string>& out);

// A value as TOML text.
std::string value_text(double value);
std::string value_text(long long value);
std::string value_text(bool value);
std::string value_text(const std::string& value);
std::string value_text(const std::vector<double>& value);
std::string value_text(const std::vector<std::string>& value);

// "key = default   # help (choices)" for a reference.
std::string field_line(const std::string& key, const std::string& default_text, const std::string& help,
                       const FieldLimits& limits);

template <class T>
std::vector<std::string> field_keys(const std::vector<Field<T>>& fields) {
    std::vector<std::string> keys;
    for (const Field<T>& field : fields) keys.push_back(field.key);
    return keys;
}

// A setting with the value that it has, and who gave it.
struct SettingInForce {
    std::string key;    // "gpu.enabled", as --set takes it
    std::string value;  // as TOML
    std::string origin; // "config/paths.toml:3:11", "--set gpu.enabled=false"; empty: it is the default
};

// Fills `out` from `table`; keys that are absent keep their value. InputError on an unknown key or a bad
// value.
template <class T>
void read_fields(const ConfigNode& table, const std::vector<Field<T>>& fields, T& out) {
    table.refuse_unknown_keys(field_keys(fields));
    for (const Field<T>& field : fields)
        if (const ConfigNode* node = table.find(field.key))
            std::visit([&](auto member) { read_value(*node, field.limits, out.*member); }, field.member);
}

// The fields of a section, where `table` (null: it is not there) is what `values` were read from.
template <class T>
std::vector<SettingInForce> settings_in_force(const std::string& section, const ConfigNode* table,
                                              const std::vector<Field<T>>& fields, const T& values) {
    std::vector<SettingInForce> all;
    for (const Field<T>& field : fields) {
        const ConfigNode* node = table == nullptr ? nullptr : table->find(field.key);
        all.push_back({section + "." + field.key,
                       std::visit([&](auto member) { return value_text(values.*member); }, field.member),
                       node == nullptr ? "" : node->where});
    }
    return all;
}

// The fields with `values` (or the defaults) as a TOML section with comments.
template <class T>
std::string describe_fields(const std::string& section, const std::vector<Field<T>>& fields,
                            const T& values = T{}) {
    std::string text = "[" + section + "]\n";
    for (const Field<T>& field : fields)
        text += field_line(field.key,
                           std::visit([&](auto member) { return value_text(values.*member); }, field.member),
                           field.help, field.limits);
    return text;
}

} // namespace threadx
