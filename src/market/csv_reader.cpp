#include "market/csv_reader.hpp"

#include <algorithm>
#include <cmath>
#include <future>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/number_text.hpp"
#include "base/sha256.hpp"
#include "market/bar_prices.hpp"
#include "market/csv_cells.hpp"
#include "market/csv_header.hpp"
#include "market/time_steps.hpp"
#include "market/time_text.hpp"

namespace threadx {
namespace {

using csv::CellScanner;
using csv::Header;
using csv::Role;

// A time column without a known name that holds small numbers holds row numbers: 1e8 seconds are the year
// 1973.
constexpr double smallest_plausible_epoch = 1e8;

constexpr std::size_t large_file = std::size_t{1} << 20U;

constexpr std::string_view time_formats = "write times as 2022-01-31T13:05:00Z, 2022-01-31 13:05 or "
                                          "2022-01-31, or as seconds, milliseconds, microseconds or "
                                          "nanoseconds since 1970";

// One row while it is read.
struct Row {
    BarPrices prices;
    std::int64_t time = 0; // whole, or the date
    std::int64_t clock = 0;
};

// Bars as they are read: a vector takes a value in a quarter of the instructions that BarValues takes.
struct GrowingBars {
    std::vector<std::int64_t> time;
    std::vector<double> open, high, low, close, volume;

    std::size_t size() const { return close.size(); }
    Bars grown() && {
        return {std::move(time), std::move(open),  std::move(high),
                std::move(low),  std::move(close), std::move(volume)};
    }
};

class BarsReader {
  public:
    BarsReader(std::string_view text, const std::string& name)
        : text_(text), name_(name), scanner_(text, name, csv::find_delimiter(text)) {}

    BarsFile read() {
        header_ = csv::read_header(scanner_);
        reserve();
        while (scanner_.next_line()) {
            if (bars_.size() == 0) settle_time_style();
            Row row;
            read_cells(row);
            check_prices(row);
            append(row);
        }
        if (bars_.size() < 2)
            scanner_.fail(fmt::format("the file has {}; a backtest needs at least two bars",
                                      bars_.size() == 0 ? "no bars after the header" : "one bar"));
        BarsFile file;
        file.bar_period_ns = most_common_step(bars_.time);
        file.bars = std::move(bars_).grown();
        file.warnings = bar_warnings(name_, file.bars.time, file.bar_period_ns,
                                     {moved_bars_, fmt::format("on line {}", first_moved_line_)});
        return file;
    }

  private:
    // Judged by how long the first lines are. What is reserved and not filled is no memory yet.
    std::size_t expected_rows() const {
        const std::string_view first = text_.substr(0, 65536);
        const auto lines = static_cast<std::size_t>(std::count(first.begin(), first.end(), '\n'));
        if (first.size() == text_.size()) return lines;
        return lines * (text_.size() / first.size() + 1) / 8 * 9;
    }

    void reserve() {
        const std::size_t rows = expected_rows();
        if (header_.has_time) bars_.time.reserve(rows);
        for (std::vector<double>* column :
             {&bars_.open, &bars_.high, &bars_.low, &bars_.close, &bars_.volume})
            column->reserve(rows);
    }

    // Looks at the first row, and takes nothing from it: how times are written, and whether a date and a time
    // column belong together. What is no time is left for read_cells to complain about.
    void settle_time_style() {
        CellScanner ahead = scanner_;
        for (std::size_t i = 0; i < header_.roles.size() && !ahead.line_done(); ++i) {
            const std::string_view cell = ahead.take_cell();
            const TimeStyle style = find_time_style(cell).value_or(TimeStyle{});
            const bool epoch = style.epoch_unit_ns != 0;
            if (header_.roles[i] == Role::time) {
                time_reader_ = TimeReader(style);
                if (header_.time_by_position && epoch) refuse_row_number(i, cell);
            } else if (header_.roles[i] == Role::clock && !parse_clock(cell)) {
                time_reader_ = TimeReader(style);
                return take_time_from(Role::clock);
            } else if (header_.roles[i] == Role::date) {
                time_reader_ = TimeReader(style);
                if (epoch || cell.size() > 10) return take_time_from(Role::date);
            }
        }
    }

