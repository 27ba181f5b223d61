"""Work of one's own over the machine's devices."""

from threadx.utils.gpu.multi_gpu import DeviceManager, SliceContext, get_default_manager

__all__ = ["DeviceManager", "SliceContext", "get_default_manager"]
