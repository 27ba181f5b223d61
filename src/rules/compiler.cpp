#include "rules/compiler.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "base/nearest_name.hpp"
#include "rules/functions.hpp"
#include "rules/syntax.hpp"

namespace threadx {
namespace {

constexpr std::size_t max_rule_length = 10'000;

const Function* find_function(std::string_view name) {
    for (const Function& function : functions())
        if (function.name == name) return &function;
    return nullptr;
}

const SeriesName* find_series(std::string_view name) {
    for (const SeriesName& series : series_names())
        if (series.name == name) return &series;
    return nullptr;
}

// "2", or "1 or 2" where the last may be left out.
std::string argument_count(const Function& function) {
    const std::size_t most = function.arguments.size();
    return function.required == most ? fmt::format("{}", most)
                                     : fmt::format("{} or {}", function.required, most);
}

class Compiler {
  public:
    Compiler(Graph& graph, const RuleNames& names, const SourceText& source)
        : graph_(graph), names_(names), source_(source) {}

    NodeId compile(RuleKind kind) {
        if (source_.text.size() > max_rule_length)
            source_.fail({0, 1}, fmt::format("the expression is longer than {} characters", max_rule_length),
                         "split it with [let] entries");
        const Expression expression = parse_rule(source_);
        const NodeId id = node(expression);
        const Node& root = graph_[id];
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
    NodeId node(const Expression& expression) {
        switch (expression.kind) {
        case Expression::Kind::number: return graph_.constant(expression.number);
        case Expression::Kind::boolean: return graph_.boolean(expression.number != 0.0);
        case Expression::Kind::name: return name(expression);
        case Expression::Kind::unary: return unary(expression);
        case Expression::Kind::binary: return binary(expression);
        case Expression::Kind::subscript: return subscript(expression);
        case Expression::Kind::call: return call(expression);
        }
        return 0;
    }

    NodeId name(const Expression& expression) {
        const auto value = names_.values.find(expression.text);
        if (value != names_.values.end()) return value->second;
        if (const SeriesName* series = find_series(expression.text)) return series->build(graph_);
        if (const Function* function = find_function(expression.text))
            source_.fail(expression.span, fmt::format("'{}' is a function", expression.text),
                         fmt::format("call it: {}", function->signature));
        std::vector<std::string> known;
        for (const auto& [known_name, id] : names_.values) known.push_back(known_name);
        for (const SeriesName& series : series_names()) known.push_back(series.name);
        fail_unknown(expression, "name", known);
    }

    [[noreturn]] void fail_unknown(const Expression& expression, std::string_view what,
                                   const std::vector<std::string>& known) const {
        const std::string near = nearest_name(expression.text, known);
        std::string list;
        for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
        source_.fail(expression.text_span, fmt::format("unknown {} '{}'", what, expression.text),
                     near.empty() ? fmt::format("known: {}", list) : fmt::format("did you mean '{}'?", near));
    }

    void need_number(const Expression& expression, NodeId id, std::string_view what) const {
        if (graph_[id].type != ValueType::number)
            source_.fail(expression.span, fmt::format("expected {}, found a condition", what));
    }

    void need_boolean(const Expression& expression, NodeId id, std::string_view what) const {
        if (graph_[id].type != ValueType::boolean)
            source_.fail(expression.span, fmt::format("expected {}, found a number", what),
                         "compare it with something: <, <=, >, >=, ==, != or crossover(a, b)");
    }

    [[noreturn]] void need_integer(const Expression& expression) const {
        source_.fail(expression.span, "expected a whole number",
                     "use a literal such as 20, or a parameter declared with kind = \"int\"");
    }

    // A window length or a number of bars ago: a whole scalar of at least `least`.
    NodeId whole_scalar(const Expression& expression, double least, std::string_view what) {
        const NodeId id = node(expression);
        need_number(expression, id, what);
        const Node& value = graph_[id];
        if (value.varies)
            source_.fail(expression.span, fmt::format("{} varies from bar to bar", what),
                         "expected a number or a parameter");
        if (!value.integer) need_integer(expression);
        if (value.op == Op::constant && value.value < least)
            source_.fail(expression.span, fmt::format("{} must be at least {}", what, least),
                         least == 0.0 ? "a negative one would look into the future" : "");
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
        const NodeId bars = whole_scalar(expression.children[1], 0.0, "the number of bars ago");
        return graph_.shift(x, bars);
    }

    NodeId call(const Expression& expression) {
        const Function* function = find_function(expression.text);
        if (function == nullptr) {
            if (names_.values.contains(expression.text) || find_series(expression.text) != nullptr)
                source_.fail(expression.text_span, fmt::format("'{}' is no function", expression.text),
                             fmt::format("to look back, write {}[1]", expression.text));
            std::vector<std::string> known;
            for (const Function& each : functions()) known.push_back(each.name);
            fail_unknown(expression, "function", known);
        }
        const std::size_t given = expression.children.size();
        if (given < function->required || given > function->arguments.size())
            source_.fail(expression.span,
                         fmt::format("{} takes {} argument{}, not {}", function->name,
                                     argument_count(*function), function->arguments.size() == 1 ? "" : "s",
                                     given),
                         fmt::format("{}: {}", function->signature, function->help));
        std::vector<NodeId> arguments;
        for (std::size_t i = 0; i < given; ++i) {
            const Expression& child = expression.children[i];
            if (function->arguments[i] == ArgumentKind::length) {
                arguments.push_back(
                    whole_scalar(child, 1.0, fmt::format("the length of {}", function->signature)));
            } else {
                arguments.push_back(node(child));
                need_number(child, arguments.back(), fmt::format("a number in {}", function->signature));
            }
        }
        return function->build(graph_, arguments);
    }

    Graph& graph_;
    const RuleNames& names_;
    const SourceText& source_;
};

} // namespace

NodeId compile_rule(Graph& graph, const RuleNames& names, const SourceText& source, RuleKind kind) {
    return Compiler(graph, names, source).compile(kind);
}

std::string reserved_name_reason(const std::string& name) {
    if (find_series(name) != nullptr) return fmt::format("'{}' is a series of the rule language", name);
    if (find_function(name) != nullptr) return fmt::format("'{}' is a function of the rule language", name);
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
