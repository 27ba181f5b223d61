// The cells of delimiter-separated text (RFC 4180), read in one pass and in place: no copy is made of a cell
// unless it holds a doubled quote.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/error.hpp"

namespace threadx::csv {

// Eight characters as a number, the first one lowest.
using EightCharacters = std::uint64_t;

constexpr EightCharacters eight_times(unsigned char c) { return 0x0101010101010101U * c; }

inline EightCharacters eight_characters(const char* at) {
    EightCharacters characters = 0;
    std::memcpy(&characters, at, sizeof characters);
    if constexpr (std::endian::native == std::endian::big) characters = __builtin_bswap64(characters);
    return characters;
}

// The highest bit of the first character that is 0; the bits above it mean nothing.
inline std::uint64_t mark_first_zero(EightCharacters characters) {
    return (characters - eight_times(1)) & ~characters & eight_times(0x80);
}

// The first of `a` and `b` from `at` on, or `end`.
inline const char* find_either(const char* at, const char* end, char a, char b) {
    const EightCharacters all_a = eight_times(static_cast<unsigned char>(a));
    const EightCharacters all_b = eight_times(static_cast<unsigned char>(b));
    for (; end - at >= 8; at += 8) {
        const EightCharacters characters = eight_characters(at);
        const std::uint64_t found = mark_first_zero(characters ^ all_a) | mark_first_zero(characters ^ all_b);
        if (found != 0) return at + std::countr_zero(found) / 8;
    }
    while (at != end && *at != a && *at != b) ++at;
    return at;
}

// A decimal number without exponent at `at`: the place after it, or null if there is none or it needs more
// care. With at most 2^53 as the digits and a power of ten up to 22 both operands of the division are exact,
// so that IEEE division rounds correctly (Clinger, "How to read floating point numbers accurately", 1990).
inline const char* scan_plain_number(const char* at, const char* end, double& value) {
    constexpr std::array<double, 23> power_of_ten = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const bool negative = at != end && *at == '-';
    if (negative) ++at;
    std::uint64_t digits = 0;
    const auto scan_digits = [&] {
        const char* const first = at;
        for (; at != end; ++at) {
            const unsigned digit = static_cast<unsigned>(*at) - '0';
            if (digit > 9) break;
            digits = digits * 10 + digit; // wraps around only beyond 19 digits, which are refused below
        }
        return static_cast<std::size_t>(at - first);
    };
    const std::size_t before_point = scan_digits();
    std::size_t after_point = 0;
    if (at != end && *at == '.') {
        ++at;
        after_point = scan_digits();
    }
    if (before_point == 0 || before_point + after_point > 19 || digits > (std::uint64_t{1} << 53))
        return nullptr;
    const double magnitude =
        static_cast<double>(static_cast<std::int64_t>(digits)) / power_of_ten[after_point];
    value = negative ? -magnitude : magnitude;
    return at;
}

// Walks over a text line by line and cell by cell.
class CellScanner {
  public:
    // `name` is what errors call the text, which has to live as long as the scanner.
    CellScanner(std::string_view text, std::string name, char delimiter)
        : at_(text.data()), end_(text.data() + text.size()), name_(std::move(name)), delimiter_(delimiter) {}

    // Goes to the next line that is not blank. To be called when the line is done. False at the end of the
    // text.
    bool next_line() {
        for (;;) {
            const char* begin = at_;
            while (at_ != end_ && (*at_ == ' ' || *at_ == '\r')) ++at_;
            if (at_ == end_) return false;
            if (*at_ == '\n') {
                ++at_;
                ++next_line_;
                continue;
            }
            at_ = begin;
            line_ = next_line_;
            done_ = false;
            return true;
        }
    }

    // Whether all cells of the line have been taken.
    bool line_done() const { return done_; }

    // Takes the next cell if it is a plain number; the fast way.
    bool take_number(double& value) {
        const char* after = scan_plain_number(at_, end_, value);
        if (after == nullptr) return false;
        if (after != end_ && *after == '\r' && (after + 1 == end_ || after[1] == '\n')) ++after;
        if (after != end_ && *after != delimiter_ && *after != '\n') return false;
        at_ = after;
        finish_cell();
        return true;
    }

    // Takes the next cell, without its quotes and the spaces around it. Valid until the next call.
    std::string_view take_cell() {
        skip_spaces();
        if (at_ != end_ && *at_ == '"') return take_quoted();
        const char* const begin = at_;
        at_ = find_either(at_, end_, delimiter_, '\n');
        const char* last = at_;
        if (last != begin && (at_ == end_ || *at_ == '\n') && last[-1] == '\r') --last;
        while (last != begin && last[-1] == ' ') --last;
        finish_cell();
        return {begin, static_cast<std::size_t>(last - begin)};
    }

    // The line on which the current row begins, from 1.
    long long line() const { return line_; }

    // Throws InputError "name:line: message".
    [[noreturn]] void fail(std::string_view message) const {
        throw InputError(fmt::format("{}:{}: {}", name_, line_, message));
    }

  private:
    void skip_spaces() {
        while (at_ != end_ && *at_ == ' ') ++at_;
    }

    // Moves past the delimiter or the end of the line that follows a cell.
    void finish_cell() {
        if (at_ == end_) {
            done_ = true;
        } else if (*at_++ == '\n') {
            done_ = true;
            ++next_line_;
        }
    }

    std::string_view take_quoted() {
        ++at_;
        const char* begin = at_;
        bool doubled = false;
        unquoted_.clear();
        for (;; ++at_) {
            if (at_ == end_) fail("a quote is opened and never closed; is the file complete?");
            if (*at_ == '\n') ++next_line_;
            if (*at_ != '"') continue;
            if (at_ + 1 == end_ || at_[1] != '"') break;
            unquoted_.append(begin, at_ + 1);
            ++at_;
            begin = at_ + 1;
            doubled = true;
        }
        std::string_view cell(begin, static_cast<std::size_t>(at_ - begin));
        if (doubled) cell = unquoted_.append(cell);
        ++at_;
        skip_spaces();
        if (at_ != end_ && *at_ == '\r' && (at_ + 1 == end_ || at_[1] == '\n')) ++at_;
        if (at_ != end_ && *at_ != delimiter_ && *at_ != '\n')
            fail("text follows a closing quote; double the quotes that belong to a cell");
        finish_cell();
        return cell;
    }

    const char* at_;
    const char* end_;
    std::string name_;
    std::string unquoted_; // the cell taken last, if it had doubled quotes
    long long line_ = 1;
    long long next_line_ = 1;
    char delimiter_;
    bool done_ = true;
};

} // namespace threadx::csv
