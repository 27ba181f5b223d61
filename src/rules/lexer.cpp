#include "rules/lexer.hpp"
#include "base/number_text.hpp"

#include <array>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

namespace threadx {
namespace {

bool starts_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool continues_name(char c) { return starts_name(c) || is_digit(c); }

// What somebody used to another language may have meant.
std::string_view hint_for(char c, char next) {
    if (c == '&' && next == '&') return "write 'and'";
    if (c == '|' && next == '|') return "write 'or'";
    if (c == '!') return "write 'not'";
    if (c == '^' || (c == '*' && next == '*')) return "there is no power operator; multiply";
    return "";
}

// A character (perhaps of several bytes) for a message: one without a glyph as "\x1B".
std::string shown(std::string_view character) {
    const auto byte = static_cast<unsigned char>(character[0]);
    if (character.size() > 1 || (byte > 0x20 && byte < 0x7F)) return std::string(character);
    return fmt::format("\\x{:02X}", byte);
}

} // namespace

std::vector<Token> tokenize(const SourceText& source) {
    const std::string_view text = source.text;
    constexpr std::array<std::string_view, 17> symbols = {"<=", ">=", "==", "!=", "<", ">", "+", "-", "*",
                                                          "/",  "(",  ")",  "[",  "]", ",", ".", "="};
    std::vector<Token> tokens;
    std::size_t at = 0;
    while (at < text.size()) {
        const char c = text[at];
        const char next = at + 1 < text.size() ? text[at + 1] : '\0';
        if (std::isspace(static_cast<unsigned char>(c)) != 0) {
            ++at;
            continue;
        }
        Token token;
        std::size_t end = at + 1;
        if (is_digit(c) || (c == '.' && is_digit(next))) {
            token.kind = TokenKind::number;
            const auto [stop, error] =
                std::from_chars(text.data() + at, text.data() + text.size(), token.number);
            end = static_cast<std::size_t>(stop - text.data());
            if (error != std::errc{}) source.fail({at, end}, "this number is out of range");
            if (end < text.size() && continues_name(text[end])) {
                std::size_t stray = end;
                while (stray < text.size() && continues_name(text[stray])) ++stray;
                source.fail({at, stray}, fmt::format("'{}' is not a number", text.substr(at, stray - at)));
            }
        } else if (c == '"' || c == '\'') {
            token.kind = TokenKind::text;
            const std::size_t close = text.find(c, end);
            if (close == std::string_view::npos)
                source.fail({at, text.size()}, "this text does not end", fmt::format("close it with {}", c));
            end = close + 1;
        } else if (starts_name(c)) {
            token.kind = TokenKind::name;
            while (end < text.size() && continues_name(text[end])) ++end;
        } else {
            token.kind = TokenKind::symbol;
            bool found = false;
            for (const std::string_view symbol : symbols) {
                if (text.substr(at, symbol.size()) != symbol) continue;
                end = at + symbol.size();
                found = true;
                break;
            }
            if (!found || (c == '*' && next == '*')) {
                while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
                    ++end; // UTF-8
                source.fail({at, end},
                            fmt::format("unexpected character '{}'", shown(text.substr(at, end - at))),
                            hint_for(c, next));
            }
        }
        token.span = {at, end};
        token.text = text.substr(at, end - at);
        tokens.push_back(token);
        at = end;
    }
    tokens.push_back({TokenKind::end, "", 0.0, {text.size(), text.size()}});
    return tokens;
}

} // namespace threadx
