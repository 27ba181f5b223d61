// What was measured on this machine's devices, kept from run to run.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "placement/rate_estimate.hpp"
#include "placement/work_cost.hpp"

namespace threadx {

// What a measurement holds for. All of it must be the same, or the measurement is another's.
struct WorkKey {
    std::string uuid;      // of the device; never its name: two of one name are two devices
    std::string driver;    // and version; of the CPU its instruction set and workers: "avx512 x2"
    std::string kernels;   // hash of the kernel text
    std::string tag;       // the kind of work: "sim/bollinger_atr", "indicator/bollinger_bands", "start"
    std::string precision; // "float64", "float32"; empty where there is none
    // Other devices that took the processor from it meanwhile: their uuids, and the CPU's driver, sorted;
    // mostly empty.
    std::string beside = {};

    auto operator<=>(const WorkKey&) const = default; // NOLINT(modernize-use-nullptr): wrong in clang-tidy 14
};

struct ProfileKey {
    WorkKey work;
    int size_bucket = 0; // of the items of a batch: 2^bucket ≤ items < 2^(bucket + 1)

    auto operator<=>(const ProfileKey&) const = default; // NOLINT(modernize-use-nullptr): the same
};

// Beyond these a number is damaged, not measured: a thousand times faster than the fastest machine, longer
// than anybody waits.
constexpr double least_item_seconds = 1e-15;
constexpr double most_item_seconds = 1e6;
constexpr double most_items = 0x1p64;

int size_bucket(double items); // 0 … 63; of fewer than one item, and of what is no number, 0

struct Profile {
    RateEstimate rate;   // seconds an item, by the whole device alone on the processor
    double items = 0.0;  // of the batches that were measured, their mean; 0 = not known: the bucket's middle
    std::string device;  // its id and name when it was measured, for people
    std::string updated; // UTC, "2022-01-31T12:00:00Z"
};

// Out of memory: more scenarios at once than this did not fit, when so much was free.
struct MemoryCap {
    std::uint64_t items = 0;
    std::uint64_t free_bytes = 0;
    std::string updated;
};

// A batch that ran.
struct Observation {
    WorkKey work;
    std::string device; // for people
    double items = 0.0;
    double seconds = 0.0; // that the whole device took for it, alone on the processor but for `work.beside`
};

class Profiles {
  public:
    std::map<ProfileKey, Profile> entries;
    std::map<WorkKey, MemoryCap> caps;

    // Updates its bucket. An observation beyond the limits above changes nothing.
    void add(const Observation& observation, const std::string& now);

    // The cost of this kind of work: fitted through the buckets that are known, each by its weight. Nothing
    // if none is. One bucket alone gives item_seconds, and batch_seconds 0. least_items is not told apart
    // from batch_seconds, and always 0: where small batches take as long as large ones, that is
    // batch_seconds.
    std::optional<WorkCost> cost(const WorkKey& work) const;

    // The same, and where nothing is known of this tag, what is known of the device's work of the same family
    // ("sim/...") in the same precision: the median one. A tag without a '/' has no family.
    std::optional<WorkCost> cost_or_like(const WorkKey& work) const;
};

} // namespace threadx
