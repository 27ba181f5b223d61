#include <array>
#include <cstddef>

#include "base/number_text.hpp"
#include "market/time_text.hpp"

namespace threadx {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t nanoseconds;
};

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t day = 86'400 * second;
constexpr std::uint64_t week = 7 * day;

// Longest first: the parts of a duration stand in this order.
constexpr std::array<Unit, 8> units = {{{"w", week},
                                        {"d", day},
                                        {"h", 3600 * second},
                                        {"m", 60 * second},
                                        {"s", second},
                                        {"ms", 1'000'000},
                                        {"us", 1'000},
                                        {"ns", 1}}};

// The index of a unit in `units`, or their number if it is unknown.
std::size_t unit_index(std::string_view name) {
    if (name == "min") name = "m";
    if (name == "\xc2\xb5s") name = "us"; // µs
    if (name == "H") name = "h";
    if (name == "D") name = "d";
    if (name == "W") name = "w";
    std::size_t index = 0;
    while (index < units.size() && units[index].name != name) ++index;
    return index;
}

} // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
    if (text.empty()) return std::nullopt;
    std::int64_t total = 0;
    std::size_t smallest_allowed = 0;
    while (!text.empty()) {
        std::int64_t count = 0;
        std::size_t digits = 0;
        for (; digits < text.size() && is_digit(text[digits]); ++digits)
            if (__builtin_mul_overflow(count, 10, &count) ||
                __builtin_add_overflow(count, text[digits] - '0', &count))
                return std::nullopt;
        std::size_t end = digits;
        while (end < text.size() && !is_digit(text[end])) ++end;
        const std::size_t unit = unit_index(text.substr(digits, end - digits));
        if (digits == 0 || unit < smallest_allowed || unit == units.size()) return std::nullopt;
        smallest_allowed = unit + 1;
        if (__builtin_mul_overflow(count, static_cast<std::int64_t>(units[unit].nanoseconds), &count) ||
            __builtin_add_overflow(total, count, &total))
            return std::nullopt;
        text.remove_prefix(end);
    }
    return total;
}

std::string duration_text(std::int64_t duration) {
    if (duration == 0) return "0s";
    // Unsigned, so that the most negative duration has an absolute value.
    std::uint64_t rest =
        duration < 0 ? 0 - static_cast<std::uint64_t>(duration) : static_cast<std::uint64_t>(duration);
    std::string text = duration < 0 ? "-" : "";
    for (const Unit& unit : units) {
        if (unit.nanoseconds >= day && rest % unit.nanoseconds != 0) continue; // 89h, not 3d17h
        if (rest < unit.nanoseconds) continue;
        text += std::to_string(rest / unit.nanoseconds);
        text += unit.name;
        rest %= unit.nanoseconds;
    }
    return text;
}

} // namespace threadx
