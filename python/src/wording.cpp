#include "wording.hpp"

#include <regex>
#include <utility>
#include <vector>

namespace threadx::python {

std::string in_words_of_python(const std::string& message) {
    static const std::vector<std::pair<std::regex, std::string>> words = [] {
        std::vector<std::pair<std::regex, std::string>> out;
        for (const auto& [program, python] : std::vector<std::pair<const char*, const char*>>{
                 {"`threadx resume ([^`]+)`", "threadx.resume('$1')"},
                 {"`threadx (sweep|walkforward|robustness)`", "threadx.$1"},
                 {"--set analysis\\.blocks=(\\d+)", "analysis={\"blocks\": $1}"},
                 {"--set ([a-z_]+)\\.([a-z_]+)", "[$1] $2"}, // a key of the settings
                 {"--force\\b", "overwrite=True"},
                 {"--ids\\b", "scenarios"},
                 {"--(balance|by|devices|out|top|workers)\\b", "$1"}})
            out.emplace_back(std::regex(program), python);
        return out;
    }();
    std::string out = message;
    for (const auto& [program, python] : words) out = std::regex_replace(out, program, python);
    return out;
}

} // namespace threadx::python
