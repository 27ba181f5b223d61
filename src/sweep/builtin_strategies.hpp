// The strategies that come with the program: the files of strategies/, embedded at build time.
#pragma once

#include <string>
#include <vector>

namespace threadx {

struct BuiltinStrategy {
    std::string name; // of the file, without .toml
    std::string text;
};

// By name.
const std::vector<BuiltinStrategy>& builtin_strategies();

} // namespace threadx
