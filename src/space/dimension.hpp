// A swept parameter and the values it may take.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace threadx {

// Finite: a list of levels, each a different finite number. Continuous: [min, max), perhaps on a log scale.
// The factories throw InputError "name: what is wrong; what to do" (the place is for the reader of the file
// to add).
class Dimension {
  public:
    // The values in the order given. InputError if there are none, one is not finite, or one comes twice.
    static Dimension levels(std::string name, std::vector<double> values);

    // from + i·step, i = 0, 1, … while ≤ to + step·1e-9, all in float64 (SEMANTICS.md, 6); never listed in
    // memory. InputError if a number is not finite, step ≤ 0, to < from, there are more than 2^53 levels, or
    // the step is so small beside the values that two levels could be the same number.
    static Dimension stepped(std::string name, double from, double to, double step);

    // InputError unless min < max, both are finite, and for a log scale min > 0.
    static Dimension continuous(std::string name, double min, double max, bool log);

    const std::string& name() const { return name_; }

    // Names this dimension in random numbers (FNV-1a, 32 bits, of its name), so that what a parameter draws
    // does not depend on which others are swept, or in what order.
    std::uint32_t key() const;

    bool finite() const { return !std::holds_alternative<Continuous>(values_); }
    std::uint64_t level_count() const; // 0 if continuous

    // Level k < level_count() of a finite dimension.
    double level(std::uint64_t k) const;

    // The level for u in [0, 1): floor(u · level_count()); 0 if continuous.
    std::uint64_t level_at(double u) const;

    // The value for u in [0, 1). Finite: level(level_at(u)). Continuous: min + u·(max − min), or
    // min·(max/min)^u on a log scale; rounding may give max itself, never more.
    double at(double u) const;

    // Where a value lies between the ends, as a number of [0, 1]: levels at equal distances, a continuum on
    // its scale. 0 where there is one level. `level` is that of the value; not read of a continuous
    // dimension.
    double place_of(double value, std::uint64_t level) const;

  private:
    struct Levels {
        std::vector<double> values;
    };
    struct Stepped {
        double from;
        double step;
        std::uint64_t count;
    };
    struct Continuous {
        double min;
        double max;
        bool log;
    };
    using Values = std::variant<Levels, Stepped, Continuous>;

    Dimension(std::string name, Values values) : name_(std::move(name)), values_(std::move(values)) {}

    std::string name_;
    Values values_;
};

} // namespace threadx
