#include "placement/water_filling.hpp"

#include <algorithm>
#include <limits>

namespace threadx {

double time_to_finish(std::vector<Contributor>& workers, double items) {
    if (items <= 0.0) return 0.0;
    std::sort(workers.begin(), workers.end(),
              [](const Contributor& a, const Contributor& b) { return a.first_result() < b.first_result(); });
    double rate = 0.0;   // of those who take part
    double missed = 0.0; // items they would have done, had they been ready at 0
    double finish = std::numeric_limits<double>::infinity();
    for (const Contributor& worker : workers) {
        if (finish <= worker.first_result()) break;
        rate += 1.0 / worker.item_seconds;
        missed += worker.ready / worker.item_seconds;
        // What it does at least, all at once, may be more than is left.
        finish = std::max((items + missed) / rate, worker.first_result());
    }
    return std::max(finish, 0.0);
}

} // namespace threadx