    // One of a date and a time column holds whole times: the other is ignored.
    void take_time_from(Role whole) {
        for (Role& role : header_.roles)
            if (role == Role::date || role == Role::clock) role = role == whole ? Role::time : Role::ignored;
    }

    void refuse_row_number(std::size_t column, std::string_view cell) const {
        const std::optional<double> number = parse_number(cell);
        if (number && *number < smallest_plausible_epoch)
            scanner_.fail(fmt::format(
                "column '{}' stands where the time is expected and holds '{}', which looks like a "
                "row number; name the column of the times 'timestamp', or remove this one",
                header_.names[column], shown(cell)));
    }

    void read_cells(Row& row) {
        const std::size_t columns = header_.roles.size();
        for (std::size_t i = 0; i < columns; ++i) {
            if (scanner_.line_done()) fail_ragged(i);
            switch (header_.roles[i]) {
            case Role::ignored: scanner_.take_cell(); break;
            case Role::time:
            case Role::date: read_time(i, row.time); break;
            case Role::clock: read_clock(i, row.clock); break;
            case Role::open: read_number(i, row.prices.open); break;
            case Role::high: read_number(i, row.prices.high); break;
            case Role::low: read_number(i, row.prices.low); break;
            case Role::close: read_number(i, row.prices.close); break;
            case Role::volume: read_number(i, row.prices.volume); break;
            }
        }
        if (!scanner_.line_done()) fail_ragged(columns);
    }

    void read_number(std::size_t column, double& value) {
        if (scanner_.take_number(value)) return;
        const std::string_view cell = scanner_.take_cell();
        if (cell.empty() && header_.roles[column] == Role::volume) {
            value = std::numeric_limits<double>::quiet_NaN();
        } else if (const std::optional<double> number = parse_number(cell)) {
            value = *number;
        } else {
            fail_number(column, cell);
        }
    }

    void read_time(std::size_t column, std::int64_t& time) {
        const std::string_view cell = scanner_.take_cell();
        const std::optional<std::int64_t> parsed = time_reader_.read(cell);
        const bool half =
            header_.roles[column] == Role::date; // the time of day stands in a column of its own
        if (!parsed || (half && *parsed % nanoseconds_per_day != 0)) fail_time(column, cell);
        time = *parsed;
    }

    void read_clock(std::size_t column, std::int64_t& clock) {
        const std::string_view cell = scanner_.take_cell();
        if (const std::optional<std::int64_t> parsed = parse_clock(cell))
            clock = *parsed;
        else
            fail_time(column, cell);
    }

    void check_prices(Row& row) {
        if (are_sound(row.prices)) return;
        const SettledPrices settled = settle_prices(row.prices, "row");
        if (!settled.problem.empty()) scanner_.fail(settled.problem);
        if (settled.moved && moved_bars_++ == 0) first_moved_line_ = scanner_.line();
    }

    void append(const Row& row) {
        if (header_.has_time) append_time(row);
        bars_.open.push_back(row.prices.open);
        bars_.high.push_back(row.prices.high);
        bars_.low.push_back(row.prices.low);
        bars_.close.push_back(row.prices.close);
        bars_.volume.push_back(row.prices.volume);
        previous_line_ = scanner_.line();
    }

    void append_time(const Row& row) {
        std::int64_t time = 0;
        std::int64_t span = 0;
        if (__builtin_add_overflow(row.time, row.clock, &time))
            scanner_.fail("the time lies after the year 2262");
        if (!bars_.time.empty()) {
            const std::int64_t previous = bars_.time.back();
            if (time == previous)
                scanner_.fail(
                    fmt::format("time {} is that of the row before (line {}); remove one of the two rows",
                                time_text(time), previous_line_));
            if (time < previous)
                scanner_.fail(
                    fmt::format("time {} is before {} on line {}; sort the rows by time, oldest first",
                                time_text(time), time_text(previous), previous_line_));
            if (__builtin_sub_overflow(time, bars_.time.front(), &span))
                scanner_.fail(fmt::format(
                    "time {} is over 292 years after the first, {}; correct the one that is wrong",
                    time_text(time), time_text(bars_.time.front())));
        }
        bars_.time.push_back(time);
    }

