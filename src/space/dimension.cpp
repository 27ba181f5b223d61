#include "space/dimension.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "base/deterministic_math.hpp"
#include "base/error.hpp"
#include "base/number_text.hpp"

namespace threadx {
namespace {

constexpr double two_to_53 = 0x1p53; // above it, whole numbers are no longer exact

void require_finite(const std::string& name, std::string_view what, double value) {
    if (!std::isfinite(value))
        throw InputError(fmt::format("{}: {} is {}; give a finite number", name, what, shortest_text(value)));
}

double stepped_level(double from, double step, std::uint64_t k) {
    return from + static_cast<double>(k) * step;
}

// Whether from + i·step gives a different number for each i, where no level is larger in size than `largest`.
bool levels_differ(double from, double step, double largest) {
    const bool exact = std::floor(from) == from && std::floor(step) == step && largest <= two_to_53;
    // Two roundings, of i·step ≤ 2·largest and of the sum, move a level by at most 1.5 units in largest's
    // last place; the last level, which may pass `largest` a little, by 2.
    const double last_place = std::nextafter(largest, std::numeric_limits<double>::infinity()) - largest;
    return exact || step >= 4.0 * last_place;
}

} // namespace

Dimension Dimension::levels(std::string name, std::vector<double> values) {
    if (values.empty())
        throw InputError(fmt::format("{}: the list of values is empty; give at least one", name));
    for (const double value : values) require_finite(name, "a value", value);
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end())
        throw InputError(fmt::format("{}: the value {} is listed twice; list each value once", name,
                                     shortest_text(*twice)));
    return {std::move(name), Levels{std::move(values)}};
}

Dimension Dimension::stepped(std::string name, double from, double to, double step) {
    require_finite(name, "from", from);
    require_finite(name, "to", to);
    require_finite(name, "step", step);
    if (!(step > 0.0))
        throw InputError(fmt::format("{}: step must be above 0, found {}", name, shortest_text(step)));
    if (to < from)
        throw InputError(fmt::format("{}: to = {} lies below from = {}; swap them", name, shortest_text(to),
                                     shortest_text(from)));
    const double last = to + step * 1e-9;
    const double steps = std::floor((last - from) / step);
    if (!(steps < two_to_53))
        throw InputError(
            fmt::format("{}: {} to {} in steps of {} gives more than 2^53 values; take a larger step", name,
                        shortest_text(from), shortest_text(to), shortest_text(step)));
    if (to > from && !levels_differ(from, step, std::max(std::fabs(from), std::fabs(to))))
        throw InputError(
            fmt::format("{}: step = {} is lost in the rounding of values near {}; take a larger step", name,
                        shortest_text(step), shortest_text(std::fabs(from) > std::fabs(to) ? from : to)));
    // The division rounds, so this count may be off by one or two; the definition decides.
    std::uint64_t count = static_cast<std::uint64_t>(steps) + 1;
    while (count > 1 && stepped_level(from, step, count - 1) > last) --count;
    while (stepped_level(from, step, count) <= last) ++count;
    return {std::move(name), Stepped{from, step, count}};
}

Dimension Dimension::continuous(std::string name, double min, double max, bool log) {
    require_finite(name, "min", min);
    require_finite(name, "max", max);
    if (!(min < max))
        throw InputError(fmt::format("{}: max = {} does not lie above min = {}; for one value write {} = {}",
                                     name, shortest_text(max), shortest_text(min), name, shortest_text(min)));
    if (log && !(min > 0.0))
        throw InputError(
            fmt::format("{}: a log scale needs min above 0, found {}", name, shortest_text(min)));
    if (!std::isfinite(log ? max / min : max - min))
        throw InputError(fmt::format("{}: {} to {} is too wide for float64; take a narrower range", name,
                                     shortest_text(min), shortest_text(max)));
    return {std::move(name), Continuous{min, max, log}};
}

std::uint32_t Dimension::key() const {
    std::uint32_t hash = 2166136261U;
    for (const char c : name_) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return hash;
}

std::uint64_t Dimension::level_count() const {
    if (const auto* list = std::get_if<Levels>(&values_)) return list->values.size();
    if (const auto* stepped = std::get_if<Stepped>(&values_)) return stepped->count;
    return 0;
}

double Dimension::level(std::uint64_t k) const {
    assert(k < level_count());
    if (const auto* list = std::get_if<Levels>(&values_)) return list->values[k];
    const auto& stepped = std::get<Stepped>(values_);
    return stepped_level(stepped.from, stepped.step, k);
}

std::uint64_t Dimension::level_at(double u) const {
    assert(u >= 0.0 && u < 1.0);
    const std::uint64_t count = level_count();
    if (count == 0) return 0;
    return std::min(static_cast<std::uint64_t>(u * static_cast<double>(count)), count - 1);
}

double Dimension::at(double u) const {
    if (finite()) return level(level_at(u));
    assert(u >= 0.0 && u < 1.0);
    const auto& range = std::get<Continuous>(values_);
    const double value = range.log ? range.min * deterministic_pow(range.max / range.min, u)
                                   : range.min + u * (range.max - range.min);
    return std::min(value, range.max);
}

double Dimension::place_of(double value, std::uint64_t level) const {
    if (finite())
        return level_count() < 2 ? 0.0 : static_cast<double>(level) / static_cast<double>(level_count() - 1);
    const auto& range = std::get<Continuous>(values_);
    return range.log ? deterministic_log(value / range.min) / deterministic_log(range.max / range.min)
                     : (value - range.min) / (range.max - range.min);
}

} // namespace threadx
