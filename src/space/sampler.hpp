// How scenarios are drawn from a space.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/fields.hpp"
#include "space/space.hpp"

namespace threadx {

// The [sampler] table.
struct SamplerSettings {
    std::string kind = "grid"; // grid | monte_carlo | sobol | latin_hypercube
    long long scenarios = 0;   // how many points to draw; a grid has all of its points and does not read it
    long long seed = 42;       // of every kind but grid
};

// Keys, limits, choices and help of SamplerSettings.
const std::vector<Field<SamplerSettings>>& sampler_fields();

// Draws the points of a space. Without state: the point of a scenario is a function of the space, the
// settings and the id, whatever was drawn before, and many threads may draw from one sampler.
class Sampler {
  public:
    virtual ~Sampler() = default;

    virtual std::uint64_t scenario_count() const = 0; // ≤ 2^63

    // The point of scenario `id` < scenario_count(): values[d] is the value of dimension d, levels[d] the
    // index of its level, 0 for a continuous one. Both spans have one element for each dimension.
    virtual void draw(std::uint64_t id, std::span<double> values, std::span<std::uint64_t> levels) const = 0;
};

// The sampler that the settings name; it keeps its own copy of the space.
//
// grid             Every combination of levels; the last dimension varies fastest (SEMANTICS.md, 6).
// monte_carlo      Independent uniform draws. Scenario i is the same whatever `scenarios` is, and a parameter
// draws the
//                  same whichever others are swept.
// sobol            The Sobol sequence from its point 0 on, in Gray-code order, shifted digitally (XOR) by a
// random number
//                  of the seed in each dimension; seed 0 leaves it unshifted. Scenario i is the same whatever
//                  `scenarios` is. Dimensions take the coordinates in the order of the file; one with a
//                  single value takes none.
// latin_hypercube  Each dimension is cut into `scenarios` equal strata, each of which is used exactly once,
// at a random
//                  place inside. Every point therefore depends on `scenarios`.
//
// InputError "where: …" if the kind is unknown; the seed is negative; a grid has a continuous dimension or
// more than 2^63 points; another kind lacks `scenarios` or has an empty space; there are more scenarios than
// the kind can tell apart (2^53 sobol, 2^48 latin_hypercube) or more dimensions than the Sobol table holds;
// or two names have the same key.
std::unique_ptr<Sampler> make_sampler(const Space& space, const SamplerSettings& settings,
                                      const std::string& where);

} // namespace threadx
