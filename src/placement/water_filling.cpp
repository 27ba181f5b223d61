#include "placement/water_filling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace threadx {
namespace {

// Work that is done once makes the first items dearer than the later ones. Here each part of it is either
// done before the first item, where fewer than `items` need all of it, or a part of what an item costs: exact
// for so many items, and for any other number no faster than it is.
Contributor without_once(const Contributor& worker, double items) {
    Contributor out = {worker.ready, worker.item_seconds, worker.least_items};
    for (const OnceWork& work : worker.once)
        if (work.items <= items)
            out.ready += work.seconds;
        else
            out.item_seconds += work.seconds / work.items;
    return out;
}

// Of those who do nothing once.
double plain_time_to_finish(std::vector<Contributor>& workers, double items) {
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

} // namespace

double Contributor::end_of(double items) const {
    const double computed = std::max(items, least_items);
    return ready + item_seconds * computed + once_seconds(once, computed);
}

double Contributor::done_by(double time) const {
    if (time < first_result()) return 0.0;
    const auto by_line = [&](double items) {
        const Contributor line = without_once(*this, items);
        return (time - line.ready) / line.item_seconds;
    };
    double out = by_line(0.0); // no line is faster than the worker, and at each time one is as fast
    for (const OnceWork& work : once) out = std::max(out, by_line(work.items));
    return out;
}

double time_to_finish(std::vector<Contributor>& workers, double items) {
    if (items <= 0.0) return 0.0;
    if (std::all_of(workers.begin(), workers.end(), [](const Contributor& w) { return w.once.empty(); }))
        return plain_time_to_finish(workers, items);
    // As if each did all of it; then always by what it has done until then, which is never later.
    double finish = std::numeric_limits<double>::infinity();
    for (;;) {
        std::vector<Contributor> lines;
        for (const Contributor& worker : workers)
            lines.push_back(without_once(worker, std::isfinite(finish) ? worker.done_by(finish) : items));
        const double sooner = plain_time_to_finish(lines, items);
        if (!(sooner < finish * (1.0 - 1e-12))) return std::min(sooner, finish);
        finish = sooner;
    }
}

} // namespace threadx
