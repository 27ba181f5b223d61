"""Strategies written in Python, as dicts and as TOML are the same graph."""

import pytest

import threadx
from threadx import rules
from threadx.rules import Strategy, atr, close, crossover, expr, high, highest, macd, params, sma, stdev, volume

BUILTIN = threadx.strategy_info("bollinger_atr")


def bollinger(shared: bool) -> Strategy:
    p = params(
        bb_period=(20, 2, 400), entry_z=(1.5, 0.1, 6.0), atr_period=(14, 1, 400), atr_multiplier=(2.0, 0.1, 20.0)
    )
    mid = sma(close, p.bb_period)
    z = (close - mid) / stdev(close, p.bb_period)
    return Strategy(
        "bollinger_atr",
        params=p,
        let={"mid": mid, "z": z} if shared else None,
        enter_long=z.crossunder(-p.entry_z),
        exit_long=close >= mid,
        enter_short=crossover(z, p.entry_z),
        exit_short=close <= mid,
        stop_distance=p.atr_multiplier * atr(p.atr_period),
        trailing=True,
        size={"risk": 0.01},
        max_hold=72,
    )


def test_what_a_strategy_is_is_shown_without_its_text():
    assert repr(BUILTIN).startswith("StrategyInfo(name='bollinger_atr', description='") and "[rules]" not in repr(
        BUILTIN
    )
    assert [each.name for each in BUILTIN.parameters][:2] == ["bb_period", "entry_z"] and "[rules]" in BUILTIN.text


@pytest.mark.parametrize("shared", [True, False])
def test_python_gives_the_graph_of_the_toml(shared):
    made = threadx.strategy_info(bollinger(shared))
    assert made.plan() == BUILTIN.plan()
    assert [(p.name, p.default, p.min, p.max, p.integer) for p in made.parameters] == [
        (p.name, p.default, p.min, p.max, p.integer) for p in BUILTIN.parameters
    ]


def test_a_dict_gives_it_too(bars):
    as_dict = {
        "name": "bollinger_atr",
        "params": {
            "bb_period": {"default": 20, "min": 2, "max": 400, "kind": "int"},
            "entry_z": {"default": 1.5, "min": 0.1, "max": 6.0},
            "atr_period": {"default": 14, "min": 1, "max": 400, "kind": "int"},
            "atr_multiplier": {"default": 2.0, "min": 0.1, "max": 20.0},
        },
        "let": {"mid": "sma(close, bb_period)", "z": "(close - mid) / stdev(close, bb_period)"},
        "rules": {
            "enter_long": "crossunder(z, -entry_z)",
            "exit_long": "close >= mid",
            "enter_short": "crossover(z, entry_z)",
            "exit_short": "close <= mid",
        },
        "risk": {
            "stop_distance": "atr_multiplier * atr(atr_period)",
            "trailing": True,
            "size": {"risk": 0.01},
            "max_hold": 72,
        },
    }
    assert threadx.strategy_info(as_dict).plan() == BUILTIN.plan()
    space = {"bb_period": [10, 20, 30]}
    hashes = {
        threadx.sweep(bars, strategy, space).hash()
        for strategy in ("bollinger_atr", as_dict, bollinger(True), BUILTIN.text)
    }
    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (close + 1 - 2, "close + 1 - 2"),
        (close - (high - 2), "close - (high - 2)"),
        ((close + high) * 2.5 / volume, "(close + high) * 2.5 / volume"),
        (close / (high / 2), "close / (high / 2)"),
        (-(close + 1), "-(close + 1)"),
        (2 - -close, "2 - -close"),
        (3 > close, "close < 3"),  # noqa: SIM300
        ((close > 1) & (high < 2) | ~(close == high), "close > 1 and high < 2 or not close == high"),
        (((close > 1) | (high < 2)) & (close != 3), "(close > 1 or high < 2) and close != 3"),
        ((close > high)[1], "(close > high)[1]"),
        (close[2] + sma(close, 5)[1], "close[2] + sma(close, 5)[1]"),
        (macd(close, fast=5).hist, "macd(close, fast = 5).hist"),
        (rules.ma(close, 20, "ema"), 'ma(close, 20, "ema")'),
        (abs(close - 1), "abs(close - 1)"),
        (close.crossover(highest(high, 20)[1]), "crossover(close, highest(high, 20)[1])"),
        (rules.hour(2) > 3, "hour(2) > 3"),
        (expr("close > 1 or high > 2") & (close > 3), "(close > 1 or high > 2) and close > 3"),
    ],
)
def test_texts_keep_their_meaning(made, text):
    assert made.rule_text() == text


def test_what_is_used_twice_is_written_once():
    p = params(n=20)
    mean = sma(close, p.n)
    text = Strategy("s", params=p, enter_long=close > mean, exit_long=close < mean).to_toml()
    assert text.count("sma(") == 1 and 'x1 = "sma(close, n)"' in text


def test_mistakes():
    with pytest.raises(threadx.InputError, match="join rules with & | ~"):
        bool(close > 1)
    with pytest.raises(threadx.InputError, match="join rules"):
        1 < close < 2  # noqa: B015
    with pytest.raises(AttributeError, match="did you mean 'crossover'"):
        close.crosover(high)
    with pytest.raises(AttributeError, match="did you mean 'stdev'"):
        rules.stdv  # noqa: B018
    with pytest.raises(threadx.InputError, match="never enter"):
        Strategy("s", exit_long=close > 1)
    with pytest.raises(AttributeError, match="no parameter 'slow'"):
        params(fast=1).slow  # noqa: B018
    with pytest.raises(threadx.InputError, match=r"(?s)enter_long.*takes|argument"):
        threadx.strategy_info(Strategy("s", enter_long=close.crossover(1, 2, 3)))


def test_every_builtin_strategy_says_what_it_is():
    all_of_them = threadx.strategies()
    assert "ma_crossover" in all_of_them
    for name, info in all_of_them.items():
        assert info.name == name and info.description and info.parameters
