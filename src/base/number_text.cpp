#include "base/number_text.hpp"

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace threadx {
namespace {

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

} // namespace

std::string shortest_text(double value) {
    if (std::isnan(value)) return "nan";
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return error == std::errc{} ? std::string(buffer.data(), end) : std::string();
}

std::optional<double> parse_number(std::string_view text) { return parse_whole<double>(text); }
std::optional<long long> parse_integer(std::string_view text) { return parse_whole<long long>(text); }

std::string with_thousands(unsigned long long value) {
    std::string text = std::to_string(value);
    for (int at = static_cast<int>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

std::string seconds_text(double seconds) {
    if (seconds < 0.9995e-3) return fmt::format("{:.0f} us", seconds * 1e6);
    if (seconds < 0.9995) return fmt::format("{:.{}f} ms", seconds * 1e3, seconds < 0.00995 ? 1 : 0);
    return fmt::format("{:.{}f} s", seconds, seconds < 9.995 ? 2 : 1);
}

std::string bytes_text(double bytes) {
    constexpr std::array units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    std::size_t unit = 0;
    while (bytes >= 1024.0 && unit + 1 < units.size()) {
        bytes /= 1024.0;
        ++unit;
    }
    return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.1f} {}", bytes, units[unit]);
}

std::optional<double> parse_bytes(std::string_view text) {
    std::size_t split = text.size();
    while (split > 0 && std::isalpha(static_cast<unsigned char>(text[split - 1]))) --split;
    std::string unit;
    for (char c : text.substr(split)) unit += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::string_view digits = text.substr(0, split);
    while (!digits.empty() && digits.back() == ' ') digits.remove_suffix(1);
    constexpr std::array<std::pair<std::string_view, double>, 10> factors = {{{"", 1.0},
                                                                              {"b", 1.0},
                                                                              {"kb", 1e3},
                                                                              {"mb", 1e6},
                                                                              {"gb", 1e9},
                                                                              {"tb", 1e12},
                                                                              {"kib", 1024.0},
                                                                              {"mib", 1048576.0},
                                                                              {"gib", 1073741824.0},
                                                                              {"tib", 1099511627776.0}}};
    const std::optional<double> number = parse_number(digits);
    for (const auto& [name, factor] : factors)
        if (number && unit == name && std::isfinite(*number) && *number >= 0.0) return *number * factor;
    return std::nullopt;
}

} // namespace threadx
