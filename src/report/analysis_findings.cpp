#include "report/analysis_findings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/number_text.hpp"

namespace threadx {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::uintmax_t most_bytes = 8'000'000;
constexpr double good_efficiency =
    0.5; // R. Pardo, The Evaluation and Optimization of Trading Strategies, 2008, ch. 11

bool has_number(const Json& json, const char* name) { return json.contains(name) && json[name].is_number(); }

// What was chosen on one stretch of time, on the next.
std::optional<Sentence> walkforward_sentence(const Json& json) {
    if (!has_number(json, "profitable_share") || !json.contains("folds")) return std::nullopt;
    const double share = json["profitable_share"];
    std::string text =
        fmt::format("Out of sample, {:.0f} % of {} tests gained", 100.0 * share, json["folds"].size());
    bool good = share >= 0.5;
    if (has_number(json, "efficiency")) {
        const double efficiency = json["efficiency"];
        good = good && efficiency >= good_efficiency;
        text += fmt::format(", with {:.0f} % of the annual return of the trainings", 100.0 * efficiency);
    }
    return Sentence{good ? Tone::good : Tone::doubt, text + "."};
}

// The file has its own words.
std::optional<Sentence> overfitting_sentence(const Json& json) {
    if (!json.contains("verdict") || !json["verdict"].is_string() || !json.contains("tone"))
        return std::nullopt;
    return Sentence{json["tone"] == "good" ? Tone::good : Tone::doubt,
                    json["verdict"].get<std::string>() + "."};
}

void read_file_of(const fs::path& run, AnalysisFinding& finding) {
    const fs::path file = run / (finding.name + ".json");
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return;
    const std::uintmax_t bytes = fs::file_size(file, ignored);
    if (bytes > most_bytes) {
        finding.problem = fmt::format("{} is too large for a page ({})", file.string(),
                                      bytes_text(static_cast<double>(bytes)));
        return;
    }
    const Json json = Json::parse(read_file(file), nullptr, false);
    if (!json.is_object()) {
        finding.problem = fmt::format("{} is damaged; make it again: {}", file.string(), finding.how);
        return;
    }
    finding.json = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (finding.name == "walkforward") finding.sentence = walkforward_sentence(json);
    if (finding.name == "overfitting") finding.sentence = overfitting_sentence(json);
}

} // namespace

std::vector<AnalysisFinding> read_findings(const fs::path& run) {
    std::vector<AnalysisFinding> findings = {
        {"walkforward", "", "threadx walkforward FILE.toml", "", {}},
        {"robustness", "", fmt::format("threadx robustness {}", run.string()), "", {}},
        {"overfitting", "", "threadx sweep FILE.toml --set analysis.blocks=16", "", {}}};
    for (AnalysisFinding& finding : findings) read_file_of(run, finding);
    return findings;
}

} // namespace threadx
