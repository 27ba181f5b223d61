#include "space/sampler.hpp"

#include <algorithm>
#include <cassert>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/nearest_name.hpp"
#include "base/number_text.hpp"
#include "space/permutation.hpp"
#include "space/philox.hpp"
#include "space/sobol.hpp"

namespace threadx {
namespace {

constexpr std::uint64_t most_scenarios = std::uint64_t{1} << 63;
constexpr std::uint64_t most_sobol_scenarios = std::uint64_t{1} << sobol_bits;
constexpr std::uint64_t most_hypercube_scenarios = std::uint64_t{1} << 48;

class GridSampler final : public Sampler {
  public:
    GridSampler(const Space& space, std::uint64_t count) : dimensions_(space.dimensions()), count_(count) {}

    std::uint64_t scenario_count() const override { return count_; }

    void draw(std::uint64_t id, std::span<double> values, std::span<std::uint64_t> levels) const override {
        assert(id < count_ && values.size() == dimensions_.size() && levels.size() == dimensions_.size());
        for (std::size_t d = dimensions_.size(); d-- > 0;) {
            const std::uint64_t count = dimensions_[d].level_count();
            levels[d] = id % count;
            values[d] = dimensions_[d].level(levels[d]);
            id /= count;
        }
    }

  private:
    std::vector<Dimension> dimensions_;
    std::uint64_t count_;
};

// A sampler that draws points of the unit cube, which the dimensions turn into values.
class UnitCubeSampler : public Sampler {
  public:
    UnitCubeSampler(const Space& space, std::uint64_t count, std::uint64_t seed)
        : dimensions_(space.dimensions()), count_(count), seed_(seed) {
        for (const Dimension& dimension : dimensions_) keys_.push_back(dimension.key());
    }

    std::uint64_t scenario_count() const final { return count_; }

    void draw(std::uint64_t id, std::span<double> values, std::span<std::uint64_t> levels) const final {
        assert(id < count_ && values.size() == dimensions_.size() && levels.size() == dimensions_.size());
        for (std::size_t d = 0; d < dimensions_.size(); ++d) {
            const double u = coordinate(id, d);
            levels[d] = dimensions_[d].level_at(u);
            values[d] = dimensions_[d].at(u);
        }
    }

  protected:
    // Coordinate d of point `id`, in [0, 1).
    virtual double coordinate(std::uint64_t id, std::size_t d) const = 0;

    const std::vector<Dimension>& dimensions() const { return dimensions_; }
    std::uint64_t seed() const { return seed_; }
    std::uint32_t key(std::size_t d) const { return keys_[d]; }

  private:
    std::vector<Dimension> dimensions_;
    std::vector<std::uint32_t> keys_;
    std::uint64_t count_;
    std::uint64_t seed_;
};

class MonteCarloSampler final : public UnitCubeSampler {
  public:
    using UnitCubeSampler::UnitCubeSampler;

  private:
    double coordinate(std::uint64_t id, std::size_t d) const override {
        return uniform(seed(), id, key(d), stream::space);
    }
};

bool is_swept(const Dimension& dimension) { return dimension.level_count() != 1; }

class SobolSampler final : public UnitCubeSampler {
  public:
    SobolSampler(const Space& space, std::uint64_t count, std::uint64_t seed)
        : UnitCubeSampler(space, count, seed), columns_(dimensions().size(), 0) {
        std::size_t used = 0;
        for (std::size_t d = 0; d < dimensions().size(); ++d) {
            if (is_swept(dimensions()[d])) columns_[d] = used++;
            shifts_.push_back(seed == 0 ? 0 : random_bits53(seed, 0, key(d), stream::sobol_shift));
        }
        for (std::size_t i = 0; i < std::max<std::size_t>(used, 1); ++i) sobol_.emplace_back(i);
    }

  private:
    double coordinate(std::uint64_t id, std::size_t d) const override {
        return static_cast<double>(sobol_[columns_[d]].bits(id) ^ shifts_[d]) * 0x1p-53;
    }

    std::vector<SobolDimension> sobol_;
    std::vector<std::size_t>
        columns_; // which of them dimension d takes; 0, without effect, where d has one value
    std::vector<std::uint64_t> shifts_;
};

class LatinHypercubeSampler final : public UnitCubeSampler {
  public:
    LatinHypercubeSampler(const Space& space, std::uint64_t count, std::uint64_t seed)
        : UnitCubeSampler(space, count, seed), strata_(static_cast<double>(count)) {
        for (std::size_t d = 0; d < dimensions().size(); ++d) orders_.emplace_back(seed, key(d), count);
    }

  private:
    double coordinate(std::uint64_t id, std::size_t d) const override {
        // The sum, the division and the caller's product with the number of strata each round by at most
        // strata·2^-53; the point keeps 4·strata·2^-53 away from the edges of its stratum, so that none of
        // them carries it across.
        const double margin = strata_ * 0x1p-51;
        const double jitter = uniform(seed(), id, key(d), stream::jitter);
        const double within = margin + (1.0 - 2.0 * margin) * jitter;
        return (static_cast<double>(orders_[d](id)) + within) / strata_;
    }

