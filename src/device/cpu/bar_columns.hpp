// Bars as a device reads them: padded arrays in both precisions.
#pragma once

#include <array>
#include <span>

#include "device/cpu/column.hpp"
#include "market/bars.hpp"

namespace threadx {

// By BarField; one that is empty is NaN at each bar.
using BarSeries = std::array<std::span<const double>, 5>;

class BarColumns {
  public:
    // What not every run reads.
    struct Extras {
        bool singles; // prices in float32
        bool ones;
    };
    BarColumns(const Bars& bars, Extras extras);
    // Only the fields that are `wanted`, by BarField; the others are null.
    BarColumns(const BarSeries& series, std::size_t bars, const std::array<bool, 5>& wanted, Extras extras);

    std::size_t bars() const { return bars_; }
    const double* field(int bar_field) const { return fields_[static_cast<std::size_t>(bar_field)].data(); }
    const double* ones() const { return ones_.data(); }          // 1 at each bar; null unless asked for
    const std::uint64_t* never() const { return never_.data(); } // the signal that is never given
    template <class Real>
    std::array<const Real*, 4> prices() const; // open, high, low, close; as floats null unless asked for

  private:
    std::size_t bars_;
    std::array<AlignedArray<double>, 5> fields_; // by BarField; NaN after the last bar
    std::array<AlignedArray<float>, 4> singles_;
    AlignedArray<double> ones_;
    AlignedArray<std::uint64_t> never_;
};

} // namespace threadx
