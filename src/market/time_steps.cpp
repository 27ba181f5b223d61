#include "market/time_steps.hpp"

#include <unordered_map>

namespace threadx {

std::int64_t most_common_step(std::span<const std::int64_t> time) {
    // Equal steps come in long runs; counting a run before it is entered keeps the table out of the inner
    // loop.
    std::unordered_map<std::int64_t, std::size_t> counts;
    for (std::size_t i = 1; i < time.size();) {
        const std::int64_t step = time[i] - time[i - 1];
        std::size_t run = 1;
        for (++i; i < time.size() && time[i] - time[i - 1] == step; ++i) ++run;
        counts[step] += run;
    }
    std::int64_t best = 0;
    std::size_t most = 0;
    for (const auto& [step, count] : counts)
        if (count > most || (count == most && step < best)) {
            best = step;
            most = count;
        }
    return best;
}

Gaps find_gaps(std::span<const std::int64_t> time, std::int64_t period) {
    Gaps gaps;
    for (std::size_t i = 1; i < time.size(); ++i) {
        const std::int64_t step = time[i] - time[i - 1];
        if (step <= period) continue;
        ++gaps.count;
        if (step > gaps.largest) {
            gaps.largest = step;
            gaps.after = time[i - 1];
        }
    }
    return gaps;
}

} // namespace threadx
