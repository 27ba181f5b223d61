#include "rules/text_arguments.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/nearest_name.hpp"
#include "market/time_text.hpp"
#include "rules/functions.hpp"

namespace threadx {
namespace {

void need_text(const Graph& graph, const GivenArgument& given, std::string_view what, std::string_view hint) {
    if (graph[given.node].type == ValueType::text) return;
    given.source.fail(given.span,
                      fmt::format("expected {} for the {} of {}, found {}", what, given.expected.name,
                                  signature(given.function), kind_of(graph, given.node)),
                      hint);
}

} // namespace

std::string_view kind_of(const Graph& graph, NodeId node) {
    const ValueType type = graph[node].type;
    return type == ValueType::number ? "a number" : type == ValueType::text ? "a text" : "a condition";
}

void check_choice(const Graph& graph, const GivenArgument& given) {
    const std::vector<std::string> known(given.expected.choices.begin(), given.expected.choices.end());
    const std::string all = fmt::format("one of: \"{}\"", fmt::join(known, "\", \""));
    need_text(graph, given, "a text", all);
    const std::string& text = graph.text_of(given.node);
    if (std::find(known.begin(), known.end(), text) != known.end()) return;
    const std::string near = nearest_name(text, known);
    given.source.fail(given.span,
                      fmt::format("unknown {} '{}' of {}", given.expected.name, text, given.function.name),
                      near.empty() ? all : fmt::format("did you mean \"{}\"?", near));
}

void check_duration(const Graph& graph, const GivenArgument& given) {
    constexpr std::string_view hint = "write for example \"15m\", \"4h\", \"1d\" or \"1w\"";
    need_text(graph, given, "a length of time", hint);
    const std::string& text = graph.text_of(given.node);
    if (text.empty() && given.expected.default_text == "\"\"") return;
    const std::optional<std::int64_t> period = parse_duration(text);
    if (!period) given.source.fail(given.span, fmt::format("'{}' is no length of time", text), hint);
    if (*period <= 0 || *period % nanoseconds_per_millisecond != 0)
        given.source.fail(given.span, fmt::format("{} is no whole number of milliseconds above 0", text),
                          hint);
}

std::int64_t nanoseconds_of(const Graph& graph, NodeId duration) {
    return parse_duration(graph.text_of(duration)).value_or(0);
}

NodeId milliseconds_of(Graph& graph, NodeId duration) {
    const std::int64_t whole = nanoseconds_of(graph, duration) / nanoseconds_per_millisecond;
    return graph.constant(static_cast<double>(whole));
}

} // namespace threadx
