// What profiles are worth on this machine, today.
#pragma once

#include <string>
#include <vector>

#include "device/inventory.hpp"
#include "placement/profiles.hpp"
#include "sweep/settings.hpp"

namespace threadx {

class ProfileStanding {
  public:
    // The inventory must outlive it. InputError if the settings ask for an instruction set that is not there.
    ProfileStanding(const Inventory& inventory, const Settings& settings);

    // The device of a key: of those with its UUID (a GPU has one of each driver) the one of its driver. Null
    // if it is not there.
    const DeviceProperties* device_of(const WorkKey& work) const;

    // What keeps what was measured from being used now: "not there", "other kernels"; empty: nothing.
    std::string remark(const WorkKey& work) const;

  private:
    bool is_of(const DeviceProperties& device, const WorkKey& work) const;

    const Inventory& inventory_;
    std::vector<std::string> cpu_drivers_; // runs too small for all workers have fewer
};

// How long ago a time of a profile is: "45 s", "20 min", "7 h", "12 d"; "?" if it is none.
std::string age_text(const std::string& updated);

} // namespace threadx
