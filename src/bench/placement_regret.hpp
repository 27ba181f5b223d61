// How much time is lost because work is placed as it is: placements of the same sweep on the same devices,
// measured beside each other.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/started_devices.hpp"
#include "placement/profiles.hpp"
#include "sweep/prepared_sweep.hpp"

namespace threadx {

// What is measured: a sweep on some devices, as large as takes them `seconds` together.
struct PlacementCase {
    std::vector<DeviceProperties> devices;
    std::string instruction_set; // of the CPU, where it is among them; and its workers
    std::size_t workers = 1;
    double seconds = 0.0;

    bool has_cpu() const;
    std::string title() const; // "cpu (avx512 x2), opencl:0: 2 s"
};

// A way to place the work, and what it took.
struct PlacementWay {
    std::string name;           // "cpu 25 %, opencl:0 75 %", "guided"
    std::vector<double> shares; // by device; empty: guided
    Profiles profiles;          // that it is guided by
    bool measured_fully = true; // false: so slow that it was left out of later rounds
    std::vector<double> seconds_of_runs = {};
    // Fixed shares: rates of the devices, scenarios a second until each was done with its part; 0 where it
    // had none.
    std::vector<std::vector<double>> rates_of_runs = {};
    std::vector<double> done = {}; // part of the scenarios that each device computed, in the last run

    double seconds() const; // median
    void forget();          // what was measured
};

struct PlacementResult {
    PlacementCase where;
    std::uint64_t scenarios = 0;
    std::vector<PlacementWay> ways;
    std::string hash;  // of the rows
    std::string wrong; // what makes the figures worthless; empty if nothing does

    const PlacementWay& best_fixed() const;
    // The smallest time with the rates that devices had while they ran together: of the fixed shares under
    // which all were done at about the same time.
    double ideal_seconds() const;
    double regret(const PlacementWay& way) const { return way.seconds() / best_fixed().seconds() - 1.0; }
    // The same without what chance gives to the best of many, and with what slows the machine for a while: in
    // each round against the shares that were best in the others; of these the median. With fewer than
    // three rounds, the same.
    double regret_by_rounds(const PlacementWay& way) const;
    double over_ideal(const PlacementWay& way) const { return way.seconds() / ideal_seconds() - 1.0; }
};

// Fixed shares to compare with: for two devices every tenth and all on one, for more a coarser grid; and
// some beside `ideal`, by less than a grid's step.
std::vector<std::vector<double>> fixed_shares(const std::vector<double>& ideal);

// What is known of a device's sweeps, wrong by this factor: 5 makes it 5 times too slow.
Profiles wrong_profiles(const Profiles& right, const std::string& uuid, double factor);

struct PlacementSetup {
    const OpenedDevices& opened;
    const PreparedSweep& sweep; // of more scenarios than any case needs
    StartedDevices& started;
    int rounds = 3;
    const std::atomic<bool>* stop = nullptr;
};

// Nothing if interrupted.
std::optional<PlacementResult> measure_placement(const PlacementCase& where, const PlacementSetup& setup);

std::string placement_table(const PlacementResult& result);
std::string placement_json(const std::vector<PlacementResult>& results);

// A sweep whose scenarios cost the same wherever they lie, and are enough for any machine.
extern const char* const placement_sweep;

} // namespace threadx
