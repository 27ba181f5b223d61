// How long the processor takes for a column of an indicator: one alone, and one of a sweep over its length.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "device/cpu/kernel_interface.hpp"
#include "market/bars.hpp"

namespace threadx {

struct ColumnTimesSetup {
    const Bars& bars;
    const KernelTable& kernels;
    // Expressions; one that uses the name `length` is swept over it. Empty: every indicator with its default
    // arguments, and swept where it has a length.
    std::vector<std::string> expressions;
    std::uint64_t sweep_bars = 0; // the first ones, for sweeps
    int periods = 0;              // lengths of a sweep, from 2 on
    int runs = 0;                 // of each, of which the median counts
    const std::atomic<bool>* stop = nullptr;
};

// Of one expression on one thread. A column is all results of the expression; it is computed from bars alone,
// with all that it is made of, into memory that was used before; seconds are the thread's processor time; of
// a sweep what several lengths share is computed once for `sweep_group` of them.
struct ColumnTime {
    std::string expression;
    std::uint64_t bars = 0;
    int columns = 1; // more than one: of a sweep
    std::vector<double> seconds_of_runs;

    double seconds() const;
    double nanoseconds() const { // a bar of a column
        return 1e9 * seconds() / (static_cast<double>(bars) * columns);
    }
};

// Nothing if interrupted. InputError names a mistake in an expression.
std::optional<std::vector<ColumnTime>> measure_column_times(const ColumnTimesSetup& setup);

std::string column_times_table(const std::vector<ColumnTime>& times);
std::string column_times_json(const std::vector<ColumnTime>& times, const KernelTable& kernels);

} // namespace threadx
