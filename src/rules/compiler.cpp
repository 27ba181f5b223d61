#include "rules/compiler.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "base/nearest_name.hpp"
#include "market/time_text.hpp"
#include "rules/bar_source.hpp"
#include "rules/functions.hpp"
#include "rules/syntax.hpp"
#include "rules/text_arguments.hpp"

namespace threadx {
namespace {

constexpr std::size_t max_rule_length = 10'000;
constexpr double infinity = std::numeric_limits<double>::infinity();

const SeriesName* find_series(std::string_view name) {
    for (const SeriesName& series : series_names())
        if (series.name == name) return &series;
    return nullptr;
}

// How many arguments: "2", "1 or 2", "1 to 4".
std::string argument_count(const Indicator& function) {
    const std::size_t least = required_arguments(function);
    const std::size_t most = function.arguments.size();
    return least == most ? fmt::format("{}", most)
                         : fmt::format("{} {} {}", least, least + 1 == most ? "or" : "to", most);
}

// Definitions that use each other; a deeper one uses itself.
constexpr int max_definition_depth = 150;

class Compiler {
  public:
    // `depth`: of the definitions of indicators that the text is part of; 0 is a user's.
    Compiler(const BarSource& bars, const RuleNames& names, const SourceText& source, int depth = 0)
        : graph_(bars.graph()), bars_(bars), names_(names), source_(source), depth_(depth) {}

    RuleValue compile_any() { return value(parsed()); }

    RuleValue result_of(const Function& function, std::span<const NodeId> arguments) {
        return function.build != nullptr ? RuleValue(function.build(graph_, arguments))
                                         : defined(*function.description, arguments);
    }

    NodeId compile(RuleKind kind) {
        const Expression expression = parsed();
        const NodeId id = node(expression);
        const Node& root = graph_[id];
        if (root.type == ValueType::text)
            source_.fail(expression.span, "this is a text", "texts are arguments: ma(close, 20, \"ema\")");
        if (kind == RuleKind::boolean) need_boolean(expression, id, "a condition");
        if (kind == RuleKind::number || kind == RuleKind::scalar || kind == RuleKind::integer)
            need_number(expression, id, "a number");
        if ((kind == RuleKind::scalar || kind == RuleKind::integer) && root.varies)
            source_.fail(expression.span, "this varies from bar to bar",
                         "expected a value made of numbers and parameters alone");
        if (kind == RuleKind::integer && !root.integer) need_integer(expression);
        return id;
    }

  private:
    Expression parsed() const {
        if (source_.text.size() > max_rule_length)
            source_.fail({0, 1}, fmt::format("the expression is longer than {} characters", max_rule_length),
                         "split it with [let] entries");
        return parse_rule(source_);
    }

    // One value.
    NodeId node(const Expression& expression) {
        const RuleValue found = value(expression);
        if (found.several != nullptr)
            source_.fail(expression.span, fmt::format("{} has several results", signature(*found.several)),
                         fmt::format("choose one: {}", fields_of(*found.several)));
        return found.nodes[0];
    }

    // ".upper, .middle or .lower"
    static std::string fields_of(const Indicator& function) {
        std::string text;
        for (std::size_t i = 0; i < function.outputs.size(); ++i) {
            if (i > 0) text += i + 1 == function.outputs.size() ? " or " : ", ";
            text.append(".").append(function.outputs[i].name);
        }
        return text;
    }

    RuleValue value(const Expression& expression) {
        switch (expression.kind) {
        case Expression::Kind::number: return graph_.constant(expression.number);
        case Expression::Kind::boolean: return graph_.boolean(expression.number != 0.0);
        case Expression::Kind::text: return graph_.text(expression.text);
        case Expression::Kind::name: return name(expression);
        case Expression::Kind::unary: return unary(expression);
        case Expression::Kind::binary: return binary(expression);
        case Expression::Kind::subscript: return subscript(expression);
        case Expression::Kind::call: return call(expression);
        case Expression::Kind::field: return field(expression);
        case Expression::Kind::argument: break; // call() reads them
        }
        return NodeId{0};
    }

