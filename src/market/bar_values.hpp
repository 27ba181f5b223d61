// The values of a column of bars: an array of its own, or one that somebody has lent and that is only read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace threadx {

// Behaves as a std::vector. Lent memory is shared by copies, and kept by `keeper` as long as one of them is
// there; what would change it makes a copy of the values first.
template <class T>
class BarValues {
  public:
    using value_type = T; // NOLINT(readability-identifier-naming): as containers call it

    BarValues() = default;
    // NOLINTBEGIN(google-explicit-constructor): it stands where a vector would
    BarValues(std::vector<T> values) : own_(std::move(values)) {}
    BarValues(std::initializer_list<T> values) : own_(values) {}
    // NOLINTEND(google-explicit-constructor)
    // NOLINTNEXTLINE(performance-unnecessary-value-param): it is moved
    static BarValues lent(std::span<const T> values, std::shared_ptr<const void> keeper) {
        BarValues out;
        out.lent_ = values;
        out.keeper_ = std::move(keeper);
        return out;
    }
    bool is_lent() const { return lent_.data() != nullptr; }

    const T* data() const { return is_lent() ? lent_.data() : own_.data(); }
    std::size_t size() const { return is_lent() ? lent_.size() : own_.size(); }
    bool empty() const { return size() == 0; }
    const T* begin() const { return data(); }
    const T* end() const { return data() + size(); }
    const T& operator[](std::size_t i) const { return data()[i]; }
    const T& front() const { return data()[0]; }
    const T& back() const { return data()[size() - 1]; }

    operator std::span<const T>() const { return {data(), size()}; } // NOLINT(google-explicit-constructor)

    T* begin() { return own().data(); }
    T* end() { return begin() + size(); }
    T& operator[](std::size_t i) { return own()[i]; }
    T& front() { return own().front(); }
    T& back() { return own().back(); }
    void push_back(const T& value) { own().push_back(value); }
    void reserve(std::size_t count) { own().reserve(count); }
    void resize(std::size_t count) { own().resize(count); }
    void resize(std::size_t count, const T& value) { own().resize(count, value); }
    void assign(std::size_t count, const T& value) { own().assign(count, value); }
    void clear() { own().clear(); }

    friend bool operator==(const BarValues& a, const BarValues& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }

  private:
    std::vector<T>& own() {
        if (is_lent()) {
            own_.assign(lent_.begin(), lent_.end());
            lent_ = {};
            keeper_.reset();
        }
        return own_;
    }

    std::vector<T> own_;
    std::span<const T> lent_;
    std::shared_ptr<const void> keeper_;
};

} // namespace threadx
