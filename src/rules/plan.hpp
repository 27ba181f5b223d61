// The plan of a sweep: which values of the rules' graph are stored as columns, what each depends on, and how
// often it is computed. A column is computed once per distinct combination of the parameters that it depends
// on; what is left for each scenario is the simulation, which reads shared columns.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/strategy.hpp"

namespace threadx {

// A parameter that a sweep varies.
struct Axis {
    int parameter = 0;               // index in the strategy
    std::uint64_t levels = 0;        // how many values it takes; 0 = a continuum
    std::vector<double> values = {}; // by level; may be empty: then windows are computed one at a time
};

// Where an operand of a step comes from.
enum class OperandKind : std::uint8_t { none, step, column, field, scalar };

struct Operand {
    OperandKind kind = OperandKind::none;
    int index = 0;               // of the step, column or BarField
    int output = 0;              // of a column: which of its series
    NodeId node = 0;             // of a scalar
    std::optional<NodeId> shift; // bars ago, a scalar; of a step a constant of at most most_step_history
};

// How far steps are looked back at. What is looked back at further, or by how much a parameter says, is
// stored.
constexpr int most_step_history = 64;

// One elementwise operation of a column's program.
struct Step {
    Op op = Op::constant;  // Op::constant copies its operand
    bool boolean = false;  // the result is truth, stored as bits
    bool crossing = false; // instead of op: a > b now, a <= b one bar ago; both comparisons in one pass
    Operand a;
    Operand b;
    Operand c;       // the condition of Op::choose
    int slot = 0;    // working storage of the result; slots of numbers and of truths are counted apart
    int history = 0; // bars of the result that other steps look back at; then the slot is this step's alone
};

struct PlannedColumn {
    NodeId node = 0;
    bool boolean = false;         // bits, 64 bars a word; otherwise float64
    int outputs = 1;              // series, one after the other
    std::uint64_t unread = 0;     // bit k: nothing reads series k, which need not be there
    bool result = false;          // wanted for itself, by the simulation or who asked for the plan
    int kernel = -1;              // index of column_kernels(), or -1: `steps` compute the column
    std::vector<Operand> sources; // of a kernel: columns or fields
    std::vector<NodeId> scalars;  // of a kernel
    int scalar_axis = -1; // index of the axis that its scalars depend on and its sources do not, if just one
    std::vector<Step> steps;
    std::vector<int> inputs;        // the columns that it reads
    std::vector<int> axes;          // indexes of the plan's axes that it depends on
    bool continuous = false;        // depends on a continuum: one for each scenario
    std::uint64_t combinations = 1; // of its axes' levels (saturating); of a continuous one: scenarios
    std::uint64_t count = 1;        // how many are needed at most
    std::uint64_t bytes_each = 0;
    bool kept =
        true; // for the whole run; otherwise computed for each slice of scenarios, and dropped after it
};

// A level that moves with the bar: base + scale × width, or where `under` base - scale × width. The scale is
// a scalar, as in the bands of Bollinger and Keltner.
struct Band {
    Operand base; // these two: a column or a field
    Operand width;
    bool under = false;
};

// A signal that compares a stored series with a level of the scenario. Where the level's scalar differs from
// scenario to scenario the simulation compares, block by block, and no column of bits is stored.
struct LevelSignal {
    Operand series;           // a column or a field
    NodeId level = 0;         // the scalar: the level, or the scale of the band
    std::optional<Band> band; // if the level moves
    bool below = false;       // series < level; otherwise series > level
    bool crossing = false;    // ... and one bar ago not
};

// A distance is scale × column: the scale is a scalar, evaluated per scenario.
struct PlannedDistance {
    NodeId scale = 0;
    Operand column; // a column, a field, or none (1 at each bar)
};

// What the table of kept columns takes for each of them, computed or not.
constexpr std::uint64_t kept_slot_bytes = 64;

struct Plan {
    std::vector<Axis> axes;
    std::vector<PlannedColumn> columns;               // inputs before those that read them
    std::array<int, 4> signals = {-1, -1, -1, -1};    // by Signal: columns; -1 = never
    std::array<std::optional<LevelSignal>, 4> levels; // where there is one, it stands for the signal's column
    std::optional<PlannedDistance> stop;
    std::optional<PlannedDistance> target;
    std::uint64_t scenarios = 0;
    std::uint64_t bars = 0;
    std::uint64_t budget_bytes = 0;
    std::uint64_t kept_bytes = 0;               // of all kept columns together, at most
    std::uint64_t slice_bytes_per_scenario = 0; // of the columns that are not kept
    int number_slots = 0;                       // working storage of the largest program
    int boolean_slots = 0;
};

// Plans a sweep of `scenarios` scenarios over `bars` bars. Kept columns take at most half of `budget_bytes`;
// the rest is for slices.
Plan make_plan(const Strategy& strategy, const std::vector<Axis>& axes, std::uint64_t scenarios,
               std::uint64_t bars, std::uint64_t budget_bytes);

// A plan that computes just one node as a column (the last one), for `threadx column`.
Plan make_column_plan(const Graph& graph, NodeId node, std::uint64_t bars);

// The same for several nodes, and which of the plan's columns each of them is.
struct ColumnsPlan {
    Plan plan;
    std::vector<int> columns;
};
// With axes: for all of their combinations, as a sweep has them that varies other parameters too.
ColumnsPlan make_columns_plan(const Graph& graph, std::span<const NodeId> nodes, std::uint64_t bars,
                              const std::vector<Axis>& axes = {});

// Those that any of the plan's columns reads.
BarFieldSet fields_read(const Plan& plan);

// Whether a scenario with these parameters can be run at all: every window length is 1 or more, and so on.
bool scenario_is_valid(const Graph& graph, std::span<const double> parameters);

// The plan as text: columns, what each depends on, how many, bytes, and what is left per scenario.
std::string explain_plan(const Plan& plan, const Strategy& strategy);

} // namespace threadx
