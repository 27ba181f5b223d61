// Splits a rule into tokens.
#pragma once

#include <string_view>
#include <vector>

#include "rules/source_text.hpp"

namespace threadx {

enum class TokenKind { number, name, text, symbol, end };

struct Token {
    TokenKind kind = TokenKind::end;
    std::string_view text; // into the source; of a text with its quotes
    double number = 0.0;
    TextSpan span;

    bool is(std::string_view symbol_or_word) const {
        return kind != TokenKind::end && text == symbol_or_word;
    }
};

// The tokens of the source, closed by one of kind `end`. The source must outlive them. InputError on a stray
// character.
std::vector<Token> tokenize(const SourceText& source);

} // namespace threadx
