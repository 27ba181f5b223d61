#include "indicators/definitions.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>

#include "base/error.hpp"
#include "base/file.hpp"
#include "indicators/catalogue.hpp"
#include "rules/dice.hpp"

namespace threadx::test {
namespace {

std::vector<double> numbers_of(const ConfigNode* list) {
    std::vector<double> out;
    if (list != nullptr)
        for (const ConfigNode& item : list->list())
            out.push_back(item.kind == ConfigNode::Kind::boolean ? (item.boolean() ? 1.0 : 0.0)
                                                                 : item.number());
    return out;
}

ConfigNode definition_of(const std::string& name) {
    const std::filesystem::path folder = THREADX_INDICATORS;
    const std::filesystem::path toml = folder / (name + ".toml");
    if (std::filesystem::exists(toml)) return ConfigNode::parse(read_file(toml), toml.filename().string());
    const std::string text = read_file(folder / (name + ".h"));
    constexpr std::size_t begin = 6; // after "/*---\n"
    return ConfigNode::parse("\n" + text.substr(begin, text.find("---*/") - begin), name + ".h");
}

std::span<const double> start_of(const std::vector<double>& series, std::size_t count) {
    return std::span(series).first(std::min(count, series.size()));
}

} // namespace

std::size_t NamedSeries::bars() const {
    return std::max({open.size(), high.size(), low.size(), close.size(), volume.size(), time.size()});
}

BarSeries NamedSeries::view(std::size_t count) const {
    return {start_of(open, count),      start_of(high, count),   start_of(low, count),
            start_of(close, count),     start_of(volume, count), start_of(time, count),
            start_of(time_close, count)};
}

std::vector<KnownAnswer> known_answers() {
    std::vector<KnownAnswer> out;
    for (const Indicator& indicator : indicators()) {
        const ConfigNode definition = definition_of(std::string(indicator.name));
        const ConfigNode* known = definition.find("known");
        if (known == nullptr) throw InputError(std::string(indicator.name) + " has no known answer");
        for (const ConfigNode& node : known->list()) {
            node.refuse_unknown_keys({"expression", "open", "high", "low", "close", "volume", "time",
                                      "time_close", "value", "source"});
            KnownAnswer answer{std::string(indicator.name),
                               node.where,
                               node.find("expression")->text(),
                               {numbers_of(node.find("open")), numbers_of(node.find("high")),
                                numbers_of(node.find("low")), numbers_of(node.find("close")),
                                numbers_of(node.find("volume")), numbers_of(node.find("time")),
                                numbers_of(node.find("time_close"))},
                               numbers_of(node.find("value"))};
            out.push_back(std::move(answer));
        }
    }
    return out;
}

NamedSeries random_bars_for_indicators(unsigned seed, std::size_t bars) {
    Dice dice(seed);
    NamedSeries out;
    constexpr double hour = 3'600'000.0;
    double time = 1'640'700'000'000.0; // 2021-12-28 14:00 UTC
    int ticks = dice.between(2'000, 50'000);
    const auto price = [](int value) { return std::max(1, value) / 100.0; };
    for (std::size_t t = 0; t < bars; ++t) {
        const int open = ticks;
        ticks = std::max(100, ticks + dice.between(-60, 60));
        out.open.push_back(price(open));
        out.close.push_back(price(ticks));
        out.high.push_back(price(std::max(open, ticks) + dice.between(0, 40)));
        out.low.push_back(price(std::min(open, ticks) - dice.between(0, 40)));
        out.volume.push_back(dice.between(0, 10'000) / 8.0);
        if (dice.chance(0.05)) time += hour * dice.between(1, 60);
        out.time.push_back(time);
        out.time_close.push_back(time += hour);
    }
    return out;
}

} // namespace threadx::test
