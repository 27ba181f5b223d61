// A device made ready for one sweep, and the threads' own parts of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "device/scenario_batch.hpp"
#include "market/bars.hpp"

namespace threadx {

// What one thread runs batches with. What is on the device may be shared with other workers of it.
class BatchWorker {
  public:
    virtual ~BatchWorker() = default;
    // DeviceError if the device cannot: nothing of the batch is done then.
    virtual BatchResult run(const ScenarioBatch& batch) = 0;
};

// What one thread runs scenarios over other bars with, one set of bars after the other.
class BarsWorker {
  public:
    virtual ~BarsWorker() = default;
    // `bars`: as many as the sweep's, at the same times. DeviceError if the device cannot.
    virtual BatchResult run(const Bars& bars, const ScenarioBatch& batch) = 0;
    virtual std::vector<std::string> notes() const = 0; // as BatchDevice::notes()
};

// So many scenarios at once fitted when so much of the device was free.
struct MemoryLimit {
    std::uint64_t scenarios = 0;
    std::uint64_t free_bytes = 0;
};

// Its functions may be called by any thread.
class BatchDevice {
  public:
    virtual ~BatchDevice() = default;
    virtual const std::string& id() const = 0;
    virtual std::size_t workers() const = 0; // how many threads it takes to keep it busy
    virtual std::size_t
    scenarios_at_once() const = 0; // what it simulates in one go; batches are multiples of it if they can
    virtual std::unique_ptr<BatchWorker> make_worker() = 0;
    // One of `workers`, each of which has bars and columns of its own on the device.
    virtual std::unique_ptr<BarsWorker> make_bars_worker(std::size_t workers) = 0;
    // What did not go as planned so far, for the manifest: "opencl:0: out of memory with 4096 scenarios at
    // once; now 2048".
    virtual std::vector<std::string> notes() const = 0;
    // Where it turned out to have less memory than was thought: what fits. Nothing as long as all went well.
    virtual std::optional<MemoryLimit> memory_limit() const { return std::nullopt; }
    // What its simulation is compiled to, for people: "NVRTC 13.0: 64 registers, 0 bytes of local memory".
    virtual std::string kernel() const = 0;
};

} // namespace threadx
