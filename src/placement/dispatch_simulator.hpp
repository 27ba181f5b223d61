// Runs the dispatcher with devices that do not exist, in a time that nobody waits for: for machines that are
// not at hand, and for what happens too rarely to be measured.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "placement/dispatcher.hpp"

namespace threadx {

struct SimulatedDevice {
    static constexpr double never = std::numeric_limits<double>::infinity();

    DispatchDevice told; // what the dispatcher is told; its start_seconds are true
    // What is true: of the whole device, alone. Its workers share it; so do the devices that compute on the
    // processor, where their threads are more than its cores.
    WorkCost cost;
    std::vector<OnceWork> once = {}; // all of it is done by who takes the ids that need it
    // How many times slower it is while another computes on the processor; 0: as threads and cores say.
    double beside = 0.0;
    bool beside_known = false;  // to the dispatcher, of all together
    double first_seconds = 0.0; // that its first batch takes longer
    double noise = 0.0;         // standard deviation of the logarithm of a batch's time
    double slow_probability = 0.0;
    double slow_factor = 3.0;
    double changes_at = never; // from then on it does `changed_rate` times as much
    double changed_rate = 1.0;
    double stalls_at = never;
    double stall_seconds = 0.0;
    double dies_at = never; // what it is at is given back, and it leaves

    double rate_at(double time) const; // 1 = as `cost` says
    double work_by(double time) const; // ∫ of that since 0
};

struct Simulation {
    std::uint64_t ids = 0;
    DispatchOptions options;
    std::vector<SimulatedDevice> devices;
    std::uint64_t seed = 0;
};

struct SimulationResult {
    double seconds = 0.0; // until the last id was done
    double ideal = 0.0;
    bool complete = false; // every id was done, and none twice
    std::uint64_t batches = 0;
    double idle = 0.0;              // Σ of the time that started devices had nothing to do
    std::vector<std::uint64_t> ids; // by device
    double regret() const { return seconds / ideal - 1.0; }
};

// If devices cannot do all, because all died, the result is not complete.
SimulationResult simulate(const Simulation& simulation);

// The soonest that all could be done, by any set of the devices, each doing exactly its part in one batch at
// its true rates: without noise, slow batches and what is lost in a death.
double ideal_seconds(const Simulation& simulation);

} // namespace threadx
