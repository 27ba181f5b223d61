// `threadx indicators`: the series and functions of the rule language, as a list, one in full, JSON, or the
// page docs/INDICATORS.md.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/nearest_name.hpp"
#include "base/number_text.hpp"
#include "cli/commands.hpp"
#include "rules/functions.hpp"

namespace threadx {
namespace {

using Json = nlohmann::ordered_json;

// As they are shown: what a trader looks for first comes first. A group that is not named here comes last.
constexpr std::string_view group_order[] = {"language", "overlap", "momentum", "volatility",
                                            "volume",   "price",   "extremes", "statistics",
                                            "cycle",    "pattern", "time",     "math"};

std::string_view kind_name(ArgumentKind kind) {
    switch (kind) {
    case ArgumentKind::series: return "series";
    case ArgumentKind::condition: return "condition";
    case ArgumentKind::length: return "length";
    case ArgumentKind::scalar: return "scalar";
    case ArgumentKind::number: return "number";
    case ArgumentKind::choice: return "choice";
    case ArgumentKind::duration: return "duration";
    case ArgumentKind::longer: return "expression";
    }
    return "";
}

// "", " (1 to 500)", " (0 or more)", " of "sma", "ema""
std::string range_text(const IndicatorArgument& argument) {
    if (!argument.choices.empty()) return fmt::format(" of \"{}\"", fmt::join(argument.choices, "\", \""));
    const bool from = std::isfinite(argument.least);
    const bool to = std::isfinite(argument.most);
    if (from && to)
        return fmt::format(" ({} to {})", shortest_text(argument.least), shortest_text(argument.most));
    if (from) return fmt::format(" ({} or more)", shortest_text(argument.least));
    return to ? fmt::format(" (at most {})", shortest_text(argument.most)) : "";
}

Json json_of(const Indicator& function) {
    Json out = {{"name", function.name},           {"signature", signature(function)},
                {"help", function.help},           {"kind", "function"},
                {"group", function.group},         {"source", function.source},
                {"undefined", function.undefined}, {"tolerance", function.tolerance},
                {"arguments", Json::array()},      {"outputs", Json::array()}};
    if (!function.talib.empty()) out["talib"] = function.talib;
    for (const IndicatorArgument& argument : function.arguments) {
        Json each = {{"name", argument.name}, {"kind", kind_name(argument.kind)}};
        if (!argument.default_text.empty()) each["default"] = argument.default_text;
        if (std::isfinite(argument.least)) each["least"] = argument.least;
        if (std::isfinite(argument.most)) each["most"] = argument.most;
        for (const std::string_view choice : argument.choices) each["choices"].push_back(choice);
        if (!argument.help.empty()) each["help"] = argument.help;
        out["arguments"].push_back(each);
    }
    for (const NamedExpression& output : function.outputs) out["outputs"].push_back(output.name);
    return out;
}

std::string outputs_text(const Indicator& function, std::string_view separator) {
    std::string text;
    if (function.outputs.size() > 1)
        for (const NamedExpression& output : function.outputs)
            text.append(text.empty() ? "" : separator).append(".").append(output.name);
    return text;
}

// All about one.
void print_one(const Indicator& function) {
    fmt::print("{}\n    {}\n", signature(function), function.help);
    for (const IndicatorArgument& argument : function.arguments)
        fmt::print("    {}: {}{}{}{}\n", argument.name, kind_name(argument.kind), range_text(argument),
                   argument.default_text.empty() ? ""
                                                 : fmt::format(", {} if left out", argument.default_text),
                   argument.help.empty() ? "" : fmt::format("; {}", argument.help));
    if (function.outputs.size() > 1) fmt::print("    results: {}\n", outputs_text(function, ", "));
    fmt::print("    undefined at the start: {} bars\n    source: {}\n", function.undefined, function.source);
    if (!function.talib.empty()) fmt::print("    TA-Lib: {}\n", function.talib);
}

std::map<std::size_t, std::vector<Function>> by_group() {
    std::map<std::size_t, std::vector<Function>> groups;
    for (const Function& function : functions())
        groups[static_cast<std::size_t>(
                   std::find(std::begin(group_order), std::end(group_order), function.description->group) -
                   std::begin(group_order))]
            .push_back(function);
    return groups;
}

void print_list() {
    fmt::print("series\n");
    for (const SeriesName& series : series_names()) fmt::print("  {:<18} {}\n", series.name, series.help);
    for (const auto& [place, group] : by_group()) {
        fmt::print("{}\n", group.front().description->group);
        for (const Function& function : group)
            fmt::print("  {:<18} {}\n", signature(*function.description), function.description->help);
    }
    fmt::print("\nAll about one: threadx indicators NAME\n");
}

// A cell of a table.
std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '|') out += '\\';
        out += c;
    }
    return out;
}

void print_markdown() {
    fmt::print(
        "# Indicators\n\nMade by `threadx indicators --markdown` from the files of src/indicators: "
        "the series and "
        "functions of the rule\nlanguage. `name = value` is what an argument is if it is left out; "
        "arguments may be "
        "given by name. An indicator with\nseveral results is followed by one of its fields, as in "
        "`macd(close).hist`. Texts are written as `\"ema\"` or `'ema'`.\n\n## Series\n\n| | |\n|---|---|\n");
    for (const SeriesName& series : series_names())
        fmt::print("| `{}` | {} |\n", series.name, cell(series.help));
    for (const auto& [place, group] : by_group()) {
        fmt::print("\n## {}\n\n| | | undefined bars | source |\n|---|---|---|---|\n",
                   group.front().description->group);
        for (const Function& function : group) {
            const Indicator& each = *function.description;
            const std::string outputs = outputs_text(each, "`, `");
            fmt::print("| `{}`{} | {} | {} | {} |\n", signature(each),
                       outputs.empty() ? "" : ": `" + outputs + "`", cell(each.help), cell(each.undefined),
                       cell(each.source));
        }
    }
}

} // namespace

int indicators_command(const IndicatorsOptions& options) {
    if (!options.name.empty()) {
        const std::optional<Function> function = find_function(options.name);
        if (!function || function->description->hidden) {
            std::vector<std::string> names;
            for (const Function& each : functions()) names.emplace_back(each.description->name);
            throw InputError(
                fmt::format("there is no indicator '{}'{}", options.name, suggestion(options.name, names)));
        }
        if (options.json)
            fmt::print("{}\n", json_of(*function->description).dump(2));
        else
            print_one(*function->description);
    } else if (options.json) {
        Json list = Json::array();
        for (const SeriesName& series : series_names())
            list.push_back({{"name", series.name},
                            {"signature", series.name},
                            {"help", series.help},
                            {"kind", "series"}});
        for (const Function& function : functions()) list.push_back(json_of(*function.description));
        fmt::print("{}\n", list.dump(2));
    } else if (options.markdown) {
        print_markdown();
    } else {
        print_list();
    }
    return exit_done;
}

} // namespace threadx
