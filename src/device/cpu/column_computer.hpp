// Computes one planned column: a kernel over whole series, or block by block a program of elementwise steps,
// with the columns that are only there for it (column_fusion.hpp), of such programs and of kernels.
#pragma once

#include <span>
#include <vector>

#include "device/cpu/bar_columns.hpp"
#include "device/cpu/column.hpp"
#include "device/cpu/kernel_interface.hpp"
#include "rules/plan.hpp"

namespace threadx {

// Holds working storage, so one for each thread.
class ColumnComputer {
  public:
    ColumnComputer(const Graph& graph, const Plan& plan, const BarColumns& bars, const KernelTable& kernels);

    // The last of `columns`, of the plan, with the others before it. `parameters`: all of the strategy's;
    // `inputs`: views by column index, of the other columns that they read.
    Column compute(std::span<const int> columns, std::span<const double> parameters,
                   std::span<const ColumnView> inputs, Column storage);

    // What a kernel makes one of its columns of.
    struct KernelInput {
        std::vector<const double*> sources;
        std::vector<double> scalars;
    };
    KernelInput input_of(const PlannedColumn& column, std::span<const double> parameters,
                         std::span<const ColumnView> inputs) const;

    // Up to group_size() columns of a kernel at once: storage[k] of members[k].
    void compute_group(const PlannedColumn& column, std::span<const KernelInput> members,
                       std::span<const Column> storage) const;

    // How many of its columns compute_group() computes; 1 if it computes none.
    std::size_t group_size(const PlannedColumn& column) const;

  private:
    struct Block {
        std::size_t begin;
        std::size_t bars; // a multiple of 64
    };
    // An operand for the column being computed: looked up and evaluated once, not for each block.
    struct BoundOperand {
        OperandKind kind = OperandKind::none;
        const double* numbers =
            nullptr; // of the whole series; of a step, of the block at hand, behind its history
        const std::uint64_t* bits = nullptr;
        double scalar = 0.0;
        std::size_t shift = 0; // bars ago
    };
    struct BoundStep {
        Op op = Op::constant;
        bool boolean = false;
        bool crossing = false;
        BoundOperand a;
        BoundOperand b;
        BoundOperand c;
        double* numbers = nullptr; // the result: the whole column, or a slot with the block at hand
        std::uint64_t* bits = nullptr;
        bool whole = false;                 // the result is the whole column
        int history = 0;                    // bars before the block that are kept in the slot
        std::uint64_t not_above_before = 0; // of a crossing: at the bar before the block
    };
    // Where a series is that is being computed.
    struct Place {
        double* numbers = nullptr; // of the whole series, or of the block at hand, behind its history
        bool whole = false;
        std::size_t history = 0; // bars before the block that are kept
    };
    struct Source {
        const double* numbers = nullptr;
        bool whole = false;
        bool operator==(const Source&) const = default;
    };
    // One of the columns that are computed together, or several of a kernel that read the same series.
    struct Stage {
        int kernel = -1; // or the program `steps`
        std::vector<BoundStep> steps = {};
        std::vector<Source> sources = {};
        std::size_t columns = 1;
        std::vector<double> scalars = {}; // those of all columns, then the next ones of all ...
        std::vector<Place> outputs = {};  // in the same order
        std::vector<double> kept = {};    // KernelTable::kept_bytes
    };
    const PlannedColumn& planned(int index) const { return plan_.columns[static_cast<std::size_t>(index)]; }
    void compute_kernel(const PlannedColumn& column, const Column& out);
    void bind_places(std::span<const int> columns, const Column& out);
    std::size_t history_of(int column, std::span<const int> readers) const;
    void bind_stages(std::span<const int> columns, const Column& out);
    void bind_kernel(int index);
    Source source_of(const Operand& operand) const;
    void run_kernel(Stage& stage, Block block) const;
    void begin_histories();
    void keep_histories(Block block);
    double* take_numbers(std::size_t count);
    std::uint64_t* take_bits();
    double* place_of(const PlannedColumn& column, const Column& out, int output) const;
    const double* stored(const Operand& operand, std::span<const ColumnView> inputs) const;
    void end_with_undefined(const PlannedColumn& column, const Column& out) const;
    void bind_steps(const PlannedColumn& column, const Place& numbers, const Column& out);
    BoundOperand bind(const PlannedColumn& column, const Operand& operand);
    void run_step(BoundStep& step, Block block);
    static void begin_history(const BoundStep& step);
    static void keep_history(const BoundStep& step, Block block);
    void run_logical_step(const BoundStep& step, Block block, std::uint64_t* out);
    static BlockOperand numbers_of(const BoundOperand& operand, Block block, std::vector<double>& buffer);
    static const std::uint64_t* bits_of(const BoundOperand& operand, Block block,
                                        std::vector<std::uint64_t>& buffer);
    double* number_slot(const Step& step) const { return number_slots_[static_cast<std::size_t>(step.slot)]; }
    std::uint64_t* boolean_slot(const Step& step) const {
        return boolean_slots_[static_cast<std::size_t>(step.slot)];
    }
    double scalar(NodeId node) const { return evaluate_scalar(graph_, node, parameters_); }

    const Graph& graph_;
    const Plan& plan_;
    const BarColumns& bars_;
    const KernelTable& kernels_;
    std::span<const double> parameters_; // of the column being computed
    std::span<const ColumnView> inputs_;
    std::vector<Stage> stages_;
    std::vector<int> placed_;                   // the columns that have places
    std::vector<Place> histories_;              // those of them that are looked back at
    std::vector<std::vector<Place>> places_;    // by column and series; none of one that is not computed now
    std::vector<double*> number_slots_;         // of the program that is being bound, behind their histories
    std::vector<std::uint64_t*> boolean_slots_; // the same
    std::vector<AlignedArray<double>> numbers_; // working storage, the first `numbers_taken_` of it in use
    std::vector<AlignedArray<std::uint64_t>> bits_;
    std::size_t numbers_taken_ = 0;
    std::size_t bits_taken_ = 0;
    std::vector<AlignedArray<double>> unread_; // by output: where one goes that nothing reads
    std::vector<double> number_buffers_[2];
    std::vector<std::uint64_t> boolean_buffers_[2];
};

} // namespace threadx
