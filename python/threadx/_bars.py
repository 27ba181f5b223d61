"""Bars from whatever holds them: numpy, pandas, polars, Arrow, files."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from threadx import _arguments, _core
from threadx._core import Bars as CoreBars
from threadx._core import InputError

if TYPE_CHECKING:
    import pandas as pd

# As in CSV files: the names that a column may have.
_NAMES = {
    "open": ("open", "o"),
    "high": ("high", "h"),
    "low": ("low", "l"),
    "close": ("close", "c"),
    "volume": ("volume", "vol", "v", "tick_volume"),
    "time": ("timestamp", "datetime", "open_time", "time", "date"),
}
# Numbers that are times: seconds below the first bound, then milliseconds, microseconds, nanoseconds.
_EPOCH_UNITS = ((1e11, 1_000_000_000), (1e14, 1_000_000), (1e17, 1_000))


class Bars:
    """OHLCV bars, checked, oldest first: what everything is computed on.

    Parameters
    ----------
    data
        A pandas or polars ``DataFrame``, a dict of arrays, an Arrow table or anything with ``__arrow_c_stream__``, a numpy
        structured array, or the path of a CSV or Parquet file. Columns may have any case: ``open high low close``
        (``o h l c``), ``volume`` if there is one, and the times of the bars' starts as ``timestamp``, ``datetime``,
        ``open_time``, ``time`` or ``date``; of a DataFrame else its ``DatetimeIndex``. Times without a zone are UTC;
        numbers are seconds to nanoseconds since 1970.
    resample
        Makes longer bars: ``"15m"``, ``"1h"``, ``"1d"``.
    bars_per_year
        Needed for bars without times: the metrics of a year follow from it.
    name
        What errors call the bars.

    Contiguous columns of float64 (and times of int64 or ``datetime64[ns]``) are not copied: do not change them while the
    bars are used.

    Raises
    ------
    InputError
        if columns are missing or of unequal length, prices are not finite and above 0, high is below low, an open or close
        lies outside, or times do not increase.
    """

    _core: CoreBars

    def __init__(
        self, data: Any, *, resample: str = "", bars_per_year: float | None = None, name: str = "bars"
    ) -> None:
        self._resample = resample
        self._bars_per_year = float(bars_per_year or 0.0)
        if isinstance(data, Bars):
            if resample or bars_per_year:
                raise InputError("bars that are bars already are not resampled: resample what they were made of")
            self._core = data._core
            self._resample, self._bars_per_year = data._resample, data._bars_per_year
        elif isinstance(data, (str, os.PathLike)) and not os.fspath(data).lower().endswith(".parquet"):
            self._core = _core.Bars.read(os.fspath(data), resample, self._bars_per_year)
        else:
            if isinstance(data, (str, os.PathLike)):
                name = os.fspath(data)
                data = _read_parquet(name)
            columns = _columns_of(data, name)
            self._core = _core.Bars.of_arrays(
                **columns, name=name, resample=resample, bars_per_year=self._bars_per_year
            )

    @classmethod
    def _of_core(cls, core: CoreBars) -> Bars:
        bars = cls.__new__(cls)
        bars._core, bars._resample, bars._bars_per_year = core, "", 0.0
        return bars

    def __len__(self) -> int:
        return len(self._core)

    @property
    def time(self) -> np.ndarray:
        """Starts of the bars, ``datetime64[ns]`` in UTC; empty where they have no times."""
        return self._core.time.view("datetime64[ns]")

    @property
    def open(self) -> np.ndarray:
        """Opens, float64."""
        return self._core.open

    @property
    def high(self) -> np.ndarray:
        """Highs, float64."""
        return self._core.high

    @property
    def low(self) -> np.ndarray:
        """Lows, float64."""
        return self._core.low

    @property
    def close(self) -> np.ndarray:
        """Closes, float64."""
        return self._core.close

    @property
    def volume(self) -> np.ndarray:
        """Volumes, float64; NaN where there are none."""
        return self._core.volume

    @property
    def sha256(self) -> str:
        """The hash of the file, or of the values."""
        return self._core.sha256

    @property
    def warnings(self) -> list[str]:
        """Gaps in time, and what a rounding had moved."""
        return self._core.warnings

    def to_pandas(self) -> pd.DataFrame:
        """A DataFrame with the columns open to volume, and the times as its index."""
        import pandas as pd

        columns = {name: getattr(self, name) for name in ("open", "high", "low", "close", "volume")}
        index = pd.DatetimeIndex(self.time, name="time", tz="UTC") if self._core.has_time else None
        return pd.DataFrame(columns, index=index, copy=False)

    def to_csv(self, path: str | os.PathLike[str]) -> None:
        """Writes a CSV file that reads back as the same bits."""
        self._core.write_csv(os.fspath(path))

    def __repr__(self) -> str:
        if not self._core.has_time:
            return f"<threadx.Bars: {len(self):,} bars without times>"
        return f"<threadx.Bars: {len(self):,} bars, {_minute(self.time[0])} to {_minute(self.time[-1])} UTC>"

    # What makes them the same bars again, in a run's configuration.
    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = {}
        if self._resample:
            config["resample"] = self._resample
        if self._bars_per_year:
            config["bars_per_year"] = self._bars_per_year
        return config


def read_bars(path: str | os.PathLike[str], *, resample: str = "", bars_per_year: float | None = None) -> Bars:
    """Reads bars from a CSV or Parquet file; see :class:`Bars`."""
    return Bars(path, resample=resample, bars_per_year=bars_per_year)


def synthetic_bars(
    count: int = 50_000,
    *,
    bar: str = "1m",
    seed: int = 42,
    price: float = 100.0,
    volatility: float = 0.6,
    drift: float = 0.0,
    tick: float = 0.01,
) -> Bars:
    """Made-up bars that behave as real ones do: volatility in clusters, fat tails, prices in ticks.

    ``volatility`` and ``drift`` are the standard deviation and the mean of a year's log return. The same arguments give the
    same bits everywhere.
    """
    return Bars._of_core(
        _core.Bars.synthetic(_arguments.whole("count", count), bar, seed, price, volatility, drift, tick)
    )


def as_bars(data: Any, resample: str = "", bars_per_year: float | None = None) -> Bars:
    """`data` if it is bars already, else bars made of it."""
    if isinstance(data, Bars) and not resample and not bars_per_year:
        return data
    return Bars(data, resample=resample, bars_per_year=bars_per_year)


def is_pandas(data: Any, kind: str) -> bool:
    """Whether it is a DataFrame or Series of pandas', which need not be imported for that."""
    return type(data).__module__.split(".")[0] == "pandas" and type(data).__name__ == kind


