#include "device/cpu/processor_self_test.hpp"

#include <fmt/format.h>

#include "device/cpu/cpu_simulator.hpp"
#include "device/device_error.hpp"
#include "device/known_answer.hpp"

namespace threadx {
namespace {

void compare(const std::string& hash, std::string_view known, const std::string& what) {
    if (hash != known)
        throw DeviceError(
            fmt::format("the processor fails its self-test: {} (hash {:.12}) than it should ({:.12})", what,
                        hash, known));
}

} // namespace

void self_test(const KernelTable& kernels, Precision precision) {
    const KnownSweep sweep;
    CpuSimulator simulator(sweep.strategy, sweep.plan, sweep.bars, sweep.execution, precision, kernels, 1);
    compare(hash_of(CpuSimulator::Worker(simulator).run(sweep.batch)), known_hash(precision),
            "a small sweep has another result");

    const KnownColumns known(sweep.bars);
    const BarColumns host(known.series, known.bars, fields_read(known.plan.plan), {});
    KeptColumns kept(known.plan.plan);
    ColumnReader reader(known.graph, known.plan.plan, host, kernels, kept);
    std::vector<ColumnView> columns;
    for (const int column : known.plan.columns) columns.push_back(reader.get(column, ScenarioPoint{}));
    compare(hash_of(columns, known.bars), known_columns_hash(), "columns of indicators have other values");
}

} // namespace threadx
