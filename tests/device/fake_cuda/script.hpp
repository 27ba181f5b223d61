// What the fake driver is to be like: the environment variable FAKE_CUDA, read by cuInit.
//
//   FAKE_CUDA="devices=2;memory=64MiB;capability=9.0,7.5;driver=12040;lost=-,launch:5"
//
// A value may be a list, one for each device; the last one holds for those that follow. "-" means none.
//
//   driver           12040: CUDA 12.4
//   init             what cuInit gives back, 100: CUDA_ERROR_NO_DEVICE
//   devices          how many
//   name             the device's
//   capability       compute capability
//   memory           bytes, or with KiB, MiB or GiB
//   multiprocessors  how many
//   ratio            of float32's speed to float64's
//   compute_mode     0: default, 2: prohibited, 3: exclusive
//   retain           what cuDevicePrimaryCtxRetain gives back
//   group            most threads of a block
//   out_of_memory    allocation:3: the third allocation fails, memory of the host included
//   lost             launch:5: the fifth launch takes the device down; launch:5:714 with that error
//   wrong            NAME: most results of the kernel NAME are off by their last bit
//   case             any text: says that this is another script, though otherwise the same
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fake_cuda {

struct DeviceScript {
    std::string name;
    int capability = 90;
    std::uint64_t memory = 0;
    int multiprocessors = 0;
    int ratio = 0;
    int compute_mode = 0;
    int retain = 0;
    int group = 1024;
    int failing_allocation = 0; // counted from 1; 0: none
    int losing_launch = 0;
    int lost_with = 700;
    std::string wrong;
};

struct Script {
    int driver = 13000;
    int init = 0;
    std::vector<DeviceScript> devices;
};

// Ends the program with a message about a word that is none of the above.
Script parse_script(const std::string& text);

// What a program that uses the driver must not do: ends it with a message.
[[noreturn]] void misuse(const std::string& what);

} // namespace fake_cuda