def float_array(values: Any, name: str) -> np.ndarray:
    """A contiguous array of float64, the very same if it is one already. InputError names the column."""
    try:
        if isinstance(values, np.ma.MaskedArray):
            values = np.ma.filled(values.astype(np.float64), np.nan)
        array = np.asarray(values)
        if array.ndim != 1:
            raise InputError(f"'{name}' has {array.ndim} dimensions; a series has one")
        if array.dtype.kind in "cMm":
            raise InputError(f"'{name}' is not a series of numbers, but of {array.dtype}")
        return np.ascontiguousarray(array, dtype=np.float64)
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"'{name}' is not a series of numbers: {error}") from None


def time_array(values: Any, name: str = "time") -> np.ndarray:
    """Times as int64 nanoseconds since 1970 in UTC."""
    if is_pandas(values, "Series"):
        values = values.array
    if getattr(values, "tz", None) is not None and hasattr(values, "tz_convert"):
        values = values.tz_convert("UTC").tz_localize(None)
    array = np.asarray(values)
    if array.dtype.kind in "OU":
        try:
            # numpy warns that it makes times with a zone UTC, which is what is wanted.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                array = array.astype("datetime64[ns]")
        except (TypeError, ValueError) as error:
            raise InputError(f"'{name}' are no times: {error}; write them as 2022-01-31T13:05:00") from None
    if array.dtype.kind == "M":
        if np.isnat(array).any():
            raise InputError(f"{name}[{int(np.isnat(array).argmax())}] is no time")
        nanoseconds = array.astype("datetime64[ns]", copy=False)
        if nanoseconds is not array and (nanoseconds.astype(array.dtype) != array).any():
            raise InputError(f"'{name}' has times that no 64-bit count of nanoseconds since 1970 can hold")
        return np.ascontiguousarray(nanoseconds).view(np.int64)
    if array.dtype.kind not in "iuf" or array.ndim != 1:
        raise InputError(f"'{name}' are no times, but {array.dtype}: give datetimes, or numbers since 1970")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise InputError(f"{name}[{int((~np.isfinite(array)).argmax())}] is no time")
    largest = float(np.abs(array).max()) if len(array) else 0.0
    unit = next((unit for bound, unit in _EPOCH_UNITS if largest < bound), 1)
    if array.dtype == np.int64 and unit == 1:
        return np.ascontiguousarray(array)
    if array.dtype.kind == "f":
        whole = np.floor(array)
        return whole.astype(np.int64) * unit + np.rint((array - whole) * unit).astype(np.int64)
    return array.astype(np.int64) * unit


