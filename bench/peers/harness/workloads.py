"""What is compared: a strategy, a grid, bars and costs that ThreadX and its peers can all read the same way.

W1 and W2 are the two workloads that ThreadX's own speed is stated for. Few tools can express them whole, so each has
variants nearer to what the others can do. All fill at the close of the signal's bar, which every tool here can do.
"""

from typing import NamedTuple


class Workload(NamedTuple):
    name: str
    title: str
    strategy: str  # file in strategies/
    bars: str  # a name of BARS
    space: dict  # parameter → its values, as in a sweep's file
    execution: dict


class BarsOf(NamedTuple):
    title: str
    count: int
    file: str = ""  # under data/ of the shared folder; made where it is not there


BARS = {
    "btc": BarsOf("BTC perpetual, 1 min, January 2022", 45_031, "btc_perp_1m_2022-01.csv"),
    "made": BarsOf("synthetic, 1 min", 200_000),
}

AVERAGES = {
    "fast": "{ from = 5, to = 50, step = 5 }",
    "slow": "{ from = 60, to = 240, step = 20 }",
    # Not 0.005 and 0.01: a level that lies on the tick grid is touched exactly now and then, and whether e·(1 − s) or
    # e − s·e is computed then decides a trade. These levels are never a multiple of a tick of 0.01.
    "stop": "{ from = 0.005003, to = 0.050003, step = 0.005 }",
    "target": "{ from = 0.010003, to = 0.100003, step = 0.01 }",
}

STOPS = "{ from = 0.005003, to = 0.104003, step = 0.001 }"

WORKLOADS = [
    Workload(
        name="bollinger",
        title="W1-like: Bollinger bands, long and short, no stop",
        strategy="bollinger.toml",
        bars="btc",
        space={"bb_period": "{ from = 10, to = 109, step = 1 }", "entry_z": "{ from = 1.0003, to = 2.9803, step = 0.02 }"},
        execution={"fee": 0.0005, "slippage": 0.0001},
    ),
    Workload(
        name="bollinger_stop",
        title="W1-like: Bollinger bands, long and short, ATR stop",
        strategy="bollinger_stop.toml",
        bars="btc",
        space={
            "bb_period": "{ from = 10, to = 100, step = 10 }",
            # Not 1.0: prices in ticks lie exactly one standard deviation from their mean now and then, and rounding would
            # decide whether that is an entry. The same for the stop.
            "entry_z": "{ from = 1.0003, to = 2.8003, step = 0.2 }",
            "atr_period": "{ from = 7, to = 34, step = 3 }",
            "atr_multiplier": "{ from = 1.0003, to = 5.5003, step = 0.5 }",
        },
        execution={"fee": 0.0005, "slippage": 0.0},
    ),
    Workload(
        name="crossover_long",
        title="W2-like: moving averages, long only, percent stop and target",
        strategy="crossover_long.toml",
        bars="made",
        space=AVERAGES,
        execution={"fee": 0.0005, "slippage": 0.0},
    ),
    Workload(
        name="crossover_stop",
        title="W2-like: moving averages, long only, percent stop, no target",
        strategy="crossover_stop.toml",
        bars="made",
        space={**{name: AVERAGES[name] for name in ("fast", "slow")}, "stop": STOPS},
        execution={"fee": 0.0005, "slippage": 0.0},
    ),
    Workload(
        name="crossover",
        title="W2: moving averages, long and short, percent stop and target",
        strategy="crossover.toml",
        bars="made",
        space=AVERAGES,
        execution={"fee": 0.0005, "slippage": 0.0},
    ),
    Workload(
        name="bollinger_atr",
        title="W1: Bollinger bands, ATR trailing stop, risk sizing, longest hold",
        strategy="bollinger_atr.toml",
        bars="btc",
        space={
            "bb_period": "{ from = 10, to = 100, step = 10 }",
            "entry_z": "{ from = 1.0003, to = 2.8003, step = 0.2 }",
            "atr_period": "{ from = 7, to = 34, step = 3 }",
            "atr_multiplier": "{ from = 1.0003, to = 5.5003, step = 0.5 }",
        },
        execution={"fee": 0.0005, "slippage": 0.0},
    ),
]
CAPITAL = 10_000.0
