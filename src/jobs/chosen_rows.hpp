// The scenarios of a run that somebody asks about.
#pragma once

#include <string>
#include <vector>

#include "store/run_store.hpp"

namespace threadx {

struct ScenarioChoice {
    std::vector<unsigned long long> ids; // in this order; if there are none, the first of the run
    long long top = 20;
    std::string by = "sharpe"; // the metric that ranks
};

// Their rows. InputError for an id that the run does not have, that could not be run or that is there twice,
// for no such metric, and if no scenario of the run could be run.
std::vector<Row> chosen_rows(const RunStore& store, const ScenarioChoice& choice);

// The order that has the best by a metric or a parameter first: parameters count upwards. InputError for no
// such column, naming the nearest.
RunStore::Order best_first(const RunStore& store, const std::string& column);

} // namespace threadx
