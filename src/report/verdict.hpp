// What a run says, in words and with its numbers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/heat_axes.hpp"
#include "report/scenario_survey.hpp"
#include "store/run_store.hpp"

namespace threadx {

enum class Tone { good, fact, doubt, bad };

struct Sentence {
    Tone tone = Tone::fact;
    std::string text;
};

// `tone`: bad where nothing gains, doubt where something speaks against the best scenario, else good: which
// means no more than worth a test on other data.
struct Verdict {
    Tone tone = Tone::fact;
    std::string headline;
    std::vector<Sentence> sentences;
};

struct VerdictFacts {
    const ScenarioSurvey& survey;
    const std::vector<HeatAxis>& axes;
    const RowSchema& schema;
    std::optional<Row> best;            // nothing: no scenario could be run
    std::size_t metric = 0;             // that ranks
    double years = 0.0;                 // of the data
    std::optional<double> held;         // return of holding; nothing: no data
    std::vector<Sentence> found;        // by other commands
    std::vector<std::string> not_asked; // commands whose results the run lacks
    bool windows = false;               // the rows are of windows of time, so the best of them says nothing
};

Verdict make_verdict(const VerdictFacts& facts);

// "12.3 %", "1,234 bars", "0.468": a metric's value for people; "undefined".
std::string metric_text(const Metric& metric, double value);

std::string tone_name(Tone tone); // as the page's style sheets call it

} // namespace threadx
