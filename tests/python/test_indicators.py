"""Every indicator can be called, and gives what the rule language gives; some beside TA-Lib."""

import numpy as np
import pandas as pd
import pytest

import threadx
from threadx import _core, indicators

talib = pytest.importorskip("talib")


def arguments_for(description, bars):
    """Arguments that are right for an indicator, and the same ones as text."""
    given, text = {}, []
    spare = iter(("close", "open", "volume"))
    if indicators.needs_bars(description):
        given["bars"] = bars
    for argument in description["arguments"]:
        name, kind = argument["name"], argument["kind"]
        if kind == "series":
            field = next(spare)
            given[name] = getattr(bars, field)
            text.append(f"{name} = {field}")
        elif kind == "condition":
            field = next(spare)
            given[name] = getattr(bars, field) > 99.0
            text.append(f"{name} = {field} > 99")
        elif argument["default"]:
            continue
        elif kind == "duration":
            given[name] = "15m"
            text.append(f'{name} = "15m"')
        elif kind == "expression":
            given[name] = "sma(close, 3)"
            text.append("x = sma(close, 3)")
        elif kind == "choice":
            given[name] = argument["choices"][0]
            text.append(f'{name} = "{argument["choices"][0]}"')
        else:
            given[name] = max(5, int(max(argument["least"], 5)))
            text.append(f"{name} = {given[name]}")
    return given, f"{description['name']}({', '.join(text)})"


@pytest.mark.parametrize("name", sorted(indicators.catalogue()))
def test_each_is_what_the_rule_language_says(name, bars):
    description = indicators.catalogue()[name]
    given, text = arguments_for(description, bars)
    result = getattr(indicators, name)(**given)
    if len(description["outputs"]) > 1:
        assert result._fields == tuple(description["outputs"])
        result, text = result[-1], f"{text}.{description['outputs'][-1]}"
    np.testing.assert_array_equal(result, threadx.column(text, bars))
    assert len(result) == len(bars) and getattr(indicators, name).__doc__


def test_there_are_all_of_them():
    assert len(indicators.catalogue()) > 100
    assert set(indicators.names()) <= set(dir(indicators))


def test_beside_talib(bars):
    close, high, low = bars.close, bars.high, bars.low
    close_to = {"rtol": 1e-9, "equal_nan": True}
    np.testing.assert_allclose(indicators.rsi(close, 14), talib.RSI(close, 14), **close_to)
    np.testing.assert_allclose(indicators.sma(close, 30), talib.SMA(close, 30), **close_to)
    np.testing.assert_allclose(indicators.atr(bars, 14), talib.ATR(high, low, close, 14), **close_to)
    upper, middle, lower = talib.BBANDS(close, 20, 2, 2)
    ours = indicators.bbands(close, 20, 2, 2)
    for mine, theirs in ((ours.upper, upper), (ours.middle, middle), (ours.lower, lower)):
        np.testing.assert_allclose(mine, theirs, **close_to)
    np.testing.assert_allclose(indicators.correlation(high, low, 30), talib.CORREL(high, low, 30), rtol=1e-6, atol=1e-9)


def test_what_comes_in_comes_out(bars):
    frame = bars.to_pandas()
    averaged = indicators.sma(frame["close"], 5)
    assert isinstance(averaged, pd.Series) and averaged.index.equals(frame.index)
    ranges = indicators.atr(frame, 14)
    assert isinstance(ranges, pd.Series) and ranges.index.equals(frame.index)
    np.testing.assert_array_equal(indicators.atr({"high": bars.high, "low": bars.low, "close": bars.close}, 14), ranges)
    np.testing.assert_array_equal(indicators.sma([1, 2, 3, 4], 2), [np.nan, 1.5, 2.5, 3.5])


def test_mistakes(bars):
    with pytest.raises(AttributeError, match="did you mean 'rsi'"):
        indicators.rsj  # noqa: B018
    with pytest.raises(TypeError, match=r"rsi\(\) lacks 'length'|rsi\(\) lacks 'x'"):
        indicators.rsi()
    with pytest.raises(TypeError, match="no argument 'n'"):
        indicators.sma(bars.close, n=5)
    with pytest.raises(threadx.InputError):
        indicators.sma(bars.close, 0)
    with pytest.raises(threadx.InputError, match="3000 and 2999|2999 and 3000"):
        indicators.correlation(bars.close, bars.open[1:], 5)
    with pytest.raises(threadx.InputError, match=r"(?s)EXPR:1:5.*clos"):
        threadx.column("sma(clos, 5)", bars)


def test_bank_decides_and_says_why(bars):
    bank = indicators.get_gpu_accelerated_bank()
    upper, middle, lower = bank.bollinger_bands(bars.close, use_dynamic=True, period=20, std_dev=2.0)
    bands = indicators.bbands(bars.close, 20, 2.0, 2.0)
    for mine, theirs in ((upper, bands.upper), (middle, bands.middle), (lower, bands.lower)):
        np.testing.assert_array_equal(mine, theirs)
    assert bank.last_decision().device and bank.last_decision().reason
    np.testing.assert_array_equal(bank.rsi(bars.close, period=14, use_dynamic=False), indicators.rsi(bars.close, 14))
    assert bank.last_decision().device == "cpu"
    np.testing.assert_array_equal(bank.atr(bars.high, bars.low, bars.close, period=14), indicators.atr(bars, 14))


def test_the_catalogue_names_what_each_reads_of_the_bars():
    reads = {each["name"]: set(each["fields"]) for each in _core.indicators()}
    assert reads["atr"] == {"high", "low", "close"} and reads["rsi"] == set()
