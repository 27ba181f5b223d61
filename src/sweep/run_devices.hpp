// Which devices a run uses: what the user says, what there is, and what is worth it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "device/inventory.hpp"
#include "placement/profiles.hpp"
#include "sweep/device_models.hpp"
#include "sweep/prepared_sweep.hpp"
#include "sweep/runner.hpp"
#include "sweep/settings.hpp"

namespace threadx {

// What the user says of it.
struct DeviceWishes {
    std::string names = "auto"; // --devices
    std::string balance;        // --balance; empty: the settings'
};

// Outlives the run: what runs on an accelerator needs its driver.
class RunDevices {
  public:
    // Where the wishes or the settings name devices, drivers are opened now, and InputError says what cannot
    // be used. With "auto" GPUs are looked for while the CPU computes already, and not at all where the CPU
    // alone is predicted to be done before that could be worth it. `scenarios`: of this run.
    RunDevices(const Settings& settings, const DeviceWishes& wishes, const PreparedSweep& sweep,
               std::uint64_t scenarios, const Profiles& profiles);

    bool cpu() const { return cpu_; }
    const std::vector<BalanceShare>& shares() const { return shares_; } // empty: not fixed
    const std::vector<std::string>& notes() const { return notes_; }    // what is known before the run

    // Of a run on these devices, with the settings' workers and sizes; profiles and callbacks are the
    // caller's.
    RunOptions run_options() const;

    FindDevices finder() const;                                              // for RunOptions
    bool all_known() const { return !look_later_; }                          // to the finder, before the run
    const std::vector<Observation>& observations() const { return looked_; } // of the finder, after the run

    // The devices that could take part, as the placement sees them before the run, in scenarios; GPUs are
    // looked for even where a run would not. For explanations.
    std::vector<DeviceModel> models() const;

  private:
    void take_shares(const DeviceWishes& wishes);
    // InputError if a share is of another device.
    void check_shares(std::span<const DeviceProperties> devices, const DeviceWishes& wishes) const;
    bool worth_looking(std::uint64_t scenarios);
    SweepWork work() const;
    DeviceChoice choose() const;
    DeviceChoice choose_among(std::span<const DeviceKind> kinds) const;
    std::vector<RunDevice> run_devices(const DeviceChoice& choice) const;
    std::unique_ptr<BatchDevice> start(const DeviceProperties& device) const;

    const Settings& settings_;
    const PreparedSweep& sweep_;
    const Profiles& profiles_;
    std::size_t workers_; // of the CPU: fewer than the settings' where there is too little work for them
    DeviceRequest request_;
    mutable std::vector<std::unique_ptr<DeviceDriver>> drivers_;
    DeviceChoice choice_; // where it is made already
    mutable std::vector<Observation> looked_;
    std::vector<BalanceShare> shares_;
    bool look_later_ = false;
    bool cpu_ = true;
    std::vector<std::string> notes_;
};

} // namespace threadx
