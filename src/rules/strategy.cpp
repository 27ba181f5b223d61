#include "rules/strategy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/fields.hpp"
#include "base/number_text.hpp"
#include "base/toml_config.hpp"
#include "rules/compiler.hpp"

namespace threadx {
namespace {

// Where the first character of a quoted TOML value stands: one column after the quote.
std::string inside_quotes(const std::string& where) {
    const std::size_t colon = where.rfind(':');
    if (colon == std::string::npos) return where;
    const auto column = parse_integer(std::string_view(where).substr(colon + 1));
    return column ? fmt::format("{}:{}", where.substr(0, colon), *column + 1) : where;
}

Parameter read_parameter(const std::string& name, const ConfigNode& node) {
    struct Entry {
        double default_value = std::numeric_limits<double>::quiet_NaN();
        double minimum = -std::numeric_limits<double>::infinity();
        double maximum = std::numeric_limits<double>::infinity();
        std::string kind = "float";
        std::string description;
    };
    static const std::vector<Field<Entry>> fields = {
        {"default", &Entry::default_value, "value where none is given"},
        {"min", &Entry::minimum, "least sensible value"},
        {"max", &Entry::maximum, "greatest sensible value"},
        {"kind", &Entry::kind, "what values it takes", {.choices = {"float", "int"}}},
        {"description", &Entry::description, "what it does"}};
    if (const std::string reason = reserved_name_reason(name); !reason.empty()) node.fail(reason);
    Entry entry;
    if (node.is_number())
        entry.default_value = node.number();
    else
        read_fields(node, fields, entry);
    if (std::isnan(entry.default_value)) node.fail(fmt::format("parameter '{}' has no default", name));
    Parameter out{name,          entry.default_value, entry.minimum,
                  entry.maximum, entry.kind == "int", entry.description};
    if (!std::isfinite(out.default_value)) node.fail("the default must be finite");
    if (!(out.minimum <= out.maximum)) node.fail("min is above max");
    if (out.default_value < out.minimum || out.default_value > out.maximum)
        node.fail(fmt::format("the default {} lies outside {} to {}", shortest_text(out.default_value),
                              shortest_text(out.minimum), shortest_text(out.maximum)));
    if (out.integer && out.default_value != std::floor(out.default_value))
        node.fail(fmt::format("the default of a kind = \"int\" parameter must be whole, found {}",
                              shortest_text(out.default_value)));
    return out;
}

class StrategyReader {
  public:
    explicit StrategyReader(const ConfigNode& root) : root_(root) {}

    Strategy read(const std::string& file_name) {
        root_.refuse_unknown_keys({"name", "description", "params", "let", "rules", "risk"});
        out_.name = std::filesystem::path(file_name).stem().string();
        if (const ConfigNode* node = root_.find("name")) out_.name = node->text();
        if (const ConfigNode* node = root_.find("description")) out_.description = node->text();
        if (const ConfigNode* node = root_.find("params")) read_parameters(*node);
        if (const ConfigNode* node = root_.find("let")) read_lets(*node);
        read_rules();
        read_risk();
        out_.uses_volume = out_.graph.fields_used()[static_cast<std::size_t>(BarField::volume)];
        return std::move(out_);
    }

  private:
    void read_parameters(const ConfigNode& table) {
        if (table.entries().size() > max_parameters)
            table.fail(fmt::format("a strategy can have {} parameters at most", max_parameters));
        for (const auto& [name, node] : table.entries()) {
            const int index = static_cast<int>(out_.parameters.size());
            out_.parameters.push_back(read_parameter(name, node));
            names_.values[name] = out_.graph.parameter(index, out_.parameters.back().integer);
        }
    }

    void read_lets(const ConfigNode& table) {
        for (const auto& [name, node] : table.entries()) {
            if (const std::string reason = reserved_name_reason(name); !reason.empty()) node.fail(reason);
            if (names_.values.contains(name)) node.fail(fmt::format("'{}' is already a parameter", name));
            const SourceText source = source_of(node, "let " + name);
            names_.values[name] = compile_value(out_.graph, names_, source);
            names_.lets[name] = source;
        }
    }

    NodeId rule(const ConfigNode& node, const std::string& label, RuleKind kind) {
        return compile_rule(out_.graph, names_, source_of(node, label), kind);
    }

