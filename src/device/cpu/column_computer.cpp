#include "device/cpu/column_computer.hpp"

#include <algorithm>
#include <limits>

#include "rules/functions.hpp"

namespace threadx {
namespace {

constexpr std::size_t block_bars = 512; // a block's operands stay in the first cache
constexpr std::size_t block_words = block_bars / bars_per_word;

// Truth at the bars of word `word`, `shift` bars ago; false before bar 0.
std::uint64_t shifted_word(const std::uint64_t* bits, std::size_t word, std::size_t shift) {
    const std::size_t words = shift / bars_per_word;
    const std::size_t rest = shift % bars_per_word;
    if (word < words) return 0;
    std::uint64_t out = bits[word - words] << rest;
    if (rest != 0 && word > words) out |= bits[word - words - 1] >> (bars_per_word - rest);
    return out;
}

} // namespace

ColumnComputer::ColumnComputer(const Graph& graph, const Plan& plan, const BarColumns& bars,
                               const KernelTable& kernels)
    : graph_(graph), bars_(bars), kernels_(kernels),
      number_slots_(static_cast<std::size_t>(plan.number_slots), std::vector<double>(block_bars)),
      boolean_slots_(static_cast<std::size_t>(plan.boolean_slots), std::vector<std::uint64_t>(block_words)) {
    for (auto& buffer : number_buffers_) buffer.resize(block_bars);
    for (auto& buffer : boolean_buffers_) buffer.resize(block_words);
}

Column ColumnComputer::compute(const PlannedColumn& column, std::span<const double> parameters,
                               std::span<const ColumnView> inputs, Column storage) {
    parameters_ = parameters;
    inputs_ = inputs;
    steps_ = &column.steps;
    if (column.window >= 0) {
        compute_window(column, storage);
        return storage;
    }
    const std::size_t padded = padded_bars(bars_.bars());
    for (std::size_t begin = 0; begin < padded; begin += block_bars)
        run_steps(column, {begin, std::min(block_bars, padded - begin)}, storage);
    if (column.boolean && bars_.bars() % bars_per_word != 0) // no truth after the last bar
        storage.bits()[padded / bars_per_word - 1] &=
            (std::uint64_t{1} << (bars_.bars() % bars_per_word)) - 1;
    return storage;
}

void ColumnComputer::compute_window(const PlannedColumn& column, const Column& out) {
    const std::size_t bars = bars_.bars();
    const double undefined = std::numeric_limits<double>::quiet_NaN();
    const double length = scalar(column.length);
    const double* source = column.source.kind == OperandKind::field
                               ? bars_.field(column.source.index)
                               : inputs_[static_cast<std::size_t>(column.source.index)].numbers;
    if (length > static_cast<double>(bars)) {
        std::fill_n(out.numbers(), bars, undefined);
    } else {
        window_functions()[static_cast<std::size_t>(column.window)].compute(
            source, static_cast<int>(length), static_cast<int>(bars), out.numbers());
    }
    std::fill(out.numbers() + bars, out.numbers() + padded_bars(bars), undefined);
}

std::size_t ColumnComputer::shift_of(const Operand& operand) const {
    if (!operand.shift) return 0;
    return static_cast<std::size_t>(
        std::min(scalar(*operand.shift), static_cast<double>(padded_bars(bars_.bars()))));
}

const double* ColumnComputer::numbers_of(const Operand& operand, Block block, std::vector<double>& buffer) {
    const double* source = nullptr;
    switch (operand.kind) {
    case OperandKind::none: return nullptr;
    case OperandKind::step:
        return number_slots_[static_cast<std::size_t>(
                                 (*steps_)[static_cast<std::size_t>(operand.index)].slot)]
            .data();
    case OperandKind::scalar:
        std::fill_n(buffer.begin(), block.bars, scalar(operand.node));
        return buffer.data();
    case OperandKind::field: source = bars_.field(operand.index); break;
    case OperandKind::column: source = inputs_[static_cast<std::size_t>(operand.index)].numbers; break;
    }
    const std::size_t shift = shift_of(operand);
    if (shift <= block.begin) return source + (block.begin - shift);
    const std::size_t missing = std::min(shift - block.begin, block.bars); // bars before bar 0
    std::fill_n(buffer.begin(), missing, std::numeric_limits<double>::quiet_NaN());
    std::copy_n(source, block.bars - missing, buffer.begin() + static_cast<std::ptrdiff_t>(missing));
    return buffer.data();
}

const std::uint64_t* ColumnComputer::bits_of(const Operand& operand, Block block,
                                             std::vector<std::uint64_t>& buffer) {
    const std::size_t words = block.bars / bars_per_word;
    switch (operand.kind) {
    case OperandKind::step:
        return boolean_slots_[static_cast<std::size_t>(
                                  (*steps_)[static_cast<std::size_t>(operand.index)].slot)]
            .data();
    case OperandKind::scalar:
        std::fill_n(buffer.begin(), words, scalar(operand.node) != 0.0 ? ~std::uint64_t{0} : 0);
        return buffer.data();
    case OperandKind::column: break;
    case OperandKind::field:
    case OperandKind::none: return nullptr;
    }
    const std::uint64_t* source = inputs_[static_cast<std::size_t>(operand.index)].bits;
    const std::size_t first = block.begin / bars_per_word;
    const std::size_t shift = shift_of(operand);
    if (shift == 0) return source + first;
    for (std::size_t i = 0; i < words; ++i) buffer[i] = shifted_word(source, first + i, shift);
    return buffer.data();
}

void ColumnComputer::run_boolean_step(const Step& step, Block block, std::uint64_t* out) {
    const std::size_t words = block.bars / bars_per_word;
    if (step.op >= Op::less && step.op <= Op::not_equal) {
        kernels_.comparison(static_cast<int>(step.op), numbers_of(step.a, block, number_buffers_[0]),
                            numbers_of(step.b, block, number_buffers_[1]), out, static_cast<int>(block.bars));
        return;
    }
    const std::uint64_t* a = bits_of(step.a, block, boolean_buffers_[0]);
    const std::uint64_t* b =
        step.b.kind == OperandKind::none ? nullptr : bits_of(step.b, block, boolean_buffers_[1]);
    for (std::size_t i = 0; i < words; ++i) {
        switch (step.op) {
        case Op::logical_and: out[i] = a[i] & b[i]; break;
        case Op::logical_or: out[i] = a[i] | b[i]; break;
        case Op::logical_not: out[i] = ~a[i]; break;
        default: out[i] = a[i]; break;
        }
    }
}

void ColumnComputer::run_steps(const PlannedColumn& column, Block block, const Column& out) {
    for (std::size_t i = 0; i < column.steps.size(); ++i) {
        const Step& step = column.steps[i];
        const bool last = i + 1 == column.steps.size(); // writes the column itself
        const auto slot = static_cast<std::size_t>(step.slot);
        if (step.boolean) {
            run_boolean_step(step, block,
                             last ? out.bits() + block.begin / bars_per_word : boolean_slots_[slot].data());
        } else {
            kernels_.number_operation(static_cast<int>(step.op),
                                      numbers_of(step.a, block, number_buffers_[0]),
                                      numbers_of(step.b, block, number_buffers_[1]),
                                      last ? out.numbers() + block.begin : number_slots_[slot].data(),
                                      static_cast<int>(block.bars));
        }
    }
}

} // namespace threadx
