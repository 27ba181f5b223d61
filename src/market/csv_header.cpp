#include "market/csv_header.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <span>

#include "base/nearest_name.hpp"
#include "base/number_text.hpp"
#include "market/time_text.hpp"

namespace threadx::csv {
namespace {

constexpr std::string_view expected =
    "expected a line of column names such as timestamp,open,high,low,close,volume";

using Names = std::span<const std::string_view>;

// Known names, the preferred one first: of two that are there, the first is taken.
constexpr std::array<std::string_view, 5> whole_time_names = {"timestamp", "datetime", "date_time",
                                                              "open_time", "opentime"};
constexpr std::array<std::string_view, 7> other_time_names = {"time",      "date", "unix", "unix_timestamp",
                                                              "unix_time", "ts",   "t"};
constexpr std::array<std::string_view, 2> open_names = {"open", "o"};
constexpr std::array<std::string_view, 2> high_names = {"high", "h"};
constexpr std::array<std::string_view, 2> low_names = {"low", "l"};
constexpr std::array<std::string_view, 2> close_names = {"close", "c"};
constexpr std::array<std::string_view, 5> volume_names = {"volume", "vol", "v", "tick_volume", "tickvol"};

struct NumberColumn {
    Role role;
    Names names;
};
constexpr std::array<NumberColumn, 5> number_columns = {{{Role::open, open_names},
                                                         {Role::high, high_names},
                                                         {Role::low, low_names},
                                                         {Role::close, close_names},
                                                         {Role::volume, volume_names}}};

// "<OPEN>" and " Open " as "open", "Open Time" as "open_time".
std::string plain_name(std::string_view name) {
    std::string plain;
    for (const char c : name) {
        if (c == '<' || c == '>') continue;
        const bool blank = c == ' ' || c == '-';
        plain += blank ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return plain;
}

// The names, as they stand in the file, in a form that fits into a message.
std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += text.empty() ? "" : ", ";
        text += name.empty() ? "(unnamed)" : name;
        if (text.size() > 300) return text.substr(0, 300) + " ...";
    }
    return text;
}

class HeaderReader {
  public:
    explicit HeaderReader(CellScanner& scanner) : scanner_(scanner) {}

    Header read() {
        if (!scanner_.next_line()) scanner_.fail(fmt::format("the file is empty; {}", expected));
        while (!scanner_.line_done()) header_.names.emplace_back(scanner_.take_cell());
        refuse_data();
        for (const std::string& name : header_.names) plain_.push_back(plain_name(name));
        header_.roles.assign(header_.names.size(), Role::ignored);
        find_numbers();
        find_time();
        return std::move(header_);
    }

  private:
    // A first line without names is data: the header is missing.
    void refuse_data() const {
        bool values = false;
        for (const std::string& name : header_.names) {
            const bool value = parse_number(name) || parse_time(name);
            if (!value && !name.empty()) return;
            values = values || value;
        }
        scanner_.fail(values
                          ? fmt::format("the header is missing: the first line holds numbers; {}", expected)
                          : fmt::format("the first line has no names; {}", expected));
    }

    // The column of the first of `names` that is there. InputError if there are two of it.
    std::optional<std::size_t> find(Names names) const {
        for (const std::string_view name : names) {
            const auto first = std::find(plain_.begin(), plain_.end(), name);
            if (first == plain_.end()) continue;
            const std::size_t column = static_cast<std::size_t>(first - plain_.begin());
            const auto second = std::find(first + 1, plain_.end(), name);
            if (second != plain_.end())
                scanner_.fail(
                    fmt::format("column '{}' stands twice (columns {} and {}); remove or rename one of them",
                                name, column + 1, second - plain_.begin() + 1));
            return column;
        }
        return std::nullopt;
    }

    void find_numbers() {
        std::string missing;
        std::string first_missing;
        for (const NumberColumn& wanted : number_columns) {
            if (const std::optional<std::size_t> column = find(wanted.names)) {
                header_.roles[*column] = wanted.role;
            } else if (wanted.role != Role::volume) {
                missing += missing.empty() ? "" : ", ";
                missing += wanted.names.front();
                if (first_missing.empty()) first_missing = wanted.names.front();
            }
        }
        if (missing.empty()) return;
        const std::string near = nearest_name(first_missing, plain_);
        const std::string hint =
            near.empty() ? "" : fmt::format(" (is '{}' meant to be '{}'?)", near, first_missing);
        scanner_.fail(fmt::format("no column for: {}; found: {}{}; {}", missing, listed(header_.names), hint,
                                  expected));
    }

    void find_time() {
        if (const std::optional<std::size_t> whole = find(whole_time_names)) {
            set_time(*whole, Role::time);
            return;
        }
        const std::array<std::string_view, 1> date_name = {"date"};
        const std::array<std::string_view, 1> clock_name = {"time"};
        const std::optional<std::size_t> date = find(date_name);
        const std::optional<std::size_t> clock = find(clock_name);
        if (date && clock) {
            set_time(*date, Role::date);
            set_time(*clock, Role::clock);
        } else if (const std::optional<std::size_t> other = find(other_time_names)) {
            set_time(*other, Role::time);
        } else if (header_.roles.front() == Role::ignored) {
            set_time(0, Role::time);
            header_.time_by_position = true;
        }
    }

    void set_time(std::size_t column, Role role) {
        header_.roles[column] = role;
        header_.has_time = true;
    }

    CellScanner& scanner_;
    Header header_;
    std::vector<std::string> plain_;
};

} // namespace

char find_delimiter(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \r\n");
    if (begin == std::string_view::npos) return ',';
    constexpr std::string_view delimiters = ",;\t";
    std::array<std::size_t, 3> counts{};
    bool quoted = false;
    for (const char c : text.substr(begin)) {
        if (c == '\n') break;
        if (c == '"') quoted = !quoted;
        const std::size_t delimiter = delimiters.find(c);
        if (!quoted && delimiter != std::string_view::npos) ++counts[delimiter];
    }
    return delimiters[static_cast<std::size_t>(std::max_element(counts.begin(), counts.end()) -
                                               counts.begin())];
}

Header read_header(CellScanner& scanner) { return HeaderReader(scanner).read(); }

} // namespace threadx::csv
