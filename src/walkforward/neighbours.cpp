#include "walkforward/neighbours.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/number_text.hpp"

namespace threadx {
namespace {

constexpr std::uint64_t most_scattered = 100'000; // that are no grid: some 10^9 distances

// The nearest of points that are sorted by their first coordinate: from a point outwards, until that
// coordinate alone is farther than what was found.
class NearestPoints {
  public:
    NearestPoints(std::vector<double> places, std::size_t dimensions)
        : places_(std::move(places)), dimensions_(dimensions), order_(places_.size() / dimensions),
          rank_(order_.size()) {
        std::iota(order_.begin(), order_.end(), 0U);
        std::stable_sort(order_.begin(), order_.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return first(a) < first(b); });
        for (std::size_t i = 0; i < order_.size(); ++i) rank_[order_[i]] = i;
    }

    void append_nearest(std::uint32_t point, std::size_t count, std::vector<std::uint32_t>& out) {
        best_.clear();
        std::size_t below = rank_[point];
        std::size_t above = rank_[point] + 1;
        for (;;) {
            const double far = best_.size() < count ? 1e300 : best_.back().first;
            const double down = below > 0 ? square(first(point) - first(order_[below - 1])) : 1e301;
            const double up = above < order_.size() ? square(first(order_[above]) - first(point)) : 1e301;
            if (std::min(down, up) > far) break;
            const std::uint32_t other = down <= up ? order_[--below] : order_[above++];
            const std::pair<double, std::uint32_t> found = {distance(point, other), other};
            best_.insert(std::upper_bound(best_.begin(), best_.end(), found), found);
            if (best_.size() > count) best_.pop_back();
        }
        for (const auto& [distance, other] : best_) out.push_back(other);
    }

  private:
    static double square(double x) { return x * x; }
    double first(std::uint32_t point) const { return places_[point * dimensions_]; }
    double distance(std::uint32_t a, std::uint32_t b) const {
        double sum = 0.0;
        for (std::size_t d = 0; d < dimensions_; ++d)
            sum += square(places_[a * dimensions_ + d] - places_[b * dimensions_ + d]);
        return sum;
    }

    std::vector<double> places_; // point × dimension
    std::size_t dimensions_;
    std::vector<std::uint32_t> order_; // by the first coordinate
    std::vector<std::size_t> rank_;    // in it
    std::vector<std::pair<double, std::uint32_t>> best_;
};

} // namespace

Neighbours::Neighbours(const PreparedSweep& sweep) : grid_(sweep.sampler_settings().kind == "grid") {
    for (const Dimension& dimension : sweep.space().dimensions()) levels_.push_back(dimension.level_count());
    if (!grid_) find_nearest(sweep);
}

void Neighbours::find_nearest(const PreparedSweep& sweep) {
    const std::uint64_t count = sweep.scenario_count();
    if (count > most_scattered)
        throw InputError(
            fmt::format("choose = \"plateau\": of {} points that are no grid the neighbours would take too "
                        "long to find; at most {}, or sampler.kind = \"grid\"",
                        with_thousands(count), with_thousands(most_scattered)));
    const std::span<const Dimension> dimensions = sweep.space().dimensions();
    const std::vector<double> places = sweep.places({0, count});
    nearest_count_ = std::min<std::size_t>(2 * dimensions.size(), count - 1);
    NearestPoints points(places, dimensions.size());
    for (std::uint32_t i = 0; i < count; ++i) points.append_nearest(i, nearest_count_, nearest_);
}

std::span<const std::uint32_t> Neighbours::of(std::uint64_t scenario) {
    if (!grid_) return std::span(nearest_).subspan(scenario * nearest_count_, nearest_count_);
    found_.clear();
    std::uint64_t stride = 1;
    for (std::size_t d = levels_.size(); d-- > 0;) {
        const std::uint64_t level = scenario / stride % levels_[d];
        if (level > 0) found_.push_back(static_cast<std::uint32_t>(scenario - stride));
        if (level + 1 < levels_[d]) found_.push_back(static_cast<std::uint32_t>(scenario + stride));
        stride *= levels_[d];
    }
    return found_;
}

} // namespace threadx
