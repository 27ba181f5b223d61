"""vectorbt with its Rust engine (the extra "rust")."""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vectorbt"))

import vectorbt_workloads  # pylint: disable=wrong-import-position

vectorbt_workloads.main("rust")
