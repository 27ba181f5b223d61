// What a check of `threadx doctor` says: one line each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace threadx {

// `note`: worth knowing, and nothing to mend, such as a GPU that this machine does not have.
enum class FindingOutcome : std::uint8_t { ok, note, failed };

std::string_view outcome_word(FindingOutcome outcome); // "ok", "note", "FAILED"

struct Finding {
    FindingOutcome outcome = FindingOutcome::ok;
    std::string name;        // of what was looked at: "cuda:0", "paths.runs"
    std::string says;        // what was seen
    std::string remedy = {}; // what to do; of one that failed never empty
    // For programs, by name.
    std::vector<std::pair<std::string, std::variant<std::string, double, bool>>> facts = {};
};

} // namespace threadx
