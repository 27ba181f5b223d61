// Storage of columns: one value or one bit per bar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include "device/cpu/kernel_interface.hpp"

namespace threadx {

// Columns are padded so that blocks of whole words need no special case at the end.
constexpr std::size_t padded_bars(std::size_t bars) {
    return (bars + bars_per_word - 1) / bars_per_word * bars_per_word;
}

// An aligned array of Ts, uninitialised.
template <class T>
class AlignedArray {
  public:
    AlignedArray() = default;
    explicit AlignedArray(std::size_t size)
        : values_(static_cast<T*>(::operator new (size * sizeof(T), std::align_val_t{64}))), size_(size) {}
    T* data() const { return values_.get(); }
    std::size_t size() const { return size_; }
    T& operator[](std::size_t i) const { return values_.get()[i]; }

  private:
    struct Free {
        void operator()(T* values) const { ::operator delete (values, std::align_val_t{64}); }
    };
    std::unique_ptr<T, Free> values_;
    std::size_t size_ = 0;
};

// A column of either kind, as its readers see it: the pointer of the other kind is null.
struct ColumnView {
    const double* numbers = nullptr;
    const std::uint64_t* bits = nullptr;
};

// A column of either kind, as its owner holds it.
class Column {
  public:
    Column() = default;
    // `outputs` series of numbers, one after the other, each padded; of truths there is one.
    Column(bool boolean, std::size_t bars, std::size_t outputs = 1) {
        if (boolean)
            bits_ = AlignedArray<std::uint64_t>(padded_bars(bars) / bars_per_word);
        else
            numbers_ = AlignedArray<double>(padded_bars(bars) * outputs);
    }
    double* numbers() const { return numbers_.data(); }
    std::uint64_t* bits() const { return bits_.data(); }
    ColumnView view() const { return {numbers_.data(), bits_.data()}; }

  private:
    AlignedArray<double> numbers_;
    AlignedArray<std::uint64_t> bits_;
};

} // namespace threadx