    // An expression in quotes, or a bare number or truth value.
    static SourceText source_of(const ConfigNode& node, const std::string& label) {
        SourceText source{"", node.where, label};
        if (node.is_number())
            source.text = shortest_text(node.number());
        else if (node.kind == ConfigNode::Kind::boolean)
            source.text = node.boolean() ? "true" : "false";
        else {
            source.text = node.text();
            source.where = inside_quotes(node.where);
        }
        return source;
    }

    void read_rules() {
        const ConfigNode* table = root_.find("rules");
        if (table == nullptr) root_.fail("a strategy needs a [rules] section with enter_long or enter_short");
        table->refuse_unknown_keys({signal_names.begin(), signal_names.end()});
        for (std::size_t i = 0; i < signal_names.size(); ++i)
            if (const ConfigNode* node = table->find(signal_names[i]))
                out_.signals[i] = rule(*node, std::string(signal_names[i]), RuleKind::boolean);
        if (!out_.signals[0] && !out_.signals[2])
            table->fail("the rules never enter: give enter_long or enter_short");
    }

    void read_risk() {
        out_.size = out_.one = out_.graph.constant(1.0);
        out_.max_hold = out_.graph.constant(0.0);
        out_.spacing = out_.graph.constant(0.0);
        const ConfigNode* table = root_.find("risk");
        if (table == nullptr) return;
        table->refuse_unknown_keys(
            {"stop_distance", "target_distance", "trailing", "size", "max_hold", "spacing", "reverse"});
        if (const ConfigNode* node = table->find("stop_distance"))
            out_.stop_distance = rule(*node, "stop_distance", RuleKind::number);
        if (const ConfigNode* node = table->find("target_distance"))
            out_.target_distance = rule(*node, "target_distance", RuleKind::number);
        if (const ConfigNode* node = table->find("trailing")) {
            out_.trailing = node->boolean();
            if (out_.trailing && !out_.stop_distance)
                node->fail("trailing = true needs a stop_distance to trail by");
        }
        if (const ConfigNode* node = table->find("reverse")) out_.reverse = node->boolean();
        if (const ConfigNode* node = table->find("max_hold")) out_.max_hold = bars(*node, "max_hold");
        if (const ConfigNode* node = table->find("spacing")) out_.spacing = bars(*node, "spacing");
        if (const ConfigNode* node = table->find("size")) read_size(*node);
    }

    NodeId bars(const ConfigNode& node, const std::string& label) {
        const NodeId id = rule(node, label, RuleKind::integer);
        const Node& value = out_.graph[id];
        if (value.op == Op::constant && value.value < 0.0)
            node.fail(fmt::format("{} is a number of bars, 0 for none; found {}", label,
                                  shortest_text(value.value)));
        return id;
    }

    void read_size(const ConfigNode& node) {
        const std::vector<std::string> kinds{size_names.begin(), size_names.end()};
        node.refuse_unknown_keys(kinds);
        if (node.entries().size() != 1)
            node.fail(
                fmt::format("size takes one of: {}; for example {{ equity = 1.0 }}", fmt::join(kinds, ", ")));
        const auto& [kind, value] = node.entries().front();
        out_.size_kind = static_cast<SizeKind>(std::find(kinds.begin(), kinds.end(), kind) - kinds.begin());
        out_.size = rule(value, "size", RuleKind::scalar);
        const Node& size = out_.graph[out_.size];
        if (size.op == Op::constant && !(size.value > 0.0)) value.fail("size must be above 0");
        if (out_.size_kind == SizeKind::risk && !out_.stop_distance)
            node.fail("size = { risk = ... } needs a stop_distance: the risk is what is lost at the stop");
    }

    const ConfigNode& root_;
    RuleNames names_;
    Strategy out_;
};

} // namespace

std::vector<std::string> Strategy::parameter_names() const {
    std::vector<std::string> names;
    for (const Parameter& parameter : parameters) names.push_back(parameter.name);
    return names;
}

std::vector<double> Strategy::defaults() const {
    std::vector<double> values;
    for (const Parameter& parameter : parameters) values.push_back(parameter.default_value);
    return values;
}

Strategy parse_strategy(std::string_view text, const std::string& name) {
    const ConfigNode root = ConfigNode::parse(text, name);
    return StrategyReader(root).read(name);
}

NodeId parse_expression(Graph& graph, const std::string& text) {
    return compile_rule(graph, {}, {text, "EXPR:1:1", "the expression"}, RuleKind::any);
}

} // namespace threadx
