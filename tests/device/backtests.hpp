// Bars, strategies and sweeps for the tests of devices.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "device/cpu/cpu_simulator.hpp"
#include "device/cpu/kernel_choice.hpp"
#include "rules/dice.hpp"

namespace threadx::test {

constexpr std::uint64_t plenty = std::uint64_t{1} << 50U; // of memory

bool same_bits(double a, double b); // every NaN is the same

// What is different between two sets of statistics, to the last bit: "fees: 1 and 2"; "" if nothing is.
std::string difference(const Statistics& a, const Statistics& b);

// One bar a minute; open, high, low, close of each. The volume is 1, 2, ...
Bars bars_of(std::initializer_list<std::array<double, 4>> prices);

// A random walk in ticks of 0.01 with gaps, quiet stretches and, if `wild`, bars that halve or double the
// price.
Bars random_bars(Dice& dice, std::size_t count, bool wild = false);

Bars bars_of_window(const Bars& bars, BarRange window);
Bars first_bars(const Bars& bars, std::size_t count);

Execution random_execution(Dice& dice);

// Scenarios of a strategy over a space of some of its parameters.
struct Scenarios {
    std::vector<Axis> axes;
    ScenarioBatch batch;
};

// `count` random points; continuous axes if `continua`.
Scenarios random_scenarios(Dice& dice, const Strategy& strategy, std::size_t count, bool continua);

// The scenarios at `order` of the batch, in that order.
ScenarioBatch selected(const ScenarioBatch& batch, const std::vector<std::size_t>& order);

// One scenario with the strategy's defaults.
ScenarioBatch default_scenario(const Strategy& strategy);

// The recording of one scenario with the strategy's defaults.
Recording backtest(const std::string& strategy_text, const Bars& bars, const Execution& execution = {});

} // namespace threadx::test
