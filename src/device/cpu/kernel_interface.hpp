// What the kernel objects offer: the same functions, compiled once per instruction set. The objects include
// no library header with inline functions, because the linker could pick a copy that was compiled for too new
// a processor.
#pragma once

#include <cstddef>
#include <cstdint>

namespace threadx {

#include "kernels/simulation_rules.h"

constexpr int max_lanes = 16;     // float32 with AVX-512
constexpr int bars_per_word = 64; // of bit columns
constexpr int max_statistics = 32;
constexpr int max_return_blocks = 32;

// A signal that is no column of bits: given where series > level (series < level if `below`), and with
// `crossing` was not, with both defined, one bar ago. The level is the scalar; if it moves, that of bar t is
// base[t] + scalar * width[t]. Always in float64.
struct PackLevel {
    bool used;
    bool below;
    bool crossing;
    bool moves;
    const double* series[max_lanes];
    const double* base[max_lanes];
    const double* width[max_lanes];
    double scalar[max_lanes];
};

// A pack of scenarios, one per lane, simulated together. All lanes must be filled.
template <class Real>
struct PackJob {
    // the run
    const Real* open;
    const Real* high;
    const Real* low;
    const Real* close;
    SimRules rules;
    // the lanes; aligned, as loads that cross lines of the cache cost a few percent
    alignas(64) Real capital[max_lanes];
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
    const std::uint64_t* signals[4][max_lanes]; // by Signal; not read where a level is used
    PackLevel levels[4];
    // the answer
    Real statistics[max_statistics][max_lanes];
    // Sums of returns and of their squares up to the end of each block but the last, which is the
    // statistics'.
    Real block_sums[max_return_blocks - 1][2][max_lanes];
};

// An operand of an operation on a block: a series of `count` numbers, or where that is null a scalar.
struct BlockOperand {
    const double* series;
    double scalar;
};

// Columns of one kernel are computed several at once, where so many are wanted: those of a scan
// (kernels/column_kernels.h) in the lanes of vectors; those of extremes, where they read the same series, out
// of what windows of all lengths share.
constexpr int scan_group_size = 8;
constexpr int most_group_size = 32;

// A kernel may compute its columns block by block, keeping what it needs of the bars before: then what it
// reads and what is read of it stays in the first cache.
constexpr int next_block_bars = 256;
constexpr int most_block_columns = 4;

// Operations on blocks of numbers, and on words of 64 truth values. The numbers are those of Op
// (rules/graph.hpp). `count` is a multiple of 64.
struct KernelTable {
    const char* name; // "avx512", ...
    int lanes64;
    int lanes32;
    void (*simulate64)(PackJob<double>&);
    void (*simulate32)(PackJob<float>&);
    // out[i] = a[i] op b[i] for i < count
    void (*number_operation)(int op, BlockOperand a, BlockOperand b, double* out, int count);
    // out[i] = bit i of condition ? a[i] : b[i] for i < count
    void (*choose)(const std::uint64_t* condition, BlockOperand a, BlockOperand b, double* out, int count);
    // bit i of out = a[i] op b[i] for i < count
    void (*comparison)(int op, BlockOperand a, BlockOperand b, std::uint64_t* out, int count);
    // bit i of out = a[i] > b[i] and a[i-1] <= b[i-1] for i < count. `not_above_before` is the latter's truth
    // for the bar before the block (1 or 0); the answer is that for the block's last bar.
    std::uint64_t (*crossing)(BlockOperand a, BlockOperand b, std::uint64_t not_above_before,
                              std::uint64_t* out, int count);
    // The series out[k] of kernel `kernel` (an index of column_kernels()), from the series x[i] and
    // scalars[j].
    void (*column)(int kernel, const double* const* x, const double* scalars, int bars, double* const* out);
    // How many columns of the kernel, which read the same series, next_block() computes at once; 0 if it
    // computes none.
    int (*block_columns)(int kernel);
    // Bytes that next_block() keeps from block to block of `columns` columns; all zero before the first.
    std::size_t (*kept_bytes)(int kernel, const double* scalars, int columns, int bars);
    // The next block, of next_block_bars of the `bars`, or those that are left, from bar t on: x[i] and
    // out[k * columns + c] begin there, scalars[j * columns + c] are column c's. `kept` is aligned for
    // doubles.
    void (*next_block)(int kernel, void* kept, const double* const* x, const double* scalars, int columns,
                       int t, int bars, double* const* out);
    // How many columns of the kernel column_group() computes; 1 if it computes none.
    int (*group_size)(int kernel);
    // The same of so many columns: x[i * group_size + j], scalars[i * group_size + j] and
    // out[k * group_size + j] of column j; the series are the same ones but for scans. The first `columns` of
    // them are wanted; the others have what the last one has.
    void (*column_group)(int kernel, const double* const* x, const double* scalars, int columns, int bars,
                         double* const* out);
};

// What the objects of an instruction set are called: KERNEL_FUNCTION(kernels, avx2) is kernels_avx2.
#define KERNEL_FUNCTION(name, set) KERNEL_FUNCTION_EXPANDED(name, set)
#define KERNEL_FUNCTION_EXPANDED(name, set) name##_##set
#define KERNEL_TEXT(set) KERNEL_TEXT_EXPANDED(set)
#define KERNEL_TEXT_EXPANDED(set) #set

} // namespace threadx
