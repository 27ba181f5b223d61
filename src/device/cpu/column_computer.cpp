#include "device/cpu/column_computer.hpp"

#include <algorithm>
#include <functional>
#include <limits>

#include "indicators/catalogue.hpp"

namespace threadx {
namespace {

constexpr std::size_t block_bars = 256; // the blocks of a program of ten steps stay in the first cache
constexpr std::size_t block_words = block_bars / bars_per_word;
constexpr std::size_t history_words = most_step_history / bars_per_word; // of a slot, before its block

constexpr std::size_t most_history = 256; // of a column that is there for a block at a time
constexpr std::size_t most_pointers = 64; // of a kernel's series, and of its results for several columns
static_assert(next_block_bars == block_bars);

// A further column's values in rows of those of `columns` columns.
template <class T>
void add_column(std::vector<T>& rows, std::size_t columns, const std::vector<T>& column) {
    for (std::size_t row = column.size(); row-- > 0;)
        rows.insert(rows.begin() + static_cast<std::ptrdiff_t>((row + 1) * columns), column[row]);
}

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
    : graph_(graph), plan_(plan), bars_(bars), kernels_(kernels), places_(plan.columns.size()) {
    for (auto& buffer : number_buffers_) buffer.resize(block_bars);
    for (auto& buffer : boolean_buffers_) buffer.resize(block_words);
    for (const PlannedColumn& column : plan.columns)
        while (column.unread >> unread_.size() != 0) unread_.emplace_back(padded_bars(bars.bars()));
}

Column ColumnComputer::compute(std::span<const int> columns, std::span<const double> parameters,
                               std::span<const ColumnView> inputs, Column storage) {
    parameters_ = parameters;
    inputs_ = inputs;
    const PlannedColumn& last = planned(columns.back());
    if (columns.size() == 1 && last.kernel >= 0) {
        compute_kernel(last, storage);
        return storage;
    }
    bind_places(columns, storage);
    bind_stages(columns, storage);
    const std::size_t padded = padded_bars(bars_.bars());
    begin_histories();
    for (std::size_t begin = 0; begin < padded; begin += block_bars) {
        const Block block = {begin, std::min(block_bars, padded - begin)};
        for (Stage& stage : stages_) {
            if (stage.kernel >= 0) run_kernel(stage, block);
            for (BoundStep& step : stage.steps) run_step(step, block);
        }
        keep_histories(block);
    }
    if (last.boolean && bars_.bars() % bars_per_word != 0) // no truth after the last bar
        storage.bits()[padded / bars_per_word - 1] &=
            (std::uint64_t{1} << (bars_.bars() % bars_per_word)) - 1;
    return storage;
}

// How far the columns computed together look back at one of them.
std::size_t ColumnComputer::history_of(int column, std::span<const int> readers) const {
    double most = 0.0;
    for (const int reader : readers)
        for (const Step& step : planned(reader).steps)
            for (const Operand* operand : {&step.a, &step.b, &step.c})
                if (operand->kind == OperandKind::column && operand->index == column && operand->shift)
                    most = std::max(most, scalar(*operand->shift));
    return static_cast<std::size_t>(std::min(most, static_cast<double>(padded_bars(bars_.bars()))));
}

// The last one is where it is stored, the others where a block of them is, or all if much is looked back at.
void ColumnComputer::bind_places(std::span<const int> columns, const Column& out) {
    numbers_taken_ = 0;
    bits_taken_ = 0;
    histories_.clear();
    for (const int index : placed_) places_[static_cast<std::size_t>(index)].clear();
    placed_.assign(columns.begin(), columns.end());
    for (const int index : columns) {
        const PlannedColumn& column = planned(index);
        const bool last = index == columns.back();
        if (last && column.boolean) continue;
        const std::size_t history = last ? 0 : history_of(index, columns);
        for (int k = 0; k < column.outputs; ++k) {
            Place place;
            place.whole = last || history > most_history;
            if (last) {
                place.numbers = place_of(column, out, k);
            } else if (place.whole) {
                place.numbers = take_numbers(padded_bars(bars_.bars()));
            } else {
                place.history = (history + 7) / 8 * 8; // whole lines of the cache
                place.numbers = take_numbers(place.history + block_bars) + place.history;
            }
            places_[static_cast<std::size_t>(index)].push_back(place);
            if (place.history > 0) histories_.push_back(place);
        }
    }
}

void ColumnComputer::bind_stages(std::span<const int> columns, const Column& out) {
    stages_.clear();
    for (const int index : columns) {
        const PlannedColumn& column = planned(index);
        if (column.kernel >= 0)
            bind_kernel(index);
        else if (column.boolean)
            bind_steps(column, {}, out);
        else
            bind_steps(column, places_[static_cast<std::size_t>(index)].front(), {});
    }
    for (Stage& stage : stages_)
        if (stage.kernel >= 0)
            stage.kept.resize(
                (kernels_.kept_bytes(stage.kernel, stage.scalars.data(), static_cast<int>(stage.columns),
                                     static_cast<int>(bars_.bars())) +
                 sizeof(double) - 1) /
                sizeof(double));
}

ColumnComputer::Source ColumnComputer::source_of(const Operand& operand) const {
    if (operand.kind == OperandKind::column) {
        const std::vector<Place>& places = places_[static_cast<std::size_t>(operand.index)];
        if (!places.empty()) {
            const Place& place = places[static_cast<std::size_t>(operand.output)];
            return {place.numbers, place.whole};
        }
    }
    return {stored(operand, inputs_), true};
}

// With another column of the kernel, if they read the same.
void ColumnComputer::bind_kernel(int index) {
    const PlannedColumn& column = planned(index);
    Stage own;
    own.kernel = column.kernel;
    for (const Operand& source : column.sources) own.sources.push_back(source_of(source));
    for (const NodeId node : column.scalars) own.scalars.push_back(scalar(node));
    own.outputs = places_[static_cast<std::size_t>(index)];
    const auto most = static_cast<std::size_t>(kernels_.block_columns(column.kernel));
    for (Stage& stage : stages_) {
        if (stage.kernel != own.kernel || stage.sources != own.sources || stage.columns == most) continue;
        add_column(stage.scalars, stage.columns, own.scalars);
        add_column(stage.outputs, stage.columns, own.outputs);
        ++stage.columns;
        return;
    }
    stages_.push_back(std::move(own));
}

void ColumnComputer::run_kernel(Stage& stage, Block block) const {
    const double* x[most_pointers];
    double* out[most_pointers];
    const auto offset = [&](bool whole) { return whole ? block.begin : 0; };
    for (std::size_t i = 0; i < stage.sources.size(); ++i)
        x[i] = stage.sources[i].numbers + offset(stage.sources[i].whole);
    for (std::size_t k = 0; k < stage.outputs.size(); ++k)
        out[k] = stage.outputs[k].numbers + offset(stage.outputs[k].whole);
    kernels_.next_block(stage.kernel, stage.kept.data(), x, stage.scalars.data(),
                        static_cast<int>(stage.columns), static_cast<int>(block.begin),
                        static_cast<int>(bars_.bars()), out);
    const std::size_t there = bars_.bars() - block.begin;
    if (there < block.bars)
        for (std::size_t k = 0; k < stage.outputs.size(); ++k)
            std::fill(out[k] + there, out[k] + block.bars, std::numeric_limits<double>::quiet_NaN());
}

// Before bar 0 nothing is defined, and nothing true.
void ColumnComputer::begin_histories() {
    for (const Stage& stage : stages_)
        for (const BoundStep& step : stage.steps) begin_history(step);
    for (const Place& place : histories_)
        std::fill_n(place.numbers - place.history, place.history, std::numeric_limits<double>::quiet_NaN());
}

// The next block looks back at the end of this one.
void ColumnComputer::keep_histories(Block block) {
    if (block.bars < block_bars) return; // there is no next one
    for (const Stage& stage : stages_)
        for (const BoundStep& step : stage.steps) keep_history(step, block);
    for (const Place& place : histories_)
        std::copy_n(place.numbers + (block.bars - place.history), place.history,
                    place.numbers - place.history);
}

double* ColumnComputer::take_numbers(std::size_t count) {
    if (numbers_taken_ == numbers_.size()) numbers_.emplace_back();
    AlignedArray<double>& each = numbers_[numbers_taken_++];
    if (each.size() < count) each = AlignedArray<double>(count);
    return each.data();
}

std::uint64_t* ColumnComputer::take_bits() {
    if (bits_taken_ == bits_.size()) bits_.emplace_back(history_words + block_words);
    return bits_[bits_taken_++].data();
}

const double* ColumnComputer::stored(const Operand& operand, std::span<const ColumnView> inputs) const {
    if (operand.kind == OperandKind::field) return bars_.field(operand.index);
    return inputs[static_cast<std::size_t>(operand.index)].numbers +
           static_cast<std::size_t>(operand.output) * padded_bars(bars_.bars());
}

double* ColumnComputer::place_of(const PlannedColumn& column, const Column& out, int output) const {
    const auto k = static_cast<std::size_t>(output);
    if ((column.unread >> k & 1U) != 0) return unread_[k].data();
    return out.numbers() + k * padded_bars(bars_.bars());
}

void ColumnComputer::end_with_undefined(const PlannedColumn& column, const Column& out) const {
    const std::size_t padded = padded_bars(bars_.bars());
    for (int k = 0; k < column.outputs; ++k) {
        double* const series = place_of(column, out, k);
        std::fill(series + bars_.bars(), series + padded, std::numeric_limits<double>::quiet_NaN());
    }
}

ColumnComputer::KernelInput ColumnComputer::input_of(const PlannedColumn& column,
                                                     std::span<const double> parameters,
                                                     std::span<const ColumnView> inputs) const {
    KernelInput out;
    for (const Operand& source : column.sources) out.sources.push_back(stored(source, inputs));
    for (const NodeId node : column.scalars) out.scalars.push_back(evaluate_scalar(graph_, node, parameters));
    return out;
}

void ColumnComputer::compute_kernel(const PlannedColumn& column, const Column& out) {
    const KernelInput input = input_of(column, parameters_, inputs_);
    std::vector<double*> outputs;
    for (int k = 0; k < column.outputs; ++k) outputs.push_back(place_of(column, out, k));
    kernels_.column(column.kernel, input.sources.data(), input.scalars.data(), static_cast<int>(bars_.bars()),
                    outputs.data());
    end_with_undefined(column, out);
}

std::size_t ColumnComputer::group_size(const PlannedColumn& column) const {
    return column.kernel >= 0 ? static_cast<std::size_t>(kernels_.group_size(column.kernel)) : 1;
}

void ColumnComputer::compute_group(const PlannedColumn& column, std::span<const KernelInput> members,
                                   std::span<const Column> storage) const {
    const std::size_t size = group_size(column);
    std::vector<const double*> sources(column.sources.size() * size);
    std::vector<double> scalars(column.scalars.size() * size);
    std::vector<double*> outputs(static_cast<std::size_t>(column.outputs) * size);
    for (std::size_t each = 0; each < size; ++each) {
        const std::size_t used = std::min(each, storage.size() - 1);
        for (std::size_t i = 0; i < column.sources.size(); ++i)
            sources[i * size + each] = members[used].sources[i];
        for (std::size_t i = 0; i < column.scalars.size(); ++i)
            scalars[i * size + each] = members[used].scalars[i];
        for (int k = 0; k < column.outputs; ++k)
            outputs[static_cast<std::size_t>(k) * size + each] = place_of(column, storage[used], k);
    }
    kernels_.column_group(column.kernel, sources.data(), scalars.data(), static_cast<int>(storage.size()),
                          static_cast<int>(bars_.bars()), outputs.data());
    for (const Column& each : storage) end_with_undefined(column, each);
}

void ColumnComputer::bind_steps(const PlannedColumn& column, const Place& numbers, const Column& out) {
    number_slots_.clear();
    boolean_slots_.clear();
    for (const Step& step : column.steps) {
        const auto needed = static_cast<std::size_t>(step.slot) + 1;
        while (step.boolean && boolean_slots_.size() < needed)
            boolean_slots_.push_back(take_bits() + history_words);
        while (!step.boolean && number_slots_.size() < needed)
            number_slots_.push_back(take_numbers(most_step_history + block_bars) + most_step_history);
    }
    std::vector<BoundStep> steps;
    for (const Step& step : column.steps) {
        const bool last = &step == &column.steps.back(); // writes the column itself
        BoundStep bound{.op = step.op,
                        .boolean = step.boolean,
                        .crossing = step.crossing,
                        .a = bind(column, step.a),
                        .b = bind(column, step.b),
                        .c = bind(column, step.c),
                        .numbers = numbers.numbers,
                        .bits = out.bits(),
                        .whole = last && (step.boolean || numbers.whole),
                        .history = step.history};
        if (!last && step.boolean) bound.bits = boolean_slot(step);
        if (!last && !step.boolean) bound.numbers = number_slot(step);
        steps.push_back(bound);
    }
    stages_.push_back({.steps = std::move(steps)});
}

ColumnComputer::BoundOperand ColumnComputer::bind(const PlannedColumn& column, const Operand& operand) {
    BoundOperand bound;
    bound.kind = operand.kind;
    const auto index = static_cast<std::size_t>(operand.index);
    switch (operand.kind) {
    case OperandKind::none: break;
    case OperandKind::scalar: bound.scalar = scalar(operand.node); break;
    case OperandKind::field: bound.numbers = bars_.field(operand.index); break;
    case OperandKind::step: {
        const Step& step = column.steps[index];
        if (step.boolean)
            bound.bits = boolean_slot(step);
        else
            bound.numbers = number_slot(step);
        break;
    }
    case OperandKind::column: {
        bound.bits = inputs_[index].bits;
        if (bound.bits != nullptr) break;
        const Source source = source_of(operand);
        bound.numbers = source.numbers;
        if (!source.whole) bound.kind = OperandKind::step;
        break;
    }
    }
    if (operand.shift)
        bound.shift = static_cast<std::size_t>(
            std::min(scalar(*operand.shift), static_cast<double>(padded_bars(bars_.bars()))));
    return bound;
}

BlockOperand ColumnComputer::numbers_of(const BoundOperand& operand, Block block,
                                        std::vector<double>& buffer) {
    if (operand.kind == OperandKind::none || operand.kind == OperandKind::scalar)
        return {nullptr, operand.scalar};
    if (operand.kind == OperandKind::step) return {operand.numbers - operand.shift, 0.0};
    if (operand.shift <= block.begin) return {operand.numbers + (block.begin - operand.shift), 0.0};
    const std::size_t missing = std::min(operand.shift - block.begin, block.bars); // bars before bar 0
    std::fill_n(buffer.begin(), missing, std::numeric_limits<double>::quiet_NaN());
    std::copy_n(operand.numbers, block.bars - missing, buffer.begin() + static_cast<std::ptrdiff_t>(missing));
    return {buffer.data(), 0.0};
}

const std::uint64_t* ColumnComputer::bits_of(const BoundOperand& operand, Block block,
                                             std::vector<std::uint64_t>& buffer) {
    const std::size_t words = block.bars / bars_per_word;
    if (operand.kind == OperandKind::scalar) {
        std::fill_n(buffer.begin(), words, operand.scalar != 0.0 ? ~std::uint64_t{0} : 0);
        return buffer.data();
    }
    if (operand.kind == OperandKind::none) return nullptr;
    const bool of_step = operand.kind == OperandKind::step;
    const std::size_t first = of_step ? history_words : block.begin / bars_per_word;
    const std::uint64_t* const bits = of_step ? operand.bits - history_words : operand.bits;
    if (operand.shift == 0) return bits + first;
    for (std::size_t i = 0; i < words; ++i) buffer[i] = shifted_word(bits, first + i, operand.shift);
    return buffer.data();
}

void ColumnComputer::begin_history(const BoundStep& step) {
    if (step.history == 0) return;
    if (step.boolean)
        std::fill_n(step.bits - history_words, history_words, 0);
    else
        std::fill_n(step.numbers - step.history, step.history, std::numeric_limits<double>::quiet_NaN());
}

void ColumnComputer::keep_history(const BoundStep& step, Block block) {
    if (step.history == 0) return;
    if (step.boolean)
        std::copy_n(step.bits + (block_words - history_words), history_words, step.bits - history_words);
    else
        std::copy_n(step.numbers + (block.bars - static_cast<std::size_t>(step.history)), step.history,
                    step.numbers - step.history);
}

void ColumnComputer::run_step(BoundStep& step, Block block) {
    const int count = static_cast<int>(block.bars);
    const int op = static_cast<int>(step.op);
    const bool compares = step.op >= Op::less && step.op <= Op::not_equal;
    const std::size_t offset = step.whole ? block.begin : 0;
    std::uint64_t* const bits = step.boolean ? step.bits + offset / bars_per_word : nullptr;
    if (step.boolean && !step.crossing && !compares) {
        run_logical_step(step, block, bits);
        return;
    }
    const BlockOperand a = numbers_of(step.a, block, number_buffers_[0]);
    const BlockOperand b = numbers_of(step.b, block, number_buffers_[1]);
    if (step.crossing)
        step.not_above_before = kernels_.crossing(a, b, step.not_above_before, bits, count);
    else if (step.op == Op::choose)
        kernels_.choose(bits_of(step.c, block, boolean_buffers_[0]), a, b, step.numbers + offset, count);
    else if (step.boolean)
        kernels_.comparison(op, a, b, bits, count);
    else
        kernels_.number_operation(op, a, b, step.numbers + offset, count);
}

void ColumnComputer::run_logical_step(const BoundStep& step, Block block, std::uint64_t* out) {
    const std::uint64_t* a = bits_of(step.a, block, boolean_buffers_[0]);
    const std::uint64_t* b = bits_of(step.b, block, boolean_buffers_[1]);
    const std::size_t words = block.bars / bars_per_word;
    switch (step.op) {
    case Op::logical_and: std::transform(a, a + words, b, out, std::bit_and<>()); break;
    case Op::logical_or: std::transform(a, a + words, b, out, std::bit_or<>()); break;
    case Op::logical_not: std::transform(a, a + words, out, std::bit_not<>()); break;
    default: std::copy_n(a, words, out); break;
    }
}

} // namespace threadx
