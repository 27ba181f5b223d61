#include "device/cpu/bar_columns.hpp"

#include <algorithm>
#include <limits>

namespace threadx {

BarColumns::BarColumns(const Bars& bars) : bars_(bars.size()) {
    const std::size_t padded = padded_bars(bars_);
    const std::array sources = {&bars.open, &bars.high, &bars.low, &bars.close, &bars.volume};
    for (std::size_t i = 0; i < sources.size(); ++i) {
        fields_[i] = AlignedArray<double>(padded);
        std::fill_n(fields_[i].data(), padded, std::numeric_limits<double>::quiet_NaN());
        std::copy(sources[i]->begin(), sources[i]->end(), fields_[i].data());
    }
    for (std::size_t i = 0; i < singles_.size(); ++i) {
        singles_[i] = AlignedArray<float>(padded);
        std::transform(fields_[i].data(), fields_[i].data() + padded, singles_[i].data(),
                       [](double price) { return static_cast<float>(price); });
    }
    ones_ = AlignedArray<double>(padded);
    std::fill_n(ones_.data(), padded, 1.0);
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
