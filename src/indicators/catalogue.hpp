// The indicators: functions of the rule language that are defined by a file each in this folder. A NAME.toml composes
// others; a NAME.h is kernel text, with the same description in a comment on top. The build makes this catalogue of
// them (make_catalogue.cpp, which says what a file holds).
#pragma once

#include <span>
#include <string_view>

namespace threadx {

enum class ArgumentKind {
    series,    // a number per bar, or one that is the same at each
    condition, // a truth value per bar
    length,    // a whole scalar: a number of bars
    scalar,    // a number that depends on parameters alone
    number,    // a number that is known when the rules are compiled
    choice,    // one of a few texts, known when the rules are compiled
    duration,  // a text such as "4h"; a number of milliseconds to a kernel
    longer     // any expression, over bars as long as the duration that was given before
};

struct IndicatorArgument {
    std::string_view name;
    ArgumentKind kind;
    std::string_view default_text; // an expression; empty: must be given
    double least;                  // of lengths and scalars
    double most;
    std::string_view help;
    std::span<const std::string_view> choices; // of a choice
};

// A name and the expression that it stands for.
struct NamedExpression {
    std::string_view name;
    std::string_view text;
};

// What a kernel is given and gives; kernels/column_kernels.h.
struct ColumnKernel {
    std::string_view name;
    bool scan; // else it has the form `series`
    int series;
    int scalars;
    int outputs;
};

struct Indicator {
    std::string_view name;
    std::string_view group;
    std::string_view help;
    std::string_view source; // of the formula
    std::string_view talib;  // TA-Lib's name of it, or empty
    std::string_view
        undefined;    // how many bars are undefined at the start of a series without holes: an expression
    double tolerance; // relative, against other programs; 0 = the same numbers
    bool hidden;      // for other indicators alone
    std::span<const IndicatorArgument> arguments;
    std::span<const NamedExpression> lets;    // later ones may use earlier ones
    std::span<const NamedExpression> outputs; // text empty: the kernel's own
    int kernel;                               // index of column_kernels(), or -1
    std::span<const std::string_view> series; // what the kernel reads: expressions
    std::span<const std::string_view> scalars;
};

// Sorted by name.
std::span<const Indicator> indicators();
std::span<const ColumnKernel> column_kernels();

} // namespace threadx