    NodeId field(const Expression& expression) {
        const Expression& whole = expression.children[0];
        const RuleValue results = value(whole);
        if (results.several == nullptr)
            source_.fail(expression.text_span, fmt::format("'.{}' of a single value", expression.text),
                         "only indicators with several results have fields");
        std::vector<std::string> known;
        for (std::size_t i = 0; i < results.nodes.size(); ++i) {
            if (results.several->outputs[i].name == expression.text) return results.nodes[i];
            known.emplace_back(results.several->outputs[i].name);
        }
        fail_unknown(expression, "field", known);
    }

    RuleValue name(const Expression& expression) {
        const auto value = names_.values.find(expression.text);
        if (value != names_.values.end()) return over_these_bars(*value);
        if (const SeriesName* series = find_series(expression.text))
            return series->build != nullptr ? series->build(bars_) : RuleValue(called(expression.text));
        if (const std::optional<Function> function = callable(expression.text))
            source_.fail(expression.span, fmt::format("'{}' is a function", expression.text),
                         fmt::format("call it: {}", signature(*function->description)));
        std::vector<std::string> known;
        for (const auto& [known_name, id] : names_.values) known.push_back(known_name);
        for (const SeriesName& series : series_names()) known.push_back(series.name);
        fail_unknown(expression, "name", known);
    }

    // What a name stands for; a let entry is compiled anew over longer bars.
    RuleValue over_these_bars(const std::pair<const std::string, RuleValue>& named) const {
        const auto written = names_.lets.find(named.first);
        if (!bars_.longer() || written == names_.lets.end()) return named.second;
        if (const auto known = bars_.lets().find(named.first); known != bars_.lets().end())
            return known->second;
        return bars_.lets()[named.first] = Compiler(bars_, names_, written->second, depth_).compile_any();
    }

    // A function with the defaults of all its arguments.
    NodeId called(std::string_view name) {
        const Function function = *find_function(name);
        std::vector<NodeId> arguments;
        for (const IndicatorArgument& argument : function.description->arguments)
            arguments.push_back(default_argument(*function.description, argument));
        return result_of(function, arguments).nodes[0];
    }

    [[noreturn]] void fail_unknown(const Expression& expression, std::string_view what,
                                   const std::vector<std::string>& known) const {
        const std::string near = nearest_name(expression.text, known);
        std::string list;
        for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
        source_.fail(expression.text_span, fmt::format("unknown {} '{}'", what, expression.text),
                     !near.empty()        ? fmt::format("did you mean '{}'?", near)
                     : what == "function" ? "threadx indicators lists them all"
                                          : fmt::format("known: {}", list));
    }

    void need_number(const Expression& expression, NodeId id, std::string_view what) const {
        if (graph_[id].type != ValueType::number)
            source_.fail(expression.span, fmt::format("expected {}, found {}", what, kind_of(graph_, id)));
    }

    void need_boolean(const Expression& expression, NodeId id, std::string_view what) const {
        if (graph_[id].type != ValueType::boolean)
            source_.fail(expression.span, fmt::format("expected {}, found {}", what, kind_of(graph_, id)),
                         "compare it with something: <, <=, >, >=, ==, != or crossover(a, b)");
    }

    [[noreturn]] void need_integer(const Expression& expression) const {
        source_.fail(expression.span, "expected a whole number",
                     "use a literal such as 20, or a parameter declared with kind = \"int\"");
    }

    // A number made of numbers and parameters, within bounds: a window's length, a number of bars ago, a
    // factor.
    NodeId scalar(const Expression& expression, const ScalarCheck& bounds, std::string_view what) {
        const NodeId id = node(expression);
        need_number(expression, id, what);
        const Node& value = graph_[id];
        if (value.varies)
            source_.fail(expression.span, fmt::format("{} varies from bar to bar", what),
                         "expected a number or a parameter");
        if (bounds.whole && !value.integer) need_integer(expression);
        if (value.op == Op::constant && !(value.value >= bounds.least))
            source_.fail(expression.span, fmt::format("{} must be at least {}", what, bounds.least),
                         bounds.whole && bounds.least == 0.0 ? "a negative one would look into the future"
                                                             : "");
        if (value.op == Op::constant && value.value > bounds.most)
            source_.fail(expression.span, fmt::format("{} must be at most {}", what, bounds.most));
        graph_.require({id, bounds.least, bounds.most, bounds.whole});
        return id;
    }

