"""Another name of threadx.utils.gpu."""

import sys

from threadx.utils.gpu import multi_gpu

sys.modules[__name__ + ".multi_gpu"] = multi_gpu

__all__ = ["multi_gpu"]
