// Bars as a device reads them: padded arrays in both precisions.
#pragma once

#include <array>
#include <span>

#include "device/cpu/column.hpp"
#include "market/bar_times.hpp"
#include "rules/graph.hpp"

namespace threadx {

// By BarField; one that is empty is NaN at each bar.
using BarSeries = std::array<std::span<const double>, bar_field_count>;

// `times` must live as long.
inline BarSeries series_of(const Bars& bars, const BarTimes& times) {
    return {bars.open, bars.high, bars.low, bars.close, bars.volume, times.start, times.end};
}

class BarColumns {
  public:
    // What not every run reads.
    struct Extras {
        bool singles = false; // prices in float32
        bool ones = false;
        bool times = false; // both time fields
    };
    BarColumns(const Bars& bars, Extras extras);
    // Only the fields that are `wanted`, by BarField; the others are null.
    BarColumns(const BarSeries& series, std::size_t bars, const BarFieldSet& wanted, Extras extras);

    std::size_t bars() const { return bars_; }
    const double* field(int bar_field) const { return fields_[static_cast<std::size_t>(bar_field)].data(); }
    const double* ones() const { return ones_.data(); }          // 1 at each bar; null unless asked for
    const std::uint64_t* never() const { return never_.data(); } // the signal that is never given
    template <class Real>
    std::array<const Real*, 4> prices() const; // open, high, low, close; as floats null unless asked for

  private:
    std::size_t bars_;
    std::array<AlignedArray<double>, bar_field_count> fields_; // by BarField; NaN after the last bar
    std::array<AlignedArray<float>, 4> singles_;
    AlignedArray<double> ones_;
    AlignedArray<std::uint64_t> never_;
};

} // namespace threadx
