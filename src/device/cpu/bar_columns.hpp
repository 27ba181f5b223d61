// Bars as a device reads them: padded arrays in both precisions.
#pragma once

#include <array>

#include "device/cpu/column.hpp"
#include "market/bars.hpp"

namespace threadx {

class BarColumns {
  public:
    explicit BarColumns(const Bars& bars);

    std::size_t bars() const { return bars_; }
    const double* field(int bar_field) const { return fields_[static_cast<std::size_t>(bar_field)].data(); }
    const double* ones() const { return ones_.data(); }          // the column that is 1 at each bar
    const std::uint64_t* never() const { return never_.data(); } // the signal that is never given
    template <class Real>
    std::array<const Real*, 4> prices() const; // open, high, low, close

  private:
    std::size_t bars_;
    std::array<AlignedArray<double>, 5> fields_; // by BarField; NaN after the last bar
    std::array<AlignedArray<float>, 4> singles_;
    AlignedArray<double> ones_;
    AlignedArray<std::uint64_t> never_;
};

} // namespace threadx
