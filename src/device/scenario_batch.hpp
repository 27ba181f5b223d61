// Scenarios as devices take them, and what devices give back.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "device/simulation_scope.hpp"
#include "device/statistics.hpp"

namespace threadx {

// One scenario's coordinates.
struct ScenarioPoint {
    std::span<const double> parameters;    // all of the strategy's
    std::span<const std::uint64_t> levels; // by the plan's axes
    std::uint64_t slice_index = 0;         // within the slice
};

enum class Precision : std::uint8_t { float64, float32 };

// Scenarios to be simulated together, in the order of their ids, each over every window of the run's scope.
struct ScenarioBatch {
    std::size_t count = 0;
    std::size_t parameter_count = 0;
    std::size_t axis_count = 0;
    std::vector<double> parameters; // count × parameter_count: all of the strategy's
    std::vector<std::uint64_t>
        levels; // count × axis_count: level of each of the plan's axes (0 on a continuum)

    std::span<const double> parameters_of(std::size_t i) const {
        return {parameters.data() + i * parameter_count, parameter_count};
    }
    ScenarioPoint point(std::size_t i, std::uint64_t slice_index) const {
        return {parameters_of(i), {levels.data() + i * axis_count, axis_count}, slice_index};
    }
};

// Between the host and an accelerator, for scenarios; bars and columns that a device does not compute are not
// among it.
struct Transfers {
    std::uint64_t up_bytes = 0;
    std::uint64_t down_bytes = 0;
    double down_seconds = 0.0; // by the device's clock
};

struct BatchResult {
    std::vector<Statistics> statistics; // scenario × window: of scenario i over window w, i * windows + w
    // scenario × window × block × 2: the sums of returns and of their squares in a block. Empty: not asked
    // for.
    std::vector<double> block_sums;
    std::vector<bool> valid; // false: it could not be run; its statistics mean nothing
    double column_seconds = 0.0;
    double kept_column_seconds = 0.0; // of those, for columns that later batches find ready
    double simulation_seconds = 0.0;
    double helper_seconds = 0.0; // of the simulation's, by other threads than the one that ran the batch
    Transfers transfers;
};

// Of `count` scenarios that are still to be simulated.
inline BatchResult empty_result(std::size_t count, const SimulationScope& scope) {
    BatchResult result;
    result.statistics.resize(count * scope.window_count());
    result.block_sums.resize(result.statistics.size() * static_cast<std::size_t>(scope.blocks) * 2);
    result.valid.resize(count);
    return result;
}

// Writes what scenario and window `place` of the result has in each block: the differences of its sums up to
// the blocks' ends. sum_up_to(b, 0) is that of returns up to the end of block b, sum_up_to(b, 1) that of
// their squares; not asked for of the last block, whose are the statistics', which must be there.
template <class SumUpTo>
void set_block_sums(BatchResult& result, const SimulationScope& scope, std::size_t place,
                    const SumUpTo& sum_up_to) {
    const auto blocks = static_cast<std::size_t>(scope.blocks);
    const Statistics& whole = result.statistics[place];
    double before[2] = {0.0, 0.0};
    for (std::size_t b = 0; b < blocks; ++b)
        for (std::size_t k = 0; k < 2; ++k) {
            const double now =
                b + 1 < blocks ? sum_up_to(b, k) : (k == 0 ? whole.return_sum : whole.return_squares);
            result.block_sums[(place * blocks + b) * 2 + k] = now - before[k];
            before[k] = now;
        }
}

// Whether scenario a of a batch stands before b, of scenarios sorted by these parameters
// (parameters_by_likeness).
inline bool stands_before(const ScenarioBatch& batch, std::span<const int> parameters, std::size_t a,
                          std::size_t b) {
    const std::span<const double> x = batch.parameters_of(a);
    const std::span<const double> y = batch.parameters_of(b);
    for (const int parameter : parameters) {
        const auto i = static_cast<std::size_t>(parameter);
        if (x[i] != y[i]) return x[i] < y[i];
    }
    return false;
}

} // namespace threadx
