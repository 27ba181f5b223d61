// What the dispatcher loses against the ideal, in situations that are simulated.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "placement/dispatch_simulator.hpp"

namespace threadx {

struct RegretCase {
    std::string name; // for people
    std::function<Simulation(std::uint64_t seed)> simulation;
};

const std::vector<RegretCase>& regret_cases();

struct RegretRow {
    std::string name;
    std::uint64_t runs = 0;
    std::uint64_t incomplete = 0; // must be 0
    double ideal = 0.0;           // seconds, mean
    double mean = 0.0;            // regret: 0.01 is 1 %
    double p95 = 0.0;
    double worst = 0.0;
    double batches = 0.0; // mean
    double idle = 0.0;    // mean of the devices' time, as a part of all
};

RegretRow measure_regret(const RegretCase& what, std::uint64_t runs);
std::vector<RegretRow> regret_table(std::uint64_t runs = 200);

std::string regret_text(const std::vector<RegretRow>& table); // for people

} // namespace threadx
