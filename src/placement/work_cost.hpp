// What a kind of work costs on a device: t = batch_seconds + item_seconds · max(items, least_items).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace threadx {

// An item is what the caller counts: a scenario, a bar, a bar of a scenario. Copies to and from a device are
// part of it: their bytes grow with the items.
struct WorkCost {
    double batch_seconds = 0.0; // of each batch, however small
    double item_seconds = 0.0;  // of each item, by the whole device; 0 = not known
    double least_items = 0.0;   // fewer take as long as so many (what fills the device)

    bool known() const { return item_seconds > 0.0; }
    double seconds(double items) const { return batch_seconds + item_seconds * std::max(items, least_items); }
};

// What a device computes once in a run, for all items that use it, such as columns that it keeps. Each item
// needs an equal part of it, that nobody needed before, until all of it is there.
struct OnceWork {
    double items = 0.0;   // that need all of it together
    double seconds = 0.0; // of the whole device, for all of it
};

// For so many items.
inline double once_seconds(const std::vector<OnceWork>& works, double items) {
    double out = 0.0;
    for (const OnceWork& work : works) out += work.seconds * (items < work.items ? items / work.items : 1.0);
    return out;
}

// What is left of it after so many.
inline std::vector<OnceWork> once_after(const std::vector<OnceWork>& works, double items) {
    std::vector<OnceWork> out;
    for (const OnceWork& work : works)
        if (items < work.items)
            out.push_back({work.items - items, work.seconds * (1.0 - items / work.items)});
    return out;
}

inline std::vector<OnceWork> slower(std::vector<OnceWork> works, double times) {
    for (OnceWork& work : works) work.seconds *= times;
    return works;
}

// The least that is worth a batch where others wait for its end: so long, and so many times what a batch
// costs without an item.
constexpr double least_batch_seconds = 0.003;
constexpr double least_batch_overheads = 10.0;
constexpr double several_least = 5.0; // that a batch may always last, and a look at a device if it can

// How much less than its part of the processor a device may get: others make nobody faster, and nobody much
// slower than the threads say.
constexpr double unfair = 1.5;

// How many times longer an item takes beside others, where it was measured alone and beside them, and there
// are so many times more threads than cores: no more than that explains.
inline double measured_slowdown(double together, double alone, double threads_per_core) {
    return std::clamp(together / alone, 1.0, unfair * std::max(1.0, threads_per_core));
}

// A device that could take part in a piece of work.
struct DeviceModel {
    std::string id;
    WorkCost cost;              // as if it had the processor to itself
    double start_seconds = 0.0; // from now until it could take its first batch: opening, compiling
    // How many of this machine's processor's threads it keeps busy: the CPU's workers, an OpenCL device that
    // computes on the processor; 0 for a GPU.
    double processor_threads = 0.0;
    // Those that use the processor have a bit each, so that sets of them can be told apart.
    std::uint64_t processor_bit = 0;
    // Seconds of an item as they were measured beside others that took the processor from it: by the bits of
    // all of them, its own among them.
    std::map<std::uint64_t, double> together = {};
    std::vector<OnceWork> once = {}; // that is still to be done, as if it had the processor to itself
    double busy_seconds = 0.0;       // for the batches that it has, as if it had the processor to itself
};

} // namespace threadx
