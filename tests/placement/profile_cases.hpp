// Profiles for the tests of this folder, and how they are compared.
#pragma once

#include <string>

#include "placement/profiles.hpp"

namespace threadx::test {

inline WorkKey key_of(const std::string& tag, const std::string& uuid = "GPU-1") {
    return {.uuid = uuid, .driver = "driver 1", .kernels = "abc", .tag = tag, .precision = "float64"};
}

// `count` measurements of batches of `items` that took `seconds`.
inline void measure(Profiles& profiles, const WorkKey& work, double items, double seconds, int count = 5,
                    const std::string& now = "2022-01-31T12:00:00Z") {
    for (int i = 0; i < count; ++i)
        profiles.add({.work = work, .device = "gpu:0 (Made-up)", .items = items, .seconds = seconds}, now);
}

inline bool same(const Profile& a, const Profile& b) {
    const RateEstimate::State &x = a.rate.state(), &y = b.rate.state();
    return x.seconds == y.seconds && x.log_variance == y.log_variance && x.count == y.count &&
           x.outliers == y.outliers && a.items == b.items && a.device == b.device && a.updated == b.updated;
}

inline bool same(const MemoryCap& a, const MemoryCap& b) {
    return a.items == b.items && a.free_bytes == b.free_bytes && a.updated == b.updated;
}

template <class Map>
bool same_map(const Map& a, const Map& b) {
    if (a.size() != b.size()) return false;
    for (auto x = a.begin(), y = b.begin(); x != a.end(); ++x, ++y)
        if (x->first != y->first || !same(x->second, y->second)) return false;
    return true;
}

inline bool same(const Profiles& a, const Profiles& b) {
    return same_map(a.entries, b.entries) && same_map(a.caps, b.caps);
}

} // namespace threadx::test
