// Which devices of an inventory a run uses. No driver is asked: what the user says and what is there decide.
#pragma once

#include <string>
#include <vector>

#include "device/inventory.hpp"

namespace threadx {

// What the user says. A name is an id ("cuda:0", "cpu"), a UUID, or a word for several: "auto", "all",
// "gpu", "cuda", "opencl".
struct DeviceRequest {
    std::string names = "auto";       // --devices: names with commas between; goes before the settings
    bool gpus_enabled = true;         // [gpu] enabled, for "auto"
    bool several_gpus = true;         // [gpu] multi_gpu_enabled, for GPUs that no id names
    std::vector<std::string> listed;  // [gpu] devices: the names that "auto" is made of; empty: all GPUs
    std::string settings_source;      // where the settings are from, for messages
    std::string option = "--devices"; // who gave the names, for messages
};

struct DeviceChoice {
    std::vector<DeviceProperties> devices; // in the order of the inventory, each once
    std::vector<std::string> notes;        // a line for each device that could be thought of and is not used
};

// The kinds of accelerators that the request can mean: a name such as "cuda:0" needs no OpenCL driver to be
// opened.
std::vector<DeviceKind> kinds_meant(const DeviceRequest& request);

// Whether `name` is the device's id or UUID.
bool names_device(const std::string& name, const DeviceProperties& device);

// "auto" is the processor and every GPU that can be used, without OpenCL devices that are this processor or a
// GPU that CUDA has too; "all" has those that are this processor. InputError if a name is unknown, or names
// what is not there or cannot be used.
DeviceChoice choose_devices(const Inventory& inventory, const DeviceRequest& request);

// Whether the two are the same piece of hardware seen through two drivers: by UUID, or where one has none of
// its own, by name and memory.
bool same_hardware(const DeviceProperties& a, const DeviceProperties& b);

} // namespace threadx
