#include "space/space.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.hpp"
#include "base/nearest_name.hpp"
#include "base/number_text.hpp"

namespace threadx {
namespace {

// Reads the values of one entry of [space].
class EntryReader {
  public:
    EntryReader(const ConfigNode& entry, const ParameterInfo& parameter)
        : entry_(entry), parameter_(parameter) {}

    Dimension read() const {
        if (entry_.is_number()) return levels({value(entry_)});
        if (entry_.kind == ConfigNode::Kind::list) return listed(entry_);
        if (entry_.kind == ConfigNode::Kind::table) return from_table();
        entry_.fail(
            fmt::format("'{}' is neither a number nor a list nor a table; {}", parameter_.name, forms));
    }

  private:
    static constexpr std::string_view forms =
        "give a number, a list of values, { from, to, step } or { min, max } (log = true for a log scale)";

    Dimension from_table() const {
        entry_.refuse_unknown_keys({"values", "from", "to", "step", "min", "max", "log"});
        const bool list = has("values");
        const bool steps = has("from") || has("to") || has("step");
        const bool range = has("min") || has("max") || has("log");
        if (list + steps + range == 0)
            entry_.fail(fmt::format("'{}' has no values; {}", parameter_.name, forms));
        if (list + steps + range > 1) {
            std::vector<std::string> keys;
            for (const auto& [key, node] : entry_.entries()) keys.push_back(key);
            entry_.fail(
                fmt::format("'{}' mixes several forms ({}); use values, or from, to, step, or min, max, log",
                            parameter_.name, fmt::join(keys, ", ")));
        }
        return list ? listed(*entry_.find("values")) : steps ? stepped() : ranged();
    }

    Dimension listed(const ConfigNode& list) const {
        std::vector<double> values;
        for (const ConfigNode& item : list.list()) values.push_back(value(item));
        return levels(std::move(values));
    }

    Dimension stepped() const {
        const double from = value(required("from"));
        const double to = number(required("to"));
        const double step = number(required("step"));
        return step_levels(from, to, step, required("to"));
    }

    Dimension ranged() const {
        const double min = value(required("min"));
        const double max = value(required("max"));
        const ConfigNode* log_key = entry_.find("log");
        const bool log = log_key != nullptr && log_key->boolean();
        if (!parameter_.integer)
            return placed([&] { return Dimension::continuous(parameter_.name, min, max, log); });
        if (log)
            log_key->fail(
                fmt::format("'{}' takes whole numbers, which have no log scale; leave log out or list values",
                            parameter_.name));
        if (max < min)
            entry_.fail(fmt::format("{}: max = {} lies below min = {}; swap them", parameter_.name,
                                    shortest_text(max), shortest_text(min)));
        return step_levels(min, max, 1.0, required("max"));
    }

    Dimension levels(std::vector<double> values) const {
        return placed([&] { return Dimension::levels(parameter_.name, std::move(values)); });
    }

    Dimension step_levels(double from, double to, double step, const ConfigNode& end) const {
        Dimension dimension = placed([&] { return Dimension::stepped(parameter_.name, from, to, step); });
        const double last = dimension.level(dimension.level_count() - 1);
        check_limits(end, last, step * 1e-9);
        return dimension;
    }

    // The dimension knows which values make sense and says what is wrong with them; here the place is added.
    template <class Make>
    Dimension placed(Make make) const {
        try {
            return make();
        } catch (const InputError& error) {
            entry_.fail(error.what());
        }
    }

    bool has(std::string_view key) const { return entry_.find(key) != nullptr; }

    const ConfigNode& required(std::string_view key) const {
        const ConfigNode* node = entry_.find(key);
        if (node == nullptr) entry_.fail(fmt::format("'{}' lacks {}; {}", parameter_.name, key, forms));
        return *node;
    }

    double number(const ConfigNode& node) const {
        const double number = node.number();
        if (!std::isfinite(number))
            node.fail(
                fmt::format("'{}' takes finite numbers, found {}", parameter_.name, shortest_text(number)));
        if (parameter_.integer && std::fabs(number) > 0x1p53)
            node.fail(fmt::format("'{}' takes whole numbers up to 2^53 in size, found {}", parameter_.name,
                                  shortest_text(number)));
        if (parameter_.integer && std::floor(number) != number)
            node.fail(
                fmt::format("'{}' takes whole numbers, found {}", parameter_.name, shortest_text(number)));
        return number;
    }

    double value(const ConfigNode& node) const {
        const double value = number(node);
        check_limits(node, value, 0.0);
        return value;
    }

    void check_limits(const ConfigNode& node, double value, double tolerance) const {
        if (value >= parameter_.minimum && value <= parameter_.maximum + tolerance) return;
        node.fail(fmt::format("{} = {} lies outside the strategy's limits; take values from {} to {}",
                              parameter_.name, shortest_text(value), shortest_text(parameter_.minimum),
                              shortest_text(parameter_.maximum)));
    }

    const ConfigNode& entry_;
    const ParameterInfo& parameter_;
};

const ParameterInfo& parameter_named(const std::string& name, const ConfigNode& entry,
                                     std::span<const ParameterInfo> parameters) {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const ParameterInfo& parameter) { return parameter.name == name; });
    if (found != parameters.end()) return *found;
    std::vector<std::string> names;
    for (const ParameterInfo& parameter : parameters) names.push_back(parameter.name);
    entry.fail(fmt::format("the strategy has no parameter '{}'{}", name, suggestion(name, names)));
}

} // namespace

Space::Space(std::vector<Dimension> dimensions)
    : dimensions_(std::move(dimensions)), where_(dimensions_.size()) {
    for (auto one = dimensions_.begin(); one != dimensions_.end(); ++one)
        for (auto other = dimensions_.begin(); other != one; ++other)
            if (other->name() == one->name())
                throw InputError(
                    fmt::format("the space names '{}' twice; name each parameter once", one->name()));
}

Space Space::read(const ConfigNode& space_table, std::span<const ParameterInfo> parameters) {
    Space space;
    for (const auto& [name, entry] : space_table.entries()) {
        space.dimensions_.push_back(EntryReader(entry, parameter_named(name, entry, parameters)).read());
        space.where_.push_back(entry.where);
    }
    return space;
}

} // namespace threadx