    // A cell in a message.
    static std::string shown(std::string_view cell) {
        std::string text(cell.substr(0, 60));
        for (char& c : text)
            if (static_cast<unsigned char>(c) < ' ') c = ' ';
        return text + (cell.size() > 60 ? "..." : "");
    }

    [[noreturn]] void fail_ragged(std::size_t found) {
        for (; !scanner_.line_done(); ++found) scanner_.take_cell();
        CellScanner rest = scanner_;
        const bool last = found < header_.roles.size() && !rest.next_line();
        scanner_.fail(fmt::format("the row has {} cells where the header has {}; {}", found,
                                  header_.roles.size(),
                                  last ? "it is the last: was the file cut off?" : "correct or remove it"));
    }

    // A row that was cut off ends in a damaged cell: that it is short says more than the cell.
    void refuse_ragged(std::size_t column) {
        std::size_t found = column + 1;
        for (; !scanner_.line_done(); ++found) scanner_.take_cell();
        if (found != header_.roles.size()) fail_ragged(found);
    }

    [[noreturn]] void fail_number(std::size_t column, std::string_view cell) {
        const std::string text = shown(cell);
        const bool comma = std::count(cell.begin(), cell.end(), ',') == 1;
        refuse_ragged(column);
        if (text.empty())
            scanner_.fail(fmt::format("the cell of '{}' is empty; fill it in or remove the row",
                                      header_.names[column]));
        scanner_.fail(fmt::format("'{}' in column '{}' is not a number{}", text, header_.names[column],
                                  comma ? "; write decimals with a point and thousands without a comma"
                                        : "; correct or remove the row"));
    }

    [[noreturn]] void fail_time(std::size_t column, std::string_view cell) {
        const std::string text = shown(cell);
        refuse_ragged(column);
        scanner_.fail(fmt::format("'{}' in column '{}' is not a time{}; {}", text, header_.names[column],
                                  bars_.size() == 0 ? "" : " in the form of the rows before", time_formats));
    }

    std::string_view text_;
    const std::string& name_;
    CellScanner scanner_;
    Header header_;
    TimeReader time_reader_{TimeStyle{}};
    GrowingBars bars_;
    long long previous_line_ = 0;
    std::size_t moved_bars_ = 0;
    long long first_moved_line_ = 0;
};

} // namespace

BarsFile read_bars_csv(const std::filesystem::path& path) {
    const FileText file(path);
    return parse_bars_csv(file.text(), path.string());
}

BarsFile parse_bars_csv(std::string_view text, const std::string& name) {
    std::string_view body = text;
    if (body.starts_with("\xff\xfe") || body.starts_with("\xfe\xff"))
        throw InputError(fmt::format("{}:1: the file is UTF-16; save it as UTF-8", name));
    if (body.starts_with("\xef\xbb\xbf")) body.remove_prefix(3);
    if (body.substr(0, std::min<std::size_t>(body.find('\n'), 4096)).find('\0') != std::string_view::npos)
        throw InputError(
            fmt::format("{}: the file is no text but bytes of some other format; give bars as CSV", name));
    // The hash takes a fifth of the time of a large file, and another processor may have nothing to do.
    std::future<std::string> hash;
    if (text.size() >= large_file)
        hash = std::async(std::launch::async | std::launch::deferred, sha256_hex, text);
    BarsFile file = BarsReader(body, name).read();
    file.sha256 = hash.valid() ? hash.get() : sha256_hex(text);
    return file;
}

} // namespace threadx
