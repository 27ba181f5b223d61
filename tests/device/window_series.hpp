// Series and definitions for the tests of window functions.
#pragma once

#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "device/computed_column.hpp"
#include "rules/dice.hpp"

namespace threadx::test {

using Series = std::vector<double>;

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

inline Series windowed(std::string_view name, const Series& x, int n) {
    return computed_column(std::string(name) + "(close, " + std::to_string(n) + ")",
                           BarSeries{{{}, {}, {}, x, {}}}, x.size());
}

// The sum of all values, rounded once (Shewchuk 1997: a sum as numbers that do not overlap).
inline double exact_sum(std::span<const double> values) {
    std::vector<double> parts; // non-overlapping, smallest first
    for (double x : values) {
        std::size_t kept = 0;
        for (double y : parts) {
            if (std::fabs(x) < std::fabs(y)) std::swap(x, y);
            const double high = x + y;
            const double low = y - (high - x);
            if (low != 0.0) parts[kept++] = low;
            x = high;
        }
        parts.resize(kept);
        parts.push_back(x);
    }
    double sum = 0.0;
    std::size_t i = parts.size();
    double low = 0.0;
    while (i > 0 && low == 0.0) { // from the largest; what follows the first inexact sum can only break a tie
        const double high = sum + parts[i - 1];
        low = parts[i - 1] - (high - sum);
        sum = high;
        --i;
    }
    if (i > 0 && low != 0.0 && std::signbit(low) == std::signbit(parts[i - 1])) {
        const double doubled = low * 2.0;
        const double moved = sum + doubled;
        if (doubled == moved - sum) sum = moved;
    }
    return sum;
}

// Prices in ticks: 0.01, or any other.
inline Series tick_walk(Dice& dice, std::size_t count, double ticks_per_unit, int start, int step) {
    Series out;
    int ticks = start;
    for (std::size_t t = 0; t < count; ++t) {
        ticks = std::max(1, ticks + dice.between(-step, step));
        out.push_back(ticks / ticks_per_unit);
    }
    return out;
}

} // namespace threadx::test
