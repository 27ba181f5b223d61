#include "device/cpu/bar_columns.hpp"

#include <algorithm>
#include <limits>

namespace threadx {

BarColumns::BarColumns(const Bars& bars, Extras extras)
    : BarColumns(series_of(bars, extras.times ? bar_times(bars) : BarTimes()), bars.size(),
                 {true, true, true, true, true, extras.times, extras.times}, extras) {}

BarColumns::BarColumns(const BarSeries& series, std::size_t bars, const BarFieldSet& wanted, Extras extras)
    : bars_(bars) {
    const std::size_t padded = padded_bars(bars_);
    for (std::size_t i = 0; i < series.size(); ++i) {
        if (!wanted[i]) continue;
        fields_[i] = AlignedArray<double>(padded);
        double* const end = std::copy(series[i].begin(), series[i].end(), fields_[i].data());
        std::fill(end, fields_[i].data() + padded, std::numeric_limits<double>::quiet_NaN());
    }
    for (std::size_t i = 0; extras.singles && i < singles_.size(); ++i) {
        singles_[i] = AlignedArray<float>(padded);
        std::transform(fields_[i].data(), fields_[i].data() + padded, singles_[i].data(),
                       [](double price) { return static_cast<float>(price); });
    }
    if (extras.ones) {
        ones_ = AlignedArray<double>(padded);
        std::fill_n(ones_.data(), padded, 1.0);
    }
    never_ = AlignedArray<std::uint64_t>(padded / bars_per_word);
    std::fill_n(never_.data(), padded / bars_per_word, 0);
}

template <>
std::array<const double*, 4> BarColumns::prices<double>() const {
    return {fields_[0].data(), fields_[1].data(), fields_[2].data(), fields_[3].data()};
}

template <>
std::array<const float*, 4> BarColumns::prices<float>() const {
    return {singles_[0].data(), singles_[1].data(), singles_[2].data(), singles_[3].data()};
}

} // namespace threadx
