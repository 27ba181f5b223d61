// Devices for tests of the dispatcher.
#pragma once

#include <string>

#include "placement/dispatcher.hpp"

namespace threadx::test {

inline DispatchDevice device(const std::string& id, double item_seconds, double start = 0.0,
                             double batch_seconds = 0.0) {
    DispatchDevice out;
    out.model = {id, {batch_seconds, item_seconds, 0.0}, start, 0.0};
    return out;
}

inline DispatchDevice cpu(double item_seconds, std::size_t workers, std::uint64_t largest,
                          std::uint64_t lanes) {
    DispatchDevice out = device("cpu", item_seconds);
    out.model.processor_threads = static_cast<double>(workers);
    out.workers = workers;
    out.largest_batch = largest;
    out.batch_multiple = lanes;
    out.workers_help = true;
    return out;
}

} // namespace threadx::test
