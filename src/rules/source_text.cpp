#include "rules/source_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace threadx {
namespace {

// "file:12:15" moved `offset` characters to the right; anything else unchanged.
std::string moved(const std::string& where, std::size_t offset) {
    const std::size_t colon = where.rfind(':');
    if (colon == std::string::npos) return where;
    const auto column = parse_integer(std::string_view(where).substr(colon + 1));
    if (!column) return where;
    return fmt::format("{}:{}", where.substr(0, colon), *column + static_cast<long long>(offset));
}

} // namespace

void SourceText::fail(TextSpan span, std::string_view message, std::string_view hint) const {
    std::string shown = text;
    // one line each for the expression and the caret, and nothing that controls the terminal
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return (c >= '\0' && c < ' ') || c == '\x7F'; }, ' ');
    const std::size_t begin = std::min(span.begin, text.size());
    const std::size_t length = std::max<std::size_t>(1, std::min(span.end, text.size()) - begin);
    const std::size_t offset =
        text.find('\n') == std::string::npos ? begin : 0; // else: where the text begins
    std::string out = fmt::format("{}: {} in {}\n    {}\n    {}^{}", moved(where, offset), message, label,
                                  shown, std::string(begin, ' '), std::string(length - 1, '~'));
    if (!hint.empty()) out += fmt::format("\n{}", hint);
    throw InputError(out);
}

} // namespace threadx
