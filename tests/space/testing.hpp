// What the tests of spaces and samplers share.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "space/sampler.hpp"

namespace threadx::testing {

// The text of the InputError that `action` throws.
std::string message_of(const auto& action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return "no error";
}

struct Point {
    std::vector<double> values;
    std::vector<std::uint64_t> levels;
    bool operator==(const Point&) const = default;
};

// Draws from one sampler; `dimensions` are those of its space.
class Drawer {
  public:
    Drawer(std::vector<Dimension> dimensions, const SamplerSettings& settings)
        : size_(dimensions.size()), sampler_(make_sampler(Space(std::move(dimensions)), settings, "test")) {}

    std::uint64_t count() const { return sampler_->scenario_count(); }

    Point operator()(std::uint64_t id) const {
        Point point{std::vector<double>(size_), std::vector<std::uint64_t>(size_)};
        sampler_->draw(id, point.values, point.levels);
        return point;
    }

  private:
    std::size_t size_;
    std::unique_ptr<Sampler> sampler_;
};

inline Dimension unit(std::string name) { return Dimension::continuous(std::move(name), 0.0, 1.0, false); }

} // namespace threadx::testing
