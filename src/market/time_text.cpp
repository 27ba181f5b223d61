#include "market/time_text.hpp"
#include "base/number_text.hpp"

#include <array>
#include <chrono>
#include <cstddef>

namespace threadx {
namespace {

// Reads a text from the left; every take_… moves past what it took, or fails and leaves the rest undefined.
struct Cursor {
    const char* at;
    const char* end;

    explicit Cursor(std::string_view text) : at(text.data()), end(text.data() + text.size()) {}
    std::size_t left() const { return static_cast<std::size_t>(end - at); }
    bool done() const { return at == end; }

    bool take(char wanted) {
        if (done() || *at != wanted) return false;
        ++at;
        return true;
    }

    // A number of exactly `count` digits, or -1.
    int take_digits(int count) {
        if (left() < static_cast<std::size_t>(count)) return -1;
        int value = 0;
        for (int i = 0; i < count; ++i, ++at) {
            const unsigned digit = static_cast<unsigned>(*at) - '0';
            if (digit > 9) return -1;
            value = value * 10 + static_cast<int>(digit);
        }
        return value;
    }
};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// Days since 1970-01-01, or nothing where the calendar has no such day.
std::optional<std::int64_t> days_since_epoch(int year, int month, int day) {
    if (year < 0 || month < 0 || day < 0) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch().count();
}

// YYYY-MM-DD with '-', '/' or '.', or YYYYMMDD (1900 to 2100), as days since 1970-01-01.
std::optional<std::int64_t> take_date(Cursor& text) {
    const int year = text.take_digits(4);
    if (year < 0 || text.done()) return std::nullopt;
    const char separator = *text.at;
    if (is_digit(separator)) {
        if (year < 1900 || year > 2100) return std::nullopt;
        const int month = text.take_digits(2);
        return days_since_epoch(year, month, text.take_digits(2));
    }
    if (separator != '-' && separator != '/' && separator != '.') return std::nullopt;
    ++text.at;
    const int month = text.take_digits(2);
    if (!text.take(separator)) return std::nullopt;
    return days_since_epoch(year, month, text.take_digits(2));
}

// The digits after the decimal point as billionths, or -1 if there are none or more than nine.
int take_fraction(Cursor& text) {
    int value = 0;
    int digits = 0;
    for (; !text.done() && is_digit(*text.at); ++text.at, ++digits) {
        if (digits == 9) return -1;
        value = value * 10 + (*text.at - '0');
    }
    if (digits == 0) return -1;
    for (; digits < 9; ++digits) value *= 10;
    return value;
}

// HH:MM, HH:MM:SS, HH:MM:SS.fraction, HHMM, HHMMSS as nanoseconds since midnight.
std::optional<std::int64_t> take_clock(Cursor& text) {
    const int hour = text.take_digits(2);
    const bool colons = text.take(':');
    const int minute = text.take_digits(2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
    std::int64_t seconds = hour * 3600 + minute * 60;
    std::int64_t fraction = 0;
    if (colons ? text.take(':') : !text.done() && is_digit(*text.at)) {
        const int second = text.take_digits(2);
        if (second < 0 || second > 59) return std::nullopt;
        seconds += second;
        if (text.take('.')) fraction = take_fraction(text);
        if (fraction < 0) return std::nullopt;
    }
    return seconds * nanoseconds_per_second + fraction;
}

// What has to be added to a local time to get UTC, in nanoseconds; nothing if the rest is no zone.
std::optional<std::int64_t> take_zone(Cursor& text) {
    if (text.done()) return 0;
    text.take(' ');
    const std::string_view rest(text.at, text.left());
    if (rest == "Z" || rest == "z" || rest == "UTC" || rest == "GMT") return 0;
    const bool east = text.take('+');
    if (!east && !text.take('-')) return std::nullopt;
    const int hours = text.take_digits(2);
    int minutes = 0;
    if (!text.done()) {
        text.take(':');
        minutes = text.take_digits(2);
    }
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || !text.done()) return std::nullopt;
    const std::int64_t offset = (hours * 60 + minutes) * 60 * nanoseconds_per_second;
    return east ? -offset : offset;
}

// The time at what follows a date.
std::optional<std::int64_t> take_rest(Cursor& text, std::int64_t days) {
    std::int64_t in_day = 0;
    if (!text.done()) {
        if (!text.take('T') && !text.take(' ') && !text.take('t')) return std::nullopt;
        const std::optional<std::int64_t> clock = take_clock(text);
        if (!clock) return std::nullopt;
        const std::optional<std::int64_t> zone = take_zone(text);
        if (!zone) return std::nullopt;
        in_day = *clock + *zone;
    }
    std::int64_t time = 0;
    if (__builtin_mul_overflow(days, nanoseconds_per_day, &time)) return std::nullopt;
    if (__builtin_add_overflow(time, in_day, &time)) return std::nullopt;
    return time;
}

std::optional<std::int64_t> parse_calendar(std::string_view whole) {
    Cursor text(whole);
    const std::optional<std::int64_t> days = take_date(text);
    return days ? take_rest(text, *days) : std::nullopt;
}

// An integer or a decimal number without exponent: its whole part, and its fraction in billionths (cut off,
// not rounded).
struct Decimal {
    bool negative = false;
    std::int64_t whole = 0;
    std::int64_t billionths = 0;
};

std::optional<Decimal> parse_decimal(std::string_view whole) {
    Cursor text(whole);
    Decimal number;
    number.negative = text.take('-');
    if (text.done() || !is_digit(*text.at)) return std::nullopt;
    for (; !text.done() && is_digit(*text.at); ++text.at)
        if (__builtin_mul_overflow(number.whole, 10, &number.whole) ||
            __builtin_add_overflow(number.whole, *text.at - '0', &number.whole))
            return std::nullopt;
    if (text.take('.'))
        for (std::int64_t weight = nanoseconds_per_second / 10; !text.done() && is_digit(*text.at);
             ++text.at, weight /= 10)
            number.billionths += weight * (*text.at - '0');
    if (!text.done()) return std::nullopt;
    return number;
}

std::int64_t epoch_unit(std::int64_t magnitude) {
    if (magnitude < 100'000'000'000) return nanoseconds_per_second;
    if (magnitude < 100'000'000'000'000) return 1'000'000;
    if (magnitude < 100'000'000'000'000'000) return 1'000;
    return 1;
}

std::optional<std::int64_t> parse_epoch(std::string_view text, std::int64_t unit_ns) {
    const std::optional<Decimal> number = parse_decimal(text);
    if (!number) return std::nullopt;
    std::int64_t time = 0;
    if (__builtin_mul_overflow(number->whole, unit_ns, &time)) return std::nullopt;
    const std::int64_t fraction = number->billionths / (nanoseconds_per_second / unit_ns);
    if (__builtin_add_overflow(time, fraction, &time)) return std::nullopt;
    return number->negative ? -time : time;
}

void append_digits(std::string& out, std::int64_t value, int count) {
    std::array<char, 9> digits{};
    for (int i = count - 1; i >= 0; --i, value /= 10)
        digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    out.append(digits.data(), static_cast<std::size_t>(count));
}

} // namespace

std::optional<TimeStyle> find_time_style(std::string_view text) {
    text = trimmed(text);
    if (parse_calendar(text)) return TimeStyle{};
    const std::optional<Decimal> number = parse_decimal(text);
    if (!number) return std::nullopt;
    return TimeStyle{epoch_unit(number->whole)};
}

std::optional<std::int64_t> parse_time(std::string_view text, TimeStyle style) {
    return TimeReader(style).read(text);
}

// take_date looks at nothing but what it takes, so that the same characters are the same date again.
std::optional<std::int64_t> TimeReader::read(std::string_view text) {
    text = trimmed(text);
    if (style_.epoch_unit_ns != 0) return parse_epoch(text, style_.epoch_unit_ns);
    Cursor cursor(text);
    if (date_size_ != 0 && text.starts_with(std::string_view(date_, date_size_))) {
        cursor.at += date_size_;
    } else {
        const std::optional<std::int64_t> days = take_date(cursor);
        if (!days) return std::nullopt;
        days_ = *days;
        date_size_ = text.copy(date_, text.size() - cursor.left());
    }
    return take_rest(cursor, days_);
}

std::optional<std::int64_t> parse_time(std::string_view text) {
    const std::optional<TimeStyle> style = find_time_style(text);
    return style ? parse_time(text, *style) : std::nullopt;
}

std::optional<std::int64_t> parse_clock(std::string_view text) {
    Cursor cursor(trimmed(text));
    const std::optional<std::int64_t> clock = take_clock(cursor);
    return cursor.done() ? clock : std::nullopt;
}

void append_time_text(std::string& out, std::int64_t time) {
    std::int64_t days = time / nanoseconds_per_day;
    std::int64_t in_day = time % nanoseconds_per_day;
    if (in_day < 0) {
        in_day += nanoseconds_per_day;
        --days;
    }
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
    const std::int64_t seconds = in_day / nanoseconds_per_second;
    const std::int64_t fraction = in_day % nanoseconds_per_second;
    append_digits(out, static_cast<int>(date.year()), 4);
    out += '-';
    append_digits(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    append_digits(out, static_cast<unsigned>(date.day()), 2);
    out += 'T';
    append_digits(out, seconds / 3600, 2);
    out += ':';
    append_digits(out, seconds / 60 % 60, 2);
    out += ':';
    append_digits(out, seconds % 60, 2);
    if (fraction != 0) {
        out += '.';
        if (fraction % 1'000'000 == 0)
            append_digits(out, fraction / 1'000'000, 3);
        else if (fraction % 1'000 == 0)
            append_digits(out, fraction / 1'000, 6);
        else
            append_digits(out, fraction, 9);
    }
    out += 'Z';
}

std::string time_text(std::int64_t time) {
    std::string text;
    append_time_text(text, time);
    return text;
}

std::string utc_now() {
    const auto now =
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    return time_text(std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count());
}

} // namespace threadx
