// The sweep that devices prove themselves with: its hash is the CPU's, and it uses what devices can do wrong.
#include <map>

#include <doctest/doctest.h>

#include "device/backtests.hpp"
#include "device/known_answer.hpp"

using namespace threadx;
using namespace threadx::test;

TEST_CASE("the known answer is that of every instruction set") {
    const KnownSweep known;
    for (const Precision precision : {Precision::float64, Precision::float32})
        for (const KernelTable* kernels : available_kernels()) {
            CAPTURE(kernels->name);
            CpuSimulator simulator(known.strategy, known.plan, known.bars, known.execution, precision,
                                   *kernels, 1, known.scope);
            const BatchResult result = CpuSimulator::Worker(simulator).run(known.batch);
            CHECK(hash_of(result) == known_hash(precision));
        }
}

TEST_CASE("the known sweep trades both ways, is stopped, ruined, refused and invalid") {
    const KnownSweep known;
    CpuSimulator simulator(known.strategy, known.plan, known.bars, known.execution, Precision::float64,
                           *available_kernels().front(), 1);
    CpuSimulator::Worker worker(simulator);
    const BatchResult result = worker.run(known.batch);
    Statistics sum;
    std::size_t invalid = 0;
    std::map<std::string_view, int> reasons;
    for (std::size_t i = 0; i < known.batch.count; ++i) {
        invalid += result.valid[i] ? 0 : 1;
        if (!result.valid[i]) continue;
        sum.trades += result.statistics[i].trades;
        sum.long_trades += result.statistics[i].long_trades;
        sum.ruined += result.statistics[i].ruined;
        sum.rejected += result.statistics[i].rejected;
        const std::optional<Recording> recording = worker.record(known.batch, i);
        for (const Trade& trade : recording->trades) ++reasons[trade.reason];
    }
    CHECK(invalid == 12);
    CHECK(sum.long_trades > 100);
    CHECK(sum.trades - sum.long_trades > 100);
    CHECK(sum.rejected > 0);
    CHECK(sum.ruined > 0);
    for (const char* reason : {"signal", "hold", "stop", "target"}) {
        CAPTURE(reason);
        CHECK(reasons[reason] > 20);
    }
}
