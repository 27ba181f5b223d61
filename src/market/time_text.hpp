// Times and durations as text. A time is a count of nanoseconds since 1970-01-01 UTC, which reaches from 1677
// to 2262.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace threadx {

inline constexpr std::int64_t nanoseconds_per_millisecond = 1'000'000;
inline constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
inline constexpr std::int64_t nanoseconds_per_day = 86'400 * nanoseconds_per_second;

// How a column writes its times: as calendar dates, or as numbers of `epoch_unit_ns` nanoseconds since 1970.
struct TimeStyle {
    std::int64_t epoch_unit_ns = 0; // 0: calendar dates

    bool operator==(const TimeStyle&) const = default;
};

// The style of `text`, or nothing if it is no time. Numbers are seconds below 1e11, milliseconds below 1e14,
// microseconds below 1e17, and else nanoseconds; eight digits that are a date of 1900 to 2100 (20220131) are
// that date.
std::optional<TimeStyle> find_time_style(std::string_view text);

// A time in that style, or nothing. Spaces around it are ignored.
// Calendar: YYYY-MM-DD, YYYY/MM/DD, YYYY.MM.DD or YYYYMMDD, then nothing or 'T' or a space and HH:MM,
// HH:MM:SS, HH:MM:SS.fraction (1 to 9 digits), HHMM or HHMMSS, then nothing (UTC) or Z, UTC, GMT, +02:00,
// +0200, +02. Epoch: an integer or a decimal number such as 1640991660.5.
std::optional<std::int64_t> parse_time(std::string_view text, TimeStyle style);

// Reads many times of one style. Times of one day one after the other share the work on their date.
class TimeReader {
  public:
    explicit TimeReader(TimeStyle style) : style_(style) {}

    // As parse_time(text, style).
    std::optional<std::int64_t> read(std::string_view text);

  private:
    TimeStyle style_;
    char date_[10] = {}; // as it was written last
    std::size_t date_size_ = 0;
    std::int64_t days_ = 0;
};

// A time in whichever style it is.
std::optional<std::int64_t> parse_time(std::string_view text);

// A time of day alone, in nanoseconds since midnight.
std::optional<std::int64_t> parse_clock(std::string_view text);

// ISO 8601 in UTC: "2022-01-01T00:00:00Z"; a fraction of 3, 6 or 9 digits only where it is not zero.
std::string time_text(std::int64_t time);
void append_time_text(std::string& out, std::int64_t time);

// The system's time so.
std::string utc_now();

// "1m", "15m", "4h", "1d", "1w", "30s", "500ms", "20us", "5ns", "1h30m" as nanoseconds; nothing if it is no
// duration. "1M" is refused: traders mean a month by it. Capital H, D, W are taken.
std::optional<std::int64_t> parse_duration(std::string_view text);

// A duration so that a human can read it and `parse_duration` too: whole weeks and days as such ("2w", "3d"),
// the rest in hours and below ("89h", "1m30s"). Negative durations have a leading '-'.
std::string duration_text(std::int64_t duration);

} // namespace threadx
