// Arrays between numpy and the engine, without copies.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include "market/bar_values.hpp"

namespace threadx::python {

namespace nb = nanobind;

template <class T>
using InArray = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <class T>
using OutArray = nb::ndarray<nb::numpy, T, nb::ndim<1>>;

// A numpy array that has taken the vector over.
template <class T>
OutArray<T> array_of(std::vector<T> values) {
    auto kept = std::make_unique<std::vector<T>>(std::move(values));
    T* data = kept->data();
    const std::size_t size = kept->size();
    nb::capsule owner(kept.release(),
                      [](void* vector) noexcept { delete static_cast<std::vector<T>*>(vector); });
    return OutArray<T>(data, {size}, owner);
}

template <class T>
std::span<const T> span_of(const InArray<T>& array) {
    return {array.data(), array.size()};
}

// Memory of numpy's, which stays as long as somebody reads it. Whoever is the last to let it go need not have
// the interpreter's lock.
template <class T>
BarValues<T> series_of(InArray<T> array) {
    const std::span<const T> values = span_of(array);
    const std::shared_ptr<void> keeper(new InArray<T>(std::move(array)), [](void* kept) {
        const nb::gil_scoped_acquire lock;
        delete static_cast<InArray<T>*>(kept);
    });
    return BarValues<T>::lent(values, keeper);
}

// A numpy array that may be read alone, of memory that `owner` keeps.
template <class T>
nb::ndarray<nb::numpy, const T, nb::ndim<1>> view_of(const BarValues<T>& series, nb::handle owner) {
    return {series.data(), {series.size()}, owner};
}

} // namespace threadx::python
