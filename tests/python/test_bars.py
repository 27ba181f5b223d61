"""Bars of every kind are the same bars, and are not copied where numpy allows."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest

import threadx


def same(bars, columns):
    for name in ("open", "high", "low", "close", "volume"):
        np.testing.assert_array_equal(getattr(bars, name), columns[name])
    np.testing.assert_array_equal(bars.time, columns["time"])


def frame(columns):
    return pd.DataFrame({name: values for name, values in columns.items() if name != "time"}, index=columns["time"])


def test_all_sources_are_the_same_bars(columns, tmp_path):
    of_dict = threadx.Bars(columns)
    same(of_dict, columns)
    of_dict.to_csv(tmp_path / "bars.csv")
    table = pa.table({name: columns[name] for name in columns})
    pyarrow.parquet.write_table(table, tmp_path / "bars.parquet")
    record = np.rec.fromarrays(list(columns.values()), names=list(columns))
    sources = {
        "DataFrame": frame(columns),
        "zone": frame(columns).tz_localize("UTC").tz_convert("Europe/Paris"),
        "upper": frame(columns).rename(columns=str.upper),
        "Arrow": table,
        "polars": pl.DataFrame(columns),
        "seconds": {**columns, "time": columns["time"].astype("datetime64[s]").astype(np.int64)},
        "milliseconds": {**columns, "time": columns["time"].astype("datetime64[ms]").astype(np.int64)},
        "microseconds": {**columns, "time": columns["time"].astype("datetime64[us]").astype(np.int64)},
        "floats": {**columns, "time": columns["time"].astype("datetime64[ms]").astype(np.int64) / 1000.0},
        "texts": {**columns, "time": [str(time) for time in columns["time"]]},
        "CSV": tmp_path / "bars.csv",
        "Parquet": str(tmp_path / "bars.parquet"),
        "record": record,
    }
    for name, source in sources.items():
        made = threadx.Bars(source)
        same(made, columns)
        if name != "CSV":
            assert made.sha256 == of_dict.sha256, name


def test_a_million_bars_are_not_copied():
    count = 1_000_000
    base = np.full(count, 100.0)
    time = np.arange(count) * 60_000_000_000 + 1_640_995_200_000_000_000
    given = {"time": time, "open": base, "high": base + 1, "low": base - 1, "close": base + 0.5, "volume": base * 2}
    bars = threadx.Bars(given)
    for name, values in given.items():
        assert np.shares_memory(getattr(bars, name), values), name
    in_pandas = pd.DataFrame(given)
    of_pandas = threadx.Bars(in_pandas)
    assert np.shares_memory(of_pandas.close, in_pandas["close"].to_numpy())
    assert np.shares_memory(bars.to_pandas()["close"].to_numpy(), base + 0.5) is False
    assert np.shares_memory(bars.to_pandas()["close"].to_numpy(), bars.close)


def test_lent_memory_outlives_who_lent_it(columns):
    bars = threadx.Bars({name: values.copy() for name, values in columns.items()})
    same(bars, columns)
    close = bars.close
    del bars
    np.testing.assert_array_equal(close, columns["close"])
    with pytest.raises(ValueError, match="read-only"):
        close[0] = 1.0


def test_bars_can_be_resampled(columns):
    hours = threadx.Bars(columns, resample="1h")
    expected = (
        frame(columns)
        .resample("1h")
        .agg({"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"})
    )
    np.testing.assert_array_equal(hours.to_pandas().to_numpy(), expected.to_numpy())
    np.testing.assert_array_equal(hours.time, expected.index.values)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"close": None}, "no column 'close'"),
        ({"high": np.nan}, r"bars\[5\]: high is nan; prices must be finite"),
        ({"low": 1e6}, r"bars\[5\]: high .* is below low"),
        ({"open": 1e-3}, r"bars\[5\]: open 0.001 lies outside low"),
        ({"volume": -1.0}, r"bars\[5\]: volume is -1"),
        ({"time": np.datetime64("2022-01-03", "ns")}, r"bars\[5\]: time .* is before"),
    ],
)
def test_what_is_wrong_is_said(columns, change, message):
    ((name, value),) = change.items()
    if value is None:
        del columns[name]
    else:
        columns[name][5] = value
    with pytest.raises(threadx.InputError, match=message):
        threadx.Bars(columns)


def test_errors_are_python_exceptions(columns):
    assert issubclass(threadx.InputError, ValueError) and issubclass(threadx.InputError, threadx.Error)
    assert issubclass(threadx.IoError, OSError) and issubclass(threadx.DeviceError, RuntimeError)
    with pytest.raises(threadx.InputError, match="1,000 values|999 values"):
        threadx.Bars({**columns, "open": columns["open"][:-1]})
    with pytest.raises(threadx.InputError, match="DataFrame is not understood|int is not understood"):
        threadx.Bars(5)
    with pytest.raises(threadx.InputError, match="has no timestamps"):
        threadx.Bars({name: columns[name] for name in ("open", "high", "low", "close")})
    with pytest.raises(threadx.Error, match=r"nothing\.csv"):
        threadx.Bars("nothing.csv")


@pytest.mark.filterwarnings("error")
def test_unusual_arrays(columns):
    close, time = columns["close"], columns["time"]
    aware = [pd.Timestamp(each, tz="UTC").tz_convert("America/New_York").to_pydatetime() for each in time]
    for change in (
        {"close": np.repeat(close, 2)[::2]},
        {"close": close.astype(">f8")},
        {"close": close.astype(object)},
        {"close": [str(each) for each in close]},
        {"close": pd.array(close, dtype="Float64")},
        {"time": aware},
        {"time": [each.isoformat() for each in aware]},
        {"time": time.astype(np.uint64)},
    ):
        same(threadx.Bars({**columns, **change}), columns)
    single = threadx.Bars({name: values if name == "time" else values.astype("f4") for name, values in columns.items()})
    np.testing.assert_array_equal(single.close, close.astype("f4"))


@pytest.mark.filterwarnings("error")
def test_what_is_no_series_is_said(columns):
    hole = np.arange(1000) == 7
    for change, message in (
        ({"close": ["x"] * 1000}, "'close' is not a series of numbers"),
        ({"close": columns["close"] + 1j}, "'close' is not a series of numbers, but of complex128"),
        ({"close": columns["close"].reshape(-1, 1)}, "'close' has 2 dimensions"),
        ({"close": np.ma.masked_array(columns["close"], hole)}, r"bars\[7\]: close is nan"),
        ({"Close": columns["close"]}, "'close' and 'Close' are the same column"),
        ({"time": columns["time"] - columns["time"][0]}, "'time' are no times, but timedelta64"),
        ({"time": np.where(hole, np.nan, np.arange(1000.0))}, r"time\[7\] is no time"),
        ({"time": np.where(hole, np.datetime64("NaT"), columns["time"])}, r"time\[7\] is no time"),
        ({"time": np.datetime64("2200", "s") + np.arange(1000) * np.timedelta64(2, "W")}, None),
        ({"time": np.datetime64("2262", "s") + np.arange(1000) * np.timedelta64(2, "W")}, "no 64-bit count"),
    ):
        if message is None:
            threadx.Bars({**columns, **change})
            continue
        with pytest.raises(threadx.InputError, match=message):
            threadx.Bars({**columns, **change})
    with pytest.raises(threadx.InputError, match="a Series is (no table|not understood)"):
        threadx.Bars(pd.Series(columns["close"]))
    del columns["time"]
    for bars_per_year in (-1.0, np.nan, np.inf):
        with pytest.raises(threadx.InputError, match="bars_per_year = .*: expected a number above 0"):
            threadx.Bars(columns, bars_per_year=bars_per_year)


def test_a_rounding_is_moved_in_a_copy(columns):
    columns["close"][3] = columns["high"][3] * (1 + 1e-12)
    given = columns["close"].copy()
    bars = threadx.Bars(columns)
    assert bars.close[3] == columns["high"][3] and "moved to the bound" in bars.warnings[0]
    np.testing.assert_array_equal(columns["close"], given)
