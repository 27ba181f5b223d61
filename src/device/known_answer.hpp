// One small sweep and some columns whose results are known: computed on each accelerator before it is used.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "device/cpu/bar_columns.hpp"
#include "device/cpu/column.hpp"
#include "device/execution.hpp"
#include "device/scenario_batch.hpp"
#include "market/bars.hpp"
#include "rules/plan.hpp"
#include "rules/strategy.hpp"

namespace threadx {

// Every kind of rule, order and exit, in 60 scenarios over 700 made-up bars. Not movable: the plan refers to
// the strategy.
struct KnownSweep {
    KnownSweep();
    KnownSweep(const KnownSweep&) = delete;
    KnownSweep& operator=(const KnownSweep&) = delete;

    Strategy strategy;
    Bars bars;
    Execution execution;
    Plan plan;
    ScenarioBatch batch;
};

// SHA-256 of the statistics' bits, NaN being one, and of which scenarios are valid.
std::string hash_of(const BatchResult& result);

// Columns of indicators, of the start of the known sweep's bars. The sweep says whether rules and trades are
// right; a last bit of a column that is wrong may decide no trade in it, so here the columns themselves are
// known.
struct KnownColumns {
    explicit KnownColumns(const Bars& all);

    Graph graph;
    ColumnsPlan plan;
    BarSeries series;
    std::size_t bars;
};

// SHA-256 of the columns' values, NaN being one.
std::string hash_of(std::span<const ColumnView> columns, std::size_t bars);
std::string_view known_columns_hash();

// The hash of the known sweep's result.
std::string_view known_hash(Precision precision);

} // namespace threadx
