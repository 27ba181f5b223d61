// What the kernel objects offer: the same functions, compiled once per instruction set. The objects include
// no library header with inline functions, because the linker could pick a copy that was compiled for too new
// a processor.
#pragma once

#include <cstdint>

namespace threadx {

#include "kernels/simulation_rules.h"

constexpr int max_lanes = 16;     // float32 with AVX-512
constexpr int bars_per_word = 64; // of bit columns
constexpr int max_statistics = 32;

// A pack of scenarios, one per lane, simulated together. All lanes must be filled.
template <class Real>
struct PackJob {
    // the run
    const Real* open;
    const Real* high;
    const Real* low;
    const Real* close;
    SimRules rules;
    // the lanes
    Real capital[max_lanes];
    Real fee[max_lanes];
    Real slippage[max_lanes];
    Real leverage[max_lanes];
    Real size[max_lanes];
    Real max_hold[max_lanes];
    Real spacing[max_lanes];
    Real stop_scale[max_lanes];
    Real target_scale[max_lanes];
    const double* stop_column[max_lanes];
    const double* target_column[max_lanes];
    const std::uint64_t* signals[4][max_lanes]; // by Signal
    // the answer
    Real statistics[max_statistics][max_lanes];
};

// Operations on blocks of numbers, and on words of 64 truth values. The numbers are those of Op
// (rules/graph.hpp).
struct KernelTable {
    const char* name; // "avx512", ...
    int lanes64;
    int lanes32;
    void (*simulate64)(PackJob<double>&);
    void (*simulate32)(PackJob<float>&);
    // out[i] = a[i] op b[i] for i < count; count is a multiple of 64
    void (*number_operation)(int op, const double* a, const double* b, double* out, int count);
    // bit i of out = a[i] op b[i] for i < count; count is a multiple of 64
    void (*comparison)(int op, const double* a, const double* b, std::uint64_t* out, int count);
};

} // namespace threadx
