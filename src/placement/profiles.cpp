#include "placement/profiles.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace threadx {
namespace {

constexpr int last_bucket = 63;

// However often something was measured, the next run differs by so much from this one. And few measurements
// that happen to agree do not mean that there is no noise.
constexpr double least_error = 0.02;
constexpr double least_spread = 0.05;
constexpr std::uint64_t most_evidence = 5; // as many measurements as an estimate remembers

// How strongly batch_seconds is expected to be near 0, measured in the time of the largest batch: so that of
// two sizes that are almost the same the noise does not decide, and weak against sizes that differ.
constexpr double expectation_weight = 10.0;

// Of larger batches that seem to take no longer than small ones, an item takes at least this part of what
// it does in the largest that was measured. With nothing at all, a batch of any size would be for free.
constexpr double least_item_share = 0.1;

struct Point {
    double items = 0.0;
    double seconds = 0.0; // of a batch of so many
    double weight = 0.0;
};

double items_of(const ProfileKey& key, const Profile& profile) {
    return profile.items > 0.0 ? profile.items : std::ldexp(1.5, key.size_bucket);
}

double weight_of(const RateEstimate& rate) {
    const double spread = std::max(rate.spread(), least_spread);
    const auto count = static_cast<double>(std::min(rate.state().count, most_evidence));
    return 1.0 / (least_error * least_error + spread * spread / count);
}

// Batch seconds a and item seconds b with the least Σ weight · ((a + b · items) / seconds − 1)².
WorkCost fit(const std::vector<Point>& points) {
    double aa = expectation_weight, ab = 0.0, bb = 0.0, a1 = 0.0, b1 = 0.0; // of the normal equations
    double largest = 0.0, item_seconds = 0.0;
    // In units of the largest batch, so that squares neither overflow nor vanish.
    for (const Point& point : points)
        if (point.items > largest) {
            largest = point.items;
            item_seconds = point.seconds / point.items;
        }
    const double second = item_seconds * largest;
    for (const Point& point : points) {
        const double a = second / point.seconds;
        const double b = a * (point.items / largest);
        aa += point.weight * a * a;
        ab += point.weight * a * b;
        bb += point.weight * b * b;
        a1 += point.weight * a;
        b1 += point.weight * b;
    }
    double batch = std::max((a1 * bb - b1 * ab) / (aa * bb - ab * ab), 0.0);
    double item = (b1 - ab * batch) / bb; // the best beside that batch
    if (item < least_item_share) {
        item = least_item_share;
        batch = std::max((a1 - ab * item) / aa, 0.0);
    }
    return {.batch_seconds = batch * second, .item_seconds = item * item_seconds, .least_items = 0.0};
}

std::string_view family_of(std::string_view tag) { return tag.substr(0, tag.find('/')); }

} // namespace

int size_bucket(double items) {
    if (!(items >= 1.0)) return 0;
    return std::isfinite(items) ? std::min(std::ilogb(items), last_bucket) : last_bucket;
}

void Profiles::add(const Observation& observation, const std::string& now) {
    const double item_seconds = observation.seconds / observation.items;
    const bool possible = observation.items >= 1.0 && observation.items < most_items &&
                          item_seconds >= least_item_seconds && item_seconds <= most_item_seconds;
    if (!possible) return;
    Profile& profile = entries[{observation.work, size_bucket(observation.items)}];
    profile.device = observation.device;
    profile.updated = now;
    switch (profile.rate.update(item_seconds)) {
    case RateEstimate::Outcome::rejected: return;
    case RateEstimate::Outcome::reset: profile.items = observation.items; return;
    case RateEstimate::Outcome::accepted: break;
    }
    if (!(profile.items > 0.0)) profile.items = observation.items;
    const auto count = static_cast<double>(std::min(profile.rate.state().count, most_evidence));
    profile.items += (observation.items - profile.items) / count;
}

std::optional<WorkCost> Profiles::cost(const WorkKey& work) const {
    std::vector<Point> points;
    for (auto at = entries.lower_bound({work, 0}); at != entries.end() && at->first.work == work; ++at) {
        const auto& [key, profile] = *at;
        if (!profile.rate.known()) continue;
        const double items = items_of(key, profile);
        points.push_back({items, items * profile.rate.item_seconds(), weight_of(profile.rate)});
    }
    if (points.empty()) return std::nullopt;
    if (points.size() == 1) return WorkCost{.item_seconds = points.front().seconds / points.front().items};
    return fit(points);
}

std::optional<WorkCost> Profiles::cost_or_like(const WorkKey& work) const {
    if (const std::optional<WorkCost> known = cost(work)) return known;
    if (work.tag.find('/') == std::string::npos) return std::nullopt;
    std::vector<WorkCost> alike;
    const WorkKey* last = nullptr;
    for (const auto& [key, profile] : entries) {
        if (last != nullptr && key.work == *last) continue; // another bucket of it
        last = &key.work;
        WorkKey same_but_tag = key.work;
        same_but_tag.tag = work.tag;
        if (same_but_tag != work || key.work.tag.find('/') == std::string::npos ||
            family_of(key.work.tag) != family_of(work.tag))
            continue;
        if (const std::optional<WorkCost> known = cost(key.work)) alike.push_back(*known);
    }
    if (alike.empty()) return std::nullopt;
    const auto middle = alike.begin() + static_cast<std::ptrdiff_t>(alike.size() / 2); // of two, the slower
    std::nth_element(alike.begin(), middle, alike.end(),
                     [](const WorkCost& a, const WorkCost& b) { return a.item_seconds < b.item_seconds; });
    return *middle;
}

} // namespace threadx
