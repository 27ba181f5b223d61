// What other commands have found out about a run, and left in its directory.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "report/verdict.hpp"

namespace threadx {

struct AnalysisFinding {
    std::string name;                 // of the file, without ".json", and of the page's part
    std::string json;                 // empty: there is none
    std::string how;                  // to get it, where there is none
    std::string problem;              // why a file that is there cannot be used
    std::optional<Sentence> sentence; // for the verdict
};

// walkforward.json, robustness.json and overfitting.json. What is in them is not checked: the page shows what
// it knows of it. IoError if one cannot be read.
std::vector<AnalysisFinding> read_findings(const std::filesystem::path& run);

} // namespace threadx
