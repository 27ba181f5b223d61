// Measures devices at a standard sweep, for their profiles.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "device/inventory.hpp"
#include "placement/calibration.hpp"
#include "placement/profiles.hpp"
#include "sweep/prepared_sweep.hpp"

namespace threadx {

// Variants of bollinger_atr over made-up bars of a minute, in memory.
std::unique_ptr<PreparedSweep> standard_sweep(Precision precision, const Settings& settings);

// Drivers, opened one after the other, so that it is known how long each takes.
struct TimedDrivers {
    std::vector<std::unique_ptr<DeviceDriver>> drivers;
    std::map<DeviceKind, double> seconds; // until its devices are known
    Inventory inventory;
};
TimedDrivers open_timed_drivers(const DriverSettings& settings);

// Batches of one size.
struct MeasuredSize {
    double batch_items = 0.0;
    Calibration calibration; // its samples are items: bars of scenarios
};

struct DeviceCalibration {
    DeviceProperties device;
    WorkKey work;
    std::vector<MeasuredSize> sizes;              // the largest last
    double start_seconds = 0.0;                   // 0: it needs none
    std::optional<Observation> kept_columns = {}; // the CPU's
};

struct CalibrationRequest {
    std::vector<DeviceProperties> devices; // those that are to be measured, usable ones
    std::vector<Precision> precisions;
    const std::atomic<bool>* stop = nullptr; // set from outside: no more are begun
};

struct CalibrationResult {
    std::vector<DeviceCalibration> measured; // by precision, then in the order of the devices
    std::vector<std::string> failures;       // "cuda:1 could not be measured: ..."
    bool interrupted = false;                // not all were measured
};

// Measures one device after the other, each alone, as a run uses it: all its workers draw scenarios, simulate
// and make rows. Batches are of several sizes, so that what a batch costs is told from what its items cost.
// What starts a device is measured the second time, when its kernels are compiled. `say` gets the log's
// lines. A device that fails is left out.
CalibrationResult calibrate_devices(const CalibrationRequest& request, const TimedDrivers& drivers,
                                    const Settings& settings,
                                    const std::function<void(const std::string&)>& say);

// Forgets what is known of the devices in these precisions, whatever driver it was measured with, and keeps
// what was measured.
void renew_profiles(Profiles& profiles, const CalibrationRequest& request, const CalibrationResult& result,
                    const std::string& now);

// "balance updated: cuda:0:49.7%, cpu:50.3%": shares in proportion to the rates, each measured alone. Empty
// for fewer than two devices.
std::string balance_line(const CalibrationResult& result, Precision precision);

} // namespace threadx