    NodeId unary(const Expression& expression) {
        const Expression& operand = expression.children[0];
        const NodeId id = node(operand);
        if (expression.text == "not") {
            need_boolean(operand, id, "a condition after 'not'");
            return graph_.unary(Op::logical_not, id);
        }
        need_number(operand, id, "a number after '-'");
        return graph_.unary(Op::negate, id);
    }

    NodeId binary(const Expression& expression) {
        struct Operator {
            std::string_view text;
            Op op;
            bool swapped;
        };
        constexpr std::array<Operator, 12> operators = {{{"+", Op::add, false},
                                                         {"-", Op::subtract, false},
                                                         {"*", Op::multiply, false},
                                                         {"/", Op::divide, false},
                                                         {"<", Op::less, false},
                                                         {"<=", Op::less_equal, false},
                                                         {">", Op::less, true},
                                                         {">=", Op::less_equal, true},
                                                         {"==", Op::equal, false},
                                                         {"!=", Op::not_equal, false},
                                                         {"and", Op::logical_and, false},
                                                         {"or", Op::logical_or, false}}};
        const auto* const found =
            std::find_if(operators.begin(), operators.end(),
                         [&](const Operator& candidate) { return candidate.text == expression.text; });
        const Expression& left = expression.children[0];
        const Expression& right = expression.children[1];
        const NodeId a = node(left);
        const NodeId b = node(right);
        if (graph_[a].type == ValueType::text && graph_[b].type == ValueType::text &&
            (found->op == Op::equal || found->op == Op::not_equal))
            return graph_.boolean((a == b) == (found->op == Op::equal));
        const bool logical = found->op == Op::logical_and || found->op == Op::logical_or;
        const std::string beside =
            fmt::format("{} beside '{}'", logical ? "a condition" : "a number", expression.text);
        for (const auto& [side, id] : {std::pair{&left, a}, std::pair{&right, b}}) {
            if (logical)
                need_boolean(*side, id, beside);
            else
                need_number(*side, id, beside);
        }
        return found->swapped ? graph_.binary(found->op, b, a) : graph_.binary(found->op, a, b);
    }

    NodeId subscript(const Expression& expression) {
        const NodeId x = node(expression.children[0]);
        if (graph_[x].type == ValueType::text)
            source_.fail(expression.children[0].span, "a text is the same at each bar");
        const NodeId bars =
            scalar(expression.children[1], {0, 0.0, infinity, true}, "the number of bars ago");
        return graph_.shift(x, bars);
    }

    // The functions that the text may call: hidden ones only inside of definitions.
    std::optional<Function> callable(std::string_view name) const {
        const std::optional<Function> found = find_function(name);
        return found && found->description->hidden && depth_ == 0 ? std::nullopt : found;
    }

    RuleValue call(const Expression& expression) {
        const std::optional<Function> found = callable(expression.text);
        if (!found) {
            if (names_.values.contains(expression.text) || find_series(expression.text) != nullptr)
                source_.fail(expression.text_span, fmt::format("'{}' is no function", expression.text),
                             fmt::format("to look back, write {}[1]", expression.text));
            std::vector<std::string> known;
            for (const Function& each : functions()) known.emplace_back(each.description->name);
            fail_unknown(expression, "function", known);
        }
        if (depth_ > 0 && expression.text == "iff")
            if (const Expression* taken = known_choice(expression)) return value(*taken);
        const Indicator& function = *found->description;
        const std::vector<const Expression*> given = matched_arguments(function, expression);
        std::vector<NodeId> arguments;
        for (std::size_t i = 0; i < given.size(); ++i) {
            const IndicatorArgument& expected = function.arguments[i];
            if (expected.kind == ArgumentKind::longer) return over_longer_bars(arguments[0], *given[i]);
            arguments.push_back(given[i] != nullptr ? argument(function, expected, *given[i])
                                                    : default_argument(function, expected));
        }
        return result_of(*found, arguments);
    }

