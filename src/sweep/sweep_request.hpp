// What a user asks for with a sweep, complete enough to be done again: it goes into the run's manifest, and
// `resume` reads it back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "store/row.hpp"
#include "sweep/settings.hpp"

namespace threadx {

// What becomes of the scenarios.
enum class SweepKind : std::uint8_t { sweep, walkforward };

struct SweepRequest {
    SweepKind kind = SweepKind::sweep;
    std::string config_name; // what errors call the configuration: its path
    std::string config_text;
    std::vector<std::string> overrides; // "section.key=value", applied in order
    std::string strategy_name;          // what errors call the strategy: a built-in name or a path
    std::string strategy_text;
    std::filesystem::path data_file; // absolute
    std::optional<IdRange> range;    // of ids to compute; all if absent
};

// Reads a sweep's file and finds its strategy and data. InputError if one is not there.
SweepRequest read_request(const std::filesystem::path& config, const std::vector<std::string>& overrides,
                          const std::optional<IdRange>& range, const Settings& settings);

// The text of a built-in strategy or of a file; `name_or_path` as given on the command line. InputError names
// the nearest built-in strategy.
struct StrategyText {
    std::string name;
    std::string text;
};
StrategyText find_strategy(const std::string& name_or_path);

// "a:b" as scenario ids a … b-1. InputError if it is not that.
IdRange parse_range(const std::string& text);

} // namespace threadx
