// The syntax tree of a rule.
#pragma once

#include <string>
#include <vector>

#include "rules/source_text.hpp"

namespace threadx {

struct Expression {
    enum class Kind {
        number,
        boolean,
        text, // a literal: "ema"
        name,
        unary,
        binary,
        subscript,
        call,
        field,   // of an indicator with several results: macd(close).hist
        argument // of a call, by name: sma(close, length = 20)
    };

    Kind kind = Kind::number;
    std::string text;    // of a text literal without its quotes; name, operator ("-", "not", "<=", "and"),
                         // called function, field or argument
    double number = 0.0; // of a number; 1 or 0 of a boolean
    std::vector<Expression> children;
    int height = 1;       // levels of expressions, this one included
    TextSpan span;        // the whole expression
    TextSpan text_span{}; // the name or operator alone
};

// Parses a whole rule. Precedence, lowest first: or, and, not, comparison, + -, * /, unary minus, subscript,
// field and call. InputError with place and caret on a mistake.
Expression parse_rule(const SourceText& source);

} // namespace threadx
