// Profiles as the text of their file: JSON, an entry a line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "placement/profiles.hpp"

namespace threadx {

constexpr int profile_schema = 1;

struct ParsedProfiles {
    Profiles profiles;
    std::string damage;                   // why nothing of the text can be used; empty: it can
    std::vector<std::string> bad_entries; // each names an entry that is left out, and why
};

// Never throws for what is in the text.
ParsedProfiles parse_profiles(std::string_view text);

std::string profiles_text(const Profiles& profiles);

} // namespace threadx
