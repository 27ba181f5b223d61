// Numbers as text, exactly and without locales.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace threadx {

// In every locale.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The shortest decimal text that reads back as the same bits; "nan", "inf", "-inf" for those.
std::string shortest_text(double value);

// The number that `text` is as a whole (no spaces, no rest; a leading '+' is allowed), or nothing.
std::optional<double> parse_number(std::string_view text);
std::optional<long long> parse_integer(std::string_view text);

// 1234567 as "1,234,567".
std::string with_thousands(unsigned long long value);

// A length of time in the unit that suits it: "45 us", "1.1 ms", "2.35 s".
std::string seconds_text(double seconds);

// Bytes as "12.3 MiB"; and back: "512MiB", "2 GiB", "1e9" (units kB MB GB KiB MiB GiB TiB, case ignored).
std::string bytes_text(double bytes);
std::optional<double> parse_bytes(std::string_view text);

} // namespace threadx
