// The text of a rule and where it stands, for messages as compilers give them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace threadx {

// A half-open range of characters of a rule's text.
struct TextSpan {
    std::size_t begin = 0;
    std::size_t end = 0;
};

struct SourceText {
    std::string text;  // the expression
    std::string where; // where its first character stands: "my.toml:12:15", or a name such as "EXPR"
    std::string label; // what it is: "enter_long", "let mid"

    // Throws InputError:
    //   my.toml:12:22: unknown name 'bb_perid' in enter_long
    //       sma(close, bb_perid)
    //                  ^~~~~~~~
    //   hint
    [[noreturn]] void fail(TextSpan span, std::string_view message, std::string_view hint = "") const;
};

} // namespace threadx
