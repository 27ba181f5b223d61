"""Plain implementations, from the formulas that the indicators' files cite, of what TA-Lib lacks. Slow on purpose: each bar is
computed from its window, nothing slides. Series are numpy arrays; NaN is undefined."""

import numpy as np
