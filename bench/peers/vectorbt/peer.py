"""vectorbt with its Numba engine."""

import vectorbt_workloads

vectorbt_workloads.main("numba")