    // In a definition, what iff() gives if its condition is known already; null if not. The other is not
    // compiled.
    const Expression* known_choice(const Expression& iff) {
        const NodeId condition = node(iff.children[0]);
        need_boolean(iff.children[0], condition, "a condition");
        if (graph_[condition].op != Op::constant) return nullptr;
        return &iff.children[graph_[condition].value != 0.0 ? 1 : 2];
    }

    // htf(period, x): x over longer bars, each of its results brought back to these.
    RuleValue over_longer_bars(NodeId period, const Expression& given) {
        const BarSource longer(bars_, nanoseconds_of(graph_, period));
        RuleValue results = Compiler(longer, names_, source_, depth_).value(given);
        for (NodeId& node : results.nodes) {
            if (graph_[node].type == ValueType::text)
                source_.fail(given.span, "expected a value of longer bars, found a text");
            node = longer.unpacked(node);
        }
        return results;
    }

    static bool makes_longer_bars(const Indicator& function) {
        return std::any_of(
            function.arguments.begin(), function.arguments.end(),
            [](const IndicatorArgument& argument) { return argument.kind == ArgumentKind::longer; });
    }

    // Longer bars are made of whole ones.
    void check_longer(const Expression& given, std::int64_t period) {
        if (!bars_.longer())
            graph_.note_period({period, source_, given.span}); // the data's own are not known yet
        else if (period % bars_.period() != 0)
            source_.fail(given.span,
                         fmt::format("bars of {} cannot be made of bars of {}", duration_text(period),
                                     duration_text(bars_.period())),
                         "inside of htf() a further one takes a whole multiple of its period");
    }

    // What was given for each argument, by place or by name; null where nothing was.
    std::vector<const Expression*> matched_arguments(const Indicator& function,
                                                     const Expression& expression) const {
        std::vector<const Expression*> out(function.arguments.size(), nullptr);
        const auto wrong_count = [&] {
            source_.fail(expression.span,
                         fmt::format("{} takes {} argument{}, not {}", function.name,
                                     argument_count(function), function.arguments.size() == 1 ? "" : "s",
                                     expression.children.size()),
                         fmt::format("{}: {}", signature(function), function.help));
        };
        bool named = false;
        for (std::size_t i = 0; i < expression.children.size(); ++i) {
            const Expression& child = expression.children[i];
            std::size_t place = i;
            if (child.kind == Expression::Kind::argument) {
                named = true;
                place = argument_named(function, child);
                if (out[place] != nullptr)
                    source_.fail(child.span, fmt::format("'{}' is given twice", child.text));
            } else if (named) {
                source_.fail(child.span, "an argument without a name after one with a name");
            }
            if (place >= out.size()) wrong_count();
            out[place] = child.kind == Expression::Kind::argument ? child.children.data() : &child;
        }
        for (std::size_t i = 0; i < required_arguments(function); ++i)
            if (out[i] == nullptr) wrong_count();
        return out;
    }

    std::size_t argument_named(const Indicator& function, const Expression& child) const {
        std::vector<std::string> known;
        for (std::size_t i = 0; i < function.arguments.size(); ++i) {
            if (function.arguments[i].name == child.text) return i;
            known.emplace_back(function.arguments[i].name);
        }
        fail_unknown(child, fmt::format("argument of {}", function.name), known);
    }

    NodeId argument(const Indicator& function, const IndicatorArgument& expected, const Expression& given) {
        const std::string what = fmt::format("the {} of {}", expected.name, signature(function));
        const ScalarCheck bounds = {0, expected.least, expected.most, expected.kind == ArgumentKind::length};
        if (expected.kind == ArgumentKind::length || expected.kind == ArgumentKind::scalar)
            return scalar(given, bounds, what);
        if (expected.kind == ArgumentKind::number) {
            const NodeId number = scalar(given, bounds, what);
            if (graph_[number].op != Op::constant)
                source_.fail(given.span, fmt::format("{} must be a number", what),
                             "no parameter can be chosen here");
            return number;
        }
        const NodeId id = node(given);
        const GivenArgument checked = {function, expected, source_, given.span, id};
        if (expected.kind == ArgumentKind::choice) {
            check_choice(graph_, checked);
            return id;
        }
        if (expected.kind == ArgumentKind::duration) {
            check_duration(graph_, checked);
            if (makes_longer_bars(function)) check_longer(given, nanoseconds_of(graph_, id));
            return id;
        }
        if (expected.kind == ArgumentKind::condition)
            need_boolean(given, id, fmt::format("a condition for {}", what));
        else
            need_number(given, id, fmt::format("a number in {}", signature(function)));
        return id;
    }

