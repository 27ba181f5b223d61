// Finds what a misspelt name was meant to be.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace threadx {

// The candidate closest to `name` in edit distance (insertions, deletions, substitutions, neighbours swapped;
// case ignored), or an empty string where none is close enough to be meant.
std::string nearest_name(std::string_view name, std::span<const std::string> candidates);

// " (did you mean 'x'?)" or, where nothing is near, " (known: a, b, c)"; empty without candidates.
std::string suggestion(std::string_view name, std::span<const std::string> candidates);

} // namespace threadx
