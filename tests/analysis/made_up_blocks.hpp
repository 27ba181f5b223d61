// Returns of made-up trials, cut into blocks.
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/return_blocks.hpp"

namespace threadx::test {

using Returns = std::vector<std::vector<double>>; // by trial

// Cuts into blocks of as nearly the same length as can be.
ReturnBlocks cut(const Returns& returns, std::size_t blocks);

// Independent normal returns of standard deviation 1 % and the means given, one for each trial.
Returns normal_returns(const std::vector<double>& means, std::size_t returns, std::uint64_t seed);

// Of no skill.
Returns noise(std::size_t trials, std::size_t returns, std::uint64_t seed);

} // namespace threadx::test