    std::vector<Permutation> orders_; // of the strata, for each dimension
    double strata_;
};

class SamplerMaker {
  public:
    SamplerMaker(const Space& space, const SamplerSettings& settings, const std::string& where)
        : space_(space), settings_(settings), where_(where) {}

    std::unique_ptr<Sampler> make() const {
        if (settings_.kind == "grid") return std::make_unique<GridSampler>(space_, grid_points());
        if (settings_.kind == "monte_carlo") return make_drawn<MonteCarloSampler>(most_scenarios);
        if (settings_.kind == "sobol") {
            check_sobol_dimensions();
            return make_drawn<SobolSampler>(most_sobol_scenarios);
        }
        if (settings_.kind == "latin_hypercube")
            return make_drawn<LatinHypercubeSampler>(most_hypercube_scenarios);
        const std::vector<std::string> kinds = {"grid", "monte_carlo", "sobol", "latin_hypercube"};
        fail(fmt::format("there is no sampler '{}'{}", settings_.kind, suggestion(settings_.kind, kinds)));
    }

  private:
    std::uint64_t grid_points() const {
        std::uint64_t product = 1;
        bool overflow = false;
        double size = 1.0;
        std::vector<std::uint64_t> counts;
        for (std::size_t d = 0; d < space_.dimensions().size(); ++d) {
            const Dimension& dimension = space_.dimensions()[d];
            if (!dimension.finite())
                throw InputError(
                    fmt::format("{}: '{}' is continuous and a grid needs a list of values; give from, to "
                                "and step, or choose another sampler",
                                space_.where(d).empty() ? where_ : space_.where(d), dimension.name()));
            const std::uint64_t count = dimension.level_count();
            overflow = overflow || count > most_scenarios / product;
            if (!overflow) product *= count;
            size *= static_cast<double>(count);
            counts.push_back(count);
        }
        if (overflow)
            fail(fmt::format(
                "the grid has {} = {:.3g} points, more than 2^63; take fewer values, or choose another "
                "sampler",
                fmt::join(counts, " * "), size));
        return product;
    }

    // A sampler that draws `scenarios` points, of which it can tell `most` apart.
    template <class Drawn>
    std::unique_ptr<Sampler> make_drawn(std::uint64_t most) const {
        if (space_.dimensions().empty())
            fail(fmt::format("{} has no parameter to draw; name some in [space], or choose the sampler grid",
                             settings_.kind));
        if (settings_.scenarios < 1)
            fail(fmt::format(
                "{} needs the number of scenarios, found {}; give, for example, scenarios = 10000",
                settings_.kind, settings_.scenarios));
        if (settings_.seed < 0) fail(fmt::format("seed must be at least 0, found {}", settings_.seed));
        const auto count = static_cast<std::uint64_t>(settings_.scenarios);
        if (count > most)
            fail(fmt::format("{} draws at most {} scenarios, found {}; take fewer, or choose monte_carlo",
                             settings_.kind, with_thousands(most), with_thousands(count)));
        check_keys();
        return std::make_unique<Drawn>(space_, count, static_cast<std::uint64_t>(settings_.seed));
    }

    void check_sobol_dimensions() const {
        const auto swept = static_cast<std::size_t>(
            std::count_if(space_.dimensions().begin(), space_.dimensions().end(), is_swept));
        if (swept > sobol_dimensions)
            fail(fmt::format(
                "sobol draws at most {} parameters, found {}; sweep fewer, or choose latin_hypercube",
                sobol_dimensions, swept));
    }

    // Two names with one key would draw the same numbers.
    void check_keys() const {
        std::vector<std::pair<std::uint32_t, std::string>> keys;
        for (const Dimension& dimension : space_.dimensions())
            keys.emplace_back(dimension.key(), dimension.name());
        std::sort(keys.begin(), keys.end());
        const auto same = std::adjacent_find(keys.begin(), keys.end(),
                                             [](const auto& a, const auto& b) { return a.first == b.first; });
        if (same != keys.end())
            fail(fmt::format("'{}' and '{}' would draw the same random numbers; rename one of them",
                             same->second, std::next(same)->second));
    }

    [[noreturn]] void fail(const std::string& message) const { throw InputError(where_ + ": " + message); }

    const Space& space_;
    const SamplerSettings& settings_;
    const std::string& where_;
};

} // namespace

const std::vector<Field<SamplerSettings>>& sampler_fields() {
    static const std::vector<Field<SamplerSettings>> fields = {
        {"kind",
         &SamplerSettings::kind,
         "how scenarios are drawn from the space",
         {.choices = {"grid", "monte_carlo", "sobol", "latin_hypercube"}}},
        {"scenarios",
         &SamplerSettings::scenarios,
         "how many to draw; required unless grid, which has all of its points",
         {.minimum = 0.0}},
        {"seed", &SamplerSettings::seed, "of the random numbers; sobol: 0 = unshifted", {.minimum = 0.0}},
    };
    return fields;
}

std::unique_ptr<Sampler> make_sampler(const Space& space, const SamplerSettings& settings,
                                      const std::string& where) {
    return SamplerMaker(space, settings, where).make();
}

} // namespace threadx
