#include "placement/learned_cost.hpp"

#include <cmath>

namespace threadx {
namespace {

constexpr double off = 1.5;           // beyond it a batch is not believed at once
constexpr double refuted = 2.0;       // beyond it nothing that was known is
constexpr double weight_of_new = 0.3; // of a batch, in the logarithm of the average
constexpr double memory = 0.9;        // of older batches, from one to the next, in the line through them
constexpr double batch_noise = 0.05;  // relative, of one measurement
constexpr double most_overhead = 0.8; // of a batch's time
constexpr double far_too_much = 0.5;  // ... for its size to say much of an item
constexpr std::size_t first_batches = 2;
constexpr double most_at_first =
    0.01; // seconds that a first batch may take longer for what is done only then

} // namespace

LearnedCost::LearnedCost(WorkCost prior)
    : blind_(!prior.known()), cost_(prior), prior_batch_seconds_(prior.batch_seconds),
      prior_deviation_(0.3 * prior.batch_seconds) {}

void LearnedCost::update(double items, double seconds) {
    if (!(items > 0.0) || !(seconds > 0.0) || !std::isfinite(seconds) || !std::isfinite(items)) return;
    items = std::max(items, cost_.least_items);
    refute(cost_.seconds(items), seconds);
    const double later = seconds - cost_.seconds(items); // than was known
    fit_batch_seconds(items, seconds);
    const double measured = std::max(seconds - cost_.batch_seconds, (1.0 - most_overhead) * seconds) / items;
    ++batches_;
    if (!cost_.known()) {
        cost_.item_seconds = measured;
        return;
    }
    const double ratio = measured / cost_.item_seconds;
    if (batches_ == 2 && blind_ && ratio < 1.0) { // the first was slower for what was done only then
        cost_.item_seconds = measured;
        return;
    }
    // What was known before is one measurement among the first ones.
    const double weight = std::max(weight_of_new, 1.0 / static_cast<double>(batches_ + 1));
    if (cost_.batch_seconds > far_too_much * seconds) { // noise of its overhead would be taken for its items'
        cost_.item_seconds *= std::pow(std::clamp(ratio, 1.0 / off, off), weight);
        return;
    }
    if (ratio < off && ratio > 1.0 / off) {
        cost_.item_seconds *= std::pow(ratio, weight);
        suspect_ = 0.0;
        return;
    }
    const bool again = suspect_ > 0.0 && (suspect_ > cost_.item_seconds) == (ratio > 1.0);
    // Nothing is faster than it can: early on a faster batch says that the one before was disturbed. But a
    // first batch may be slower for what is done only then: memory is taken, caches are cold.
    const bool early = (batches_ == 1 && (ratio < 1.0 || later > most_at_first)) ||
                       (batches_ > 1 && batches_ <= first_batches + 1 && ratio < 1.0);
    if (again) {
        cost_.item_seconds = std::sqrt(measured * suspect_);
        suspect_ = 0.0;
    } else if (early) {
        cost_.item_seconds = measured;
        suspect_ = 0.0;
    } else {
        suspect_ = measured;
    }
}

void LearnedCost::refute(double known, double seconds) {
    if (batches_ > 0 || blind_) return;
    const bool slower = seconds > refuted * known && seconds > known + most_at_first;
    if (!slower && seconds * refuted > known) return;
    const double times = seconds / known;
    prior_batch_seconds_ *= times;
    prior_deviation_ = prior_batch_seconds_;
    cost_.batch_seconds *= times;
    cost_.item_seconds *= times;
}

void LearnedCost::bound(double items, double least, double likely, double most) {
    if (batches_ == 0 && least < cost_.seconds(items) + most_at_first && most > cost_.seconds(items)) return;
    const auto of_item = [&](double seconds) {
        return std::max(seconds - cost_.batch_seconds, (1.0 - most_overhead) * seconds) / items;
    };
    correct(of_item(least), of_item(likely), of_item(most));
}

void LearnedCost::believe(double item_seconds) {
    const double weight = batches_ < first_batches ? 1.0 : weight_of_new;
    cost_.item_seconds *= std::pow(item_seconds / cost_.item_seconds, weight);
}

void LearnedCost::correct(double least, double likely, double most) {
    double& known = cost_.item_seconds;
    if (known < least) known = known > least / off ? least : likely;
    if (known > most) known = known < most * off ? most : likely;
}

// The line through the batches says what each costs before its first item, as far as their sizes differ;
// together with what was known, each by how sure it is.
void LearnedCost::fit_batch_seconds(double items, double seconds) {
    if (batches_ == 0) { // it may have taken longer for what is done only then
        if (prior_batch_seconds_ == 0.0) prior_deviation_ = 0.3 * seconds; // not known
        cost_.batch_seconds = std::min(prior_batch_seconds_, most_overhead * seconds);
        return;
    }
    const double weight = 1.0 / (seconds * seconds);
    weights_ = memory * weights_ + weight;
    items_ = memory * items_ + weight * items;
    squares_ = memory * squares_ + weight * items * items;
    seconds_ = memory * seconds_ + weight * seconds;
    products_ = memory * products_ + weight * items * seconds;
    const double determinant = weights_ * squares_ - items_ * items_;
    double fitted = prior_batch_seconds_;
    if (determinant > 1e-9 * weights_ * squares_ && prior_deviation_ > 0.0) {
        const double line = (seconds_ * squares_ - items_ * products_) / determinant;
        const double line_variance = batch_noise * batch_noise * squares_ / determinant;
        const double prior_variance = prior_deviation_ * prior_deviation_;
        fitted =
            (line * prior_variance + prior_batch_seconds_ * line_variance) / (prior_variance + line_variance);
    }
    cost_.batch_seconds = std::min(std::max(fitted, 0.0), most_overhead * seconds);
}

} // namespace threadx