def _minute(time: np.datetime64) -> str:
    return str(time)[:16].replace("T", " ")


def _read_parquet(path: str) -> Any:
    try:
        import pyarrow.parquet
    except ImportError:
        raise InputError(f"'{path}': Parquet is read by pyarrow: pip install pyarrow") from None
    if not os.path.exists(path):
        raise InputError(f"'{path}' does not exist")
    return pyarrow.parquet.read_table(path)


def _columns_of(data: Any, name: str) -> dict[str, Any]:
    """The columns that the engine takes."""
    found = _found_columns(data, name)
    columns = _by_role(found, name)
    missing = [role for role in ("open", "high", "low", "close") if role not in columns]
    if missing:
        raise InputError(
            f"{name}: there is no column {' and no '.join(repr(role) for role in missing)}; "
            f"the columns are: {', '.join(map(str, found))}"
        )
    return {"time": None, "volume": None, **_arrays(columns)}


def some_columns(data: Any, roles: Iterable[str], name: str = "bars") -> dict[str, np.ndarray]:
    """Those of the columns that are there, times as milliseconds, as the rule language has them."""
    columns = _by_role(_found_columns(data, name), name)
    arrays = _arrays({role: columns[role] for role in roles if role in columns})
    if "time" in arrays:
        arrays["time"] = arrays["time"] // 1_000_000 * 1.0
    return arrays


def _arrays(columns: Mapping[str, Any]) -> dict[str, np.ndarray]:
    return {
        role: time_array(values, role) if role == "time" else float_array(values, role)
        for role, values in columns.items()
    }


def _found_columns(data: Any, name: str) -> dict[str, Any]:
    if is_pandas(data, "DataFrame"):
        found: dict[str, Any] = {str(column): data[column] for column in data.columns}
        if type(data.index).__name__ in ("DatetimeIndex", "PeriodIndex") and "time" not in _by_role(found, name):
            index = data.index.to_timestamp() if type(data.index).__name__ == "PeriodIndex" else data.index
            found["timestamp"] = index
        return found
    if isinstance(data, Mapping):
        return dict(data)
    if isinstance(data, np.ndarray) and data.dtype.names:
        return {field: data[field] for field in data.dtype.names}
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        return _arrow_columns(data, name)
    raise InputError(
        f"{name}: a {type(data).__name__} is not understood; give a DataFrame, a dict of arrays, an Arrow table or a file"
    )


def _by_role(columns: dict[str, Any], name: str) -> dict[str, Any]:
    lower: dict[str, Any] = {}
    for column in columns:
        if (same := lower.setdefault(str(column).strip().lower(), column)) is not column:
            raise InputError(f"{name}: '{same}' and '{column}' are the same column: leave one out")
    found: dict[str, Any] = {}
    for role, names in _NAMES.items():
        match = next((lower[each] for each in names if each in lower), None)
        if match is not None:
            found[role] = columns[match]
    return found


def _arrow_columns(data: Any, name: str) -> dict[str, Any]:
    try:
        import pyarrow as pa
    except ImportError:
        raise InputError(f"{name}: a {type(data).__name__} is read through pyarrow: pip install pyarrow") from None
    try:
        table = data if isinstance(data, pa.Table) else pa.table(data)
    except (pa.ArrowException, TypeError) as error:
        raise InputError(
            f"{name}: a {type(data).__name__} is no table with a column for each of its series: {error}"
        ) from None
    columns: dict[str, Any] = {}
    for column_name in table.column_names:
        chunked = table.column(column_name)
        if pa.types.is_timestamp(chunked.type) or pa.types.is_date(chunked.type):
            chunked = chunked.cast(pa.timestamp("ns")).cast(pa.int64())
        column = chunked.chunk(0) if chunked.num_chunks == 1 else chunked.combine_chunks()
        if isinstance(column, pa.ChunkedArray):
            columns[column_name] = column.to_numpy()
        else:
            columns[column_name] = column.to_numpy(zero_copy_only=False)
    return columns
