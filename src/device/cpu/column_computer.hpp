// Computes one planned column: a window function over a whole series, or a program of elementwise steps,
// block by block.
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

    // `parameters`: all of the strategy's; `inputs`: views by column index, of the columns that `column`
    // reads.
    Column compute(const PlannedColumn& column, std::span<const double> parameters,
                   std::span<const ColumnView> inputs, Column storage);

  private:
    struct Block {
        std::size_t begin;
        std::size_t bars; // a multiple of 64
    };
    void compute_window(const PlannedColumn& column, const Column& out);
    void run_steps(const PlannedColumn& column, Block block, const Column& out);
    void run_boolean_step(const Step& step, Block block, std::uint64_t* out);
    const double* numbers_of(const Operand& operand, Block block, std::vector<double>& buffer);
    const std::uint64_t* bits_of(const Operand& operand, Block block, std::vector<std::uint64_t>& buffer);
    std::size_t shift_of(const Operand& operand) const;
    double scalar(NodeId node) const { return evaluate_scalar(graph_, node, parameters_); }

    const Graph& graph_;
    const BarColumns& bars_;
    const KernelTable& kernels_;
    std::span<const double> parameters_; // of the column being computed
    std::span<const ColumnView> inputs_;
    const std::vector<Step>* steps_ = nullptr;
    std::vector<std::vector<double>> number_slots_;
    std::vector<std::vector<std::uint64_t>> boolean_slots_;
    std::vector<double> number_buffers_[2];
    std::vector<std::uint64_t> boolean_buffers_[2];
};

} // namespace threadx
