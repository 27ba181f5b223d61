#include "placement/rate_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace threadx {
namespace {

constexpr double largest_ratio = 1.5;   // to either side; beyond it a measurement is an outlier
constexpr std::size_t row_to_reset = 3; // of outliers on one side

// The first measurements weigh the same; later each has this weight, so that the estimate follows a machine
// that becomes slower within some batches, and three per cent of noise become one.
constexpr double least_weight = 0.2;

bool is_measurement(double item_seconds) { return std::isfinite(item_seconds) && item_seconds > 0.0; }

double log_ratio(double a, double b) {
    const double ratio = a / b;
    return std::isnormal(ratio) ? std::log(ratio) : std::log(a) - std::log(b);
}

// 1: slower than `average` by so much that it is an outlier, -1: faster, 0: none.
int side_of(double item_seconds, double average) {
    if (item_seconds / average > largest_ratio) return 1;
    if (average / item_seconds > largest_ratio) return -1;
    return 0;
}

bool is_sound(const RateEstimate::State& state) {
    if (state.count == 0 || !is_measurement(state.seconds)) return false;
    if (!std::isfinite(state.log_variance) || state.log_variance < 0.0) return false;
    if (state.outliers.size() >= row_to_reset) return false;
    return std::all_of(state.outliers.begin(), state.outliers.end(), [&](double outlier) {
        return is_measurement(outlier) && side_of(outlier, state.seconds) != 0 &&
               side_of(outlier, state.seconds) == side_of(state.outliers.front(), state.seconds);
    });
}

} // namespace

RateEstimate::RateEstimate(State state) {
    if (is_sound(state)) state_ = std::move(state);
}

RateEstimate::Outcome RateEstimate::update(double item_seconds) {
    if (!is_measurement(item_seconds)) return Outcome::rejected;
    if (!known()) {
        state_ = {.seconds = item_seconds, .log_variance = 0.0, .count = 1, .outliers = {}};
        return Outcome::accepted;
    }
    const int side = side_of(item_seconds, state_.seconds);
    if (side == 0) {
        accept(item_seconds);
        return Outcome::accepted;
    }
    if (!state_.outliers.empty() && side_of(state_.outliers.front(), state_.seconds) != side)
        state_.outliers.clear();
    state_.outliers.push_back(item_seconds);
    if (state_.outliers.size() < row_to_reset) return Outcome::rejected;
    reset();
    return Outcome::reset;
}

void RateEstimate::accept(double item_seconds) {
    state_.outliers.clear(); // they are no longer in a row
    if (state_.count < UINT64_MAX) ++state_.count;
    const double weight = std::max(1.0 / static_cast<double>(state_.count), least_weight);
    const double off = log_ratio(item_seconds, state_.seconds);
    state_.seconds *= std::exp(weight * off);
    state_.log_variance = (1.0 - weight) * (state_.log_variance + weight * off * off);
}

void RateEstimate::reset() {
    std::vector<double> row = std::move(state_.outliers);
    std::sort(row.begin(), row.end());
    const double median = row[row.size() / 2];
    double squares = 0.0;
    for (const double seconds : row) squares += std::pow(log_ratio(seconds, median), 2.0);
    const auto count = static_cast<double>(row.size());
    state_ = {.seconds = median, .log_variance = squares / count, .count = row.size(), .outliers = {}};
}

double RateEstimate::spread() const { return std::sqrt(state_.log_variance); }

} // namespace threadx
