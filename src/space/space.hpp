// The parameters that a sweep varies, read from the [space] table of its configuration.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/toml_config.hpp"
#include "space/dimension.hpp"

namespace threadx {

// What a space entry needs to know of the strategy's parameter. The limits belong to the allowed values.
struct ParameterInfo {
    std::string name;
    double default_value = 0.0;
    double minimum = 0.0;
    double maximum = 0.0;
    bool integer = false;
};

class Space {
  public:
    // No dimension: the one scenario in which every parameter has its default.
    Space() = default;

    // InputError if two dimensions have the same name.
    explicit Space(std::vector<Dimension> dimensions);

    // The dimensions in the order of the file. An entry `name = …` is one of
    //   3                                   one value
    //   [1, 2, 3] or { values = [1, 2, 3] } these values
    //   { from = 1, to = 9, step = 2 }      from + i·step
    //   { min = 0.5, max = 4.0 }            any number of [min, max), on a log scale with log = true;
    //                                       for an integer parameter every whole number of min … max, without
    //                                       log
    // InputError, with the place, on a name that the strategy does not have, keys of no or of several forms,
    // and values that are not numbers, not finite, not whole for an integer parameter, outside the strategy's
    // limits, repeated, or too many. The last value of from, to, step may pass the upper limit by the
    // rounding that section 6 of SEMANTICS.md allows (step·1e-9).
    static Space read(const ConfigNode& space_table, std::span<const ParameterInfo> parameters);

    const std::vector<Dimension>& dimensions() const { return dimensions_; }

    // Where dimension d stands in the configuration ("sweep.toml:7:5"); empty for a space that was not read.
    const std::string& where(std::size_t d) const { return where_[d]; }

  private:
    std::vector<Dimension> dimensions_;
    std::vector<std::string> where_; // of each dimension
};

} // namespace threadx