    NodeId default_argument(const Indicator& function, const IndicatorArgument& expected) {
        const SourceText text{std::string(expected.default_text), std::string(function.name),
                              fmt::format("the default of {}", expected.name)};
        return Compiler(bars_, {}, text, depth_ + 1).compile_any().nodes[0];
    }

    // An indicator's definition, with these arguments.
    RuleValue defined(const Indicator& function, std::span<const NodeId> arguments) {
        if (depth_ == max_definition_depth)
            throw std::logic_error(fmt::format("the definition of {} uses itself", function.name));
        RuleNames names;
        const auto compiled = [&](std::string_view text, std::string_view part) {
            const SourceText source{std::string(text), fmt::format("indicator {}", function.name),
                                    std::string(part)};
            return Compiler(bars_, names, source, depth_ + 1).compile_any();
        };
        for (std::size_t i = 0; i < arguments.size(); ++i)
            names.values[std::string(function.arguments[i].name)] = arguments[i];
        for (const auto& [name, text] : function.lets) names.values[std::string(name)] = compiled(text, name);
        RuleValue results;
        NodeId kernel = 0;
        if (function.kernel >= 0) {
            std::vector<NodeId> series, scalars;
            for (const std::string_view text : function.series)
                series.push_back(compiled(text, "series").nodes[0]);
            for (const std::string_view text : function.scalars) {
                const NodeId id = compiled(text, "scalars").nodes[0];
                scalars.push_back(graph_[id].type == ValueType::text ? milliseconds_of(graph_, id) : id);
            }
            kernel = graph_.kernel(function.kernel, series, scalars);
        }
        for (std::size_t i = 0; i < function.outputs.size(); ++i) {
            const auto& [name, text] = function.outputs[i];
            results.nodes.push_back(text.empty() ? graph_.output(kernel, static_cast<int>(i))
                                                 : compiled(text, name).nodes[0]);
        }
        if (results.nodes.size() > 1) results.several = &function;
        for (std::size_t i = 0; i < results.nodes.size(); ++i)
            graph_.describe_as_call(results.nodes[i], function.name, arguments,
                                    results.several != nullptr ? function.outputs[i].name : "");
        return results;
    }

    Graph& graph_;
    const BarSource& bars_;
    const RuleNames& names_;
    const SourceText& source_;
    int depth_;
};

} // namespace

NodeId compile_rule(Graph& graph, const RuleNames& names, const SourceText& source, RuleKind kind) {
    return Compiler(BarSource(graph), names, source).compile(kind);
}

RuleValue compile_value(Graph& graph, const RuleNames& names, const SourceText& source) {
    return Compiler(BarSource(graph), names, source).compile_any();
}

NodeId compile_definition(Graph& graph, const std::string& text) {
    return Compiler(BarSource(graph), {}, {text, "definition", "the expression"}, 1).compile(RuleKind::any);
}

RuleValue call_function(Graph& graph, std::string_view name, std::span<const NodeId> arguments) {
    const std::optional<Function> function = find_function(name);
    if (!function) throw std::invalid_argument(fmt::format("there is no function {}", name));
    return Compiler(BarSource(graph), {}, {"", "", ""}).result_of(*function, arguments);
}

std::string reserved_name_reason(const std::string& name) {
    if (find_series(name) != nullptr) return fmt::format("'{}' is a series of the rule language", name);
    constexpr std::array<std::string_view, 5> words = {"and", "or", "not", "true", "false"};
    if (std::count(words.begin(), words.end(), name) > 0)
        return fmt::format("'{}' is a word of the rule language", name);
    const bool well_formed = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
                             std::all_of(name.begin(), name.end(), [](char c) {
                                 return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
                             });
    if (!well_formed) return fmt::format("'{}' is no name: use letters, digits and '_'", name);
    return "";
}

} // namespace threadx
