#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "rules/lexer.hpp"
#include "rules/syntax.hpp"

namespace threadx {
namespace {

constexpr int max_depth = 200;   // deeper nesting is no rule that a person wrote
constexpr int max_height = 1000; // of the tree, which a chain such as a + a + ... makes as high as it is long

class Parser {
  public:
    explicit Parser(const SourceText& source) : source_(source), tokens_(tokenize(source)) {}

    Expression parse() {
        if (peek().kind == TokenKind::end) source_.fail(peek().span, "the expression is empty");
        Expression expression = disjunction();
        if (peek().kind != TokenKind::end) {
            if (is_comparison(peek())) fail_here("one comparison at a time", "join comparisons with 'and'");
            fail_here(fmt::format("unexpected '{}'", peek().text),
                      peek().is("=") ? "to compare, write '=='"
                                     : "expected an operator or the end of the expression");
        }
        return expression;
    }

  private:
    const Token& peek() const { return tokens_[at_]; }
    const Token& take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }

    bool accept(std::string_view text) {
        if (!peek().is(text)) return false;
        take();
        return true;
    }

    [[noreturn]] void fail_here(std::string_view message, std::string_view hint = "") const {
        source_.fail(peek().span, message, hint);
    }

    void expect(std::string_view symbol, std::string_view hint) {
        if (accept(symbol)) return;
        if (peek().kind == TokenKind::end)
            fail_here(fmt::format("expected '{}' before the end", symbol), hint);
        fail_here(fmt::format("expected '{}', found '{}'", symbol, peek().text), hint);
    }

    static bool is_comparison(const Token& token) {
        constexpr std::array<std::string_view, 6> operators = {"<", "<=", ">", ">=", "==", "!="};
        return std::any_of(operators.begin(), operators.end(),
                           [&](std::string_view op) { return token.is(op); });
    }

    // The expression, whose children are complete. What reads the tree is recursive, so its height is bounded
    // here.
    Expression measured(Expression expression) const {
        for (const Expression& child : expression.children)
            expression.height = std::max(expression.height, child.height + 1);
        if (expression.height > max_height)
            source_.fail(expression.text_span,
                         "the expression is nested too deeply: too many operations in a row",
                         "split it with [let] entries");
        return expression;
    }

    Expression binary(Expression left, const Token& op, Expression right) const {
        Expression out;
        out.kind = Expression::Kind::binary;
        out.text = op.text;
        out.text_span = op.span;
        out.span = {left.span.begin, right.span.end};
        out.children.push_back(std::move(left));
        out.children.push_back(std::move(right));
        return measured(std::move(out));
    }

    template <class Operand>
    Expression left_associative(Operand operand, std::string_view first, std::string_view second) {
        Expression left = operand();
        while (peek().is(first) || peek().is(second)) {
            const Token op = take();
            left = binary(std::move(left), op, operand());
        }
        return left;
    }

    Expression disjunction() {
        return left_associative([this] { return conjunction(); }, "or", "or");
    }

    Expression conjunction() {
        return left_associative([this] { return negation(); }, "and", "and");
    }

    Expression unary(const Token& op, Expression operand) const {
        Expression out;
        out.kind = Expression::Kind::unary;
        out.text = op.text;
        out.text_span = op.span;
        out.span = {op.span.begin, operand.span.end};
        out.children.push_back(std::move(operand));
        return measured(std::move(out));
    }

    Expression negation() {
        if (!peek().is("not")) return comparison();
        const Depth depth(*this);
        const Token op = take();
        return unary(op, negation());
    }

    Expression comparison() {
        Expression left = sum();
        if (!is_comparison(peek())) return left;
        const Token op = take();
        Expression out = binary(std::move(left), op, sum());
        if (is_comparison(peek())) fail_here("one comparison at a time", "join comparisons with 'and'");
        return out;
    }

    Expression sum() {
        return left_associative([this] { return product(); }, "+", "-");
    }

    Expression product() {
        return left_associative([this] { return minus(); }, "*", "/");
    }

