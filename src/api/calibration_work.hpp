// ThreadX's own work, for measuring how fast a device is at it: backtests of a built-in strategy over
// made-up bars.
#pragma once

#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "device/cpu/cpu_simulator.hpp"
#include "device/gpu/gpu_simulator.hpp"

namespace threadx {

class CalibrationWork {
  public:
    static constexpr std::uint64_t bars = 1000;

    CalibrationWork();
    CalibrationWork(const CalibrationWork&) = delete; // the plan refers to the strategy
    CalibrationWork& operator=(const CalibrationWork&) = delete;

    // On the processor, by so many threads. An item is a bar of a backtest, and backtests are whole.
    void run_on_processor(std::uint64_t items, const KernelTable& kernels, std::size_t workers) const;

    // On an accelerator, made ready once.
    class OnDevice {
      public:
        // DeviceError if the device cannot.
        OnDevice(const CalibrationWork& work, GpuDevice& device, std::uint64_t memory_bytes);
        void run(std::uint64_t items);

      private:
        const CalibrationWork& work_;
        GpuSimulator simulator_;
        std::unique_ptr<BatchWorker> worker_;
    };

  private:
    ScenarioBatch scenarios(std::uint64_t first, std::uint64_t count) const;

    Strategy strategy_;
    Bars bars_;
    Execution execution_;
    Plan plan_;
};

} // namespace threadx
