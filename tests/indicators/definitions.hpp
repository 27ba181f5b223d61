// The files of src/indicators as the tests read them: what the catalogue does not keep.
#pragma once

#include <string>
#include <vector>

#include "base/toml_config.hpp"
#include "device/cpu/bar_columns.hpp"

namespace threadx::test {

// Bars of a known answer, or made up; the series that are not given are empty.
struct NamedSeries {
    std::vector<double> open, high, low, close, volume, time, time_close;

    std::size_t bars() const;
    BarSeries view() const { return {open, high, low, close, volume, time, time_close}; }
    // The first `count` bars.
    BarSeries view(std::size_t count) const;
};

struct KnownAnswer {
    std::string indicator;
    std::string where; // in its file
    std::string expression;
    NamedSeries series;
    std::vector<double> value; // truths as 1 and 0
};

// Of every indicator, in the order of the catalogue.
std::vector<KnownAnswer> known_answers();

// A random walk in ticks of 0.01, with volumes; bars of an hour, from the end of a year on, of which some are
// missing.
NamedSeries random_bars_for_indicators(unsigned seed, std::size_t bars);

} // namespace threadx::test