    Expression minus() {
        if (!peek().is("-") && !peek().is("+")) return postfix();
        const Depth depth(*this);
        const Token op = take();
        if (op.text == "+") return minus();
        return unary(op, minus());
    }

    Expression postfix() {
        Expression value = primary();
        while (peek().is("[") || peek().is(".")) {
            const Depth depth(*this);
            const Token open = take();
            if (open.is(".")) {
                value = field(std::move(value));
                continue;
            }
            Expression out;
            out.kind = Expression::Kind::subscript;
            out.text_span = open.span;
            out.children.push_back(std::move(value));
            out.children.push_back(sum());
            out.span = {out.children[0].span.begin, peek().span.end};
            expect("]", "x[k] is the value of x k bars ago");
            value = measured(std::move(out));
        }
        return value;
    }

    Expression field(Expression whole) {
        const Token token = take();
        if (token.kind != TokenKind::name)
            source_.fail(token.span, "expected the name of a result after '.'", "as in macd(close).hist");
        if (peek().is("("))
            source_.fail(token.span, "a function has no prefix here",
                         fmt::format("write {}(...)", token.text));
        Expression out;
        out.kind = Expression::Kind::field;
        out.text = token.text;
        out.text_span = token.span;
        out.span = {whole.span.begin, token.span.end};
        out.children.push_back(std::move(whole));
        return measured(std::move(out));
    }

    Expression primary() {
        const Depth depth(*this);
        const Token token = take();
        Expression out;
        out.span = out.text_span = token.span;
        out.text = token.text;
        if (token.kind == TokenKind::number) {
            out.kind = Expression::Kind::number;
            out.number = token.number;
            return out;
        }
        if (token.kind == TokenKind::text) {
            out.kind = Expression::Kind::text;
            out.text = token.text.substr(1, token.text.size() - 2);
            return out;
        }
        if (token.is("(")) {
            Expression inner = disjunction();
            inner.span = {token.span.begin, peek().span.end};
            expect(")", "every '(' needs its ')'");
            return inner;
        }
        if (token.is("and") || token.is("or") || token.is("not"))
            source_.fail(token.span, fmt::format("expected a value, found '{}'", token.text));
        if (token.is("true") || token.is("false")) {
            out.kind = Expression::Kind::boolean;
            out.number = token.is("true") ? 1.0 : 0.0;
            return out;
        }
        if (token.kind == TokenKind::name) {
            out.kind = Expression::Kind::name;
            if (accept("(")) call(out);
            return measured(std::move(out));
        }
        if (token.kind == TokenKind::end) source_.fail(token.span, "expected a value before the end");
        source_.fail(token.span, fmt::format("expected a value, found '{}'", token.text));
    }

    void call(Expression& out) {
        out.kind = Expression::Kind::call;
        if (!peek().is(")")) {
            do out.children.push_back(argument());
            while (accept(","));
        }
        out.span.end = peek().span.end;
        expect(")", fmt::format("the arguments of {} end with ')'", out.text));
    }

    Expression argument() {
        if (peek().kind != TokenKind::name || !tokens_[at_ + 1].is("=")) return disjunction();
        const Token name = take();
        take();
        Expression out;
        out.kind = Expression::Kind::argument;
        out.text = name.text;
        out.text_span = name.span;
        out.children.push_back(disjunction());
        out.span = {name.span.begin, out.children[0].span.end};
        return measured(std::move(out));
    }

    // Counts nesting for as long as it lives.
    class Depth {
      public:
        explicit Depth(Parser& parser) : parser_(parser) {
            if (++parser_.depth_ > max_depth) parser_.fail_here("the expression is nested too deeply");
        }
        ~Depth() { --parser_.depth_; }
        Depth(const Depth&) = delete;
        Depth& operator=(const Depth&) = delete;

      private:
        Parser& parser_;
    };

    const SourceText& source_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

} // namespace

Expression parse_rule(const SourceText& source) { return Parser(source).parse(); }

} // namespace threadx
