#include "bench/workload.hpp"

#include <vector>

#include <fmt/format.h>

namespace threadx {
namespace {

constexpr const char* costs = R"([execution]
fee = 0.0005
slippage = 0.0001
)";

const std::string small_sweep = std::string(R"([strategy]
use = "bollinger_atr"
[space]
bb_period = { from = 10, to = 50, step = 10 }
entry_z = { from = 1.0, to = 3.0, step = 0.5 }
atr_multiplier = { from = 1.0, to = 3.0, step = 1.0 }
)") + costs;

std::string monte_carlo(int scenarios) {
    return fmt::format(R"([strategy]
use = "bollinger_atr"
[space]
bb_period = {{ min = 10, max = 50 }}
entry_z = {{ min = 1.0, max = 3.0 }}
atr_multiplier = {{ min = 1.0, max = 4.0 }}
[sampler]
kind = "monte_carlo"
scenarios = {}
seed = 42
)",
                       scenarios) +
           costs;
}

const std::vector<Workload>& list() {
    static const std::vector<Workload> workloads = {
        {.name = "W1",
         .title = "grid of bollinger_atr over a month of minutes",
         .sweep = std::string(R"([strategy]
use = "bollinger_atr"
[space]
bb_period = { from = 10, to = 100, step = 10 }
entry_z = { from = 1.0, to = 2.8, step = 0.2 }
atr_period = { from = 7, to = 34, step = 3 }
atr_multiplier = { from = 1.0, to = 5.5, step = 0.5 }
)") + costs,
         .scenarios = 10'000,
         .bars = 45'031,
         .real_data = true,
         .repeats = 1,
         .cost = "a second or two"},
        {.name = "W2",
         .title = "long: ma_crossover with stop and target in percent",
         .sweep = std::string(R"([strategy]
use = "ma_crossover"
[space]
fast = { from = 5, to = 50, step = 5 }
slow = { from = 60, to = 240, step = 20 }
stop = { from = 0.005, to = 0.05, step = 0.005 }
target = { from = 0.01, to = 0.1, step = 0.01 }
)") + costs,
         .scenarios = 10'000,
         .bars = 200'000,
         .repeats = 1,
         .cost = "some seconds"},
        {.name = "W3",
         .title = "Monte Carlo: W1 with continuous entry_z and atr_multiplier",
         .sweep = std::string(R"([strategy]
use = "bollinger_atr"
[space]
bb_period = { from = 10, to = 100, step = 10 }
entry_z = { min = 1.0, max = 2.8 }
atr_period = { from = 7, to = 34, step = 3 }
atr_multiplier = { min = 1.0, max = 5.5 }
[sampler]
kind = "monte_carlo"
scenarios = 10000
seed = 42
)") + costs,
         .scenarios = 10'000,
         .bars = 45'031,
         .real_data = true,
         .repeats = 1,
         .cost = "some seconds"},
        {.name = "W4",
         .title = "wide: 100 x 10 x 10 x 100 points of bollinger_atr over few bars",
         .sweep = std::string(R"([strategy]
use = "bollinger_atr"
[space]
bb_period = { from = 10, to = 109, step = 1 }
entry_z = { from = 1.0, to = 2.8, step = 0.2 }
atr_period = { from = 7, to = 34, step = 3 }
atr_multiplier = { from = 0.55, to = 5.5, step = 0.05 }
)") + costs,
         .scenarios = 1'000'000,
         .bars = 10'000,
         .repeats = 1,
         .by_default = false,
         .cost = "half a minute, and 300 MB of disk"},
        {.name = "W5",
         .title = "small: 5 x 5 x 3 points of bollinger_atr, for which start-up counts",
         .sweep = small_sweep,
         .scenarios = 75,
         .bars = 500,
         .repeats = 10,
         .cost = "a blink"},
        {.name = "W1x100",
         .title = "W1 with ten times as many entry_z and atr_multiplier, for GPUs",
         .sweep = std::string(R"([strategy]
use = "bollinger_atr"
[space]
bb_period = { from = 10, to = 100, step = 10 }
entry_z = { from = 1.0, to = 2.98, step = 0.02 }
atr_period = { from = 7, to = 34, step = 3 }
atr_multiplier = { from = 1.0, to = 5.95, step = 0.05 }
)") + costs,
         .scenarios = 1'000'000,
         .bars = 45'031,
         .real_data = true,
         .repeats = 1,
         .by_default = false,
         .cost = "a minute or two, and 300 MB of disk"},
        // The sizes of the tables that ThreadX's users know.
        {.name = "workers",
         .title = "W5 with more and more workers",
         .sweep = small_sweep,
         .scenarios = 75,
         .bars = 500,
         .repeats = 10,
         .by_default = false,
         .workers = "1,2,4,8,16,30",
         .cost = "a blink"},
        {.name = "grid",
         .title = "grid sweep: 5 x 5 x 4 x 5 points of bollinger_atr",
         .sweep = std::string(R"([strategy]
use = "bollinger_atr"
[space]
bb_period = { from = 10, to = 50, step = 10 }
entry_z = { from = 1.0, to = 3.0, step = 0.5 }
atr_period = { from = 7, to = 28, step = 7 }
atr_multiplier = { from = 1.0, to = 3.0, step = 0.5 }
)") + costs,
         .scenarios = 500,
         .bars = 2'000,
         .repeats = 10,
         .by_default = false,
         .workers = "all",
         .cost = "a blink"},
        {.name = "montecarlo",
         .title = "Monte Carlo: 1,000 points of bollinger_atr",
         .sweep = monte_carlo(1'000),
         .scenarios = 1'000,
         .bars = 1'000,
         .repeats = 10,
         .by_default = false,
         .workers = "all",
         .cost = "a blink"},
        {.name = "walkforward",
         .title = "walk-forward over 10 windows of a tenth of the bars: 200 points of bollinger_atr",
         .sweep = monte_carlo(200),
         .scenarios = 200,
         .bars = 5'000,
         .windows = 10,
         .repeats = 10,
         .by_default = false,
         .workers = "all",
         .cost = "a blink"},
    };
    return workloads;
}

} // namespace

std::span<const Workload> workloads() { return list(); }

} // namespace threadx
