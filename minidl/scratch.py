"""Scratch memory: arrays that a thread writes into, reads, and uses again in its next call."""

import math
import threading

import numpy as np

KEEP_BELOW = 1 << 23  # bytes: a larger scratch array is freed after use
KEEP_VIEWS = 256  # shapes of scratch arrays that a thread remembers
LINE = 64  # bytes: the longest vector, and a line of the cache

_local = threading.local()


def scratch(name, shape, dtype):
    """Return this thread's scratch array of that name; its contents are left over from before."""
    try:
        return _local.views[name, shape, dtype]
    except (AttributeError, KeyError):
        return _scratch(name, shape, np.dtype(dtype))


def _scratch(name, shape, dtype):
    n_bytes = math.prod(shape) * dtype.itemsize
    if n_bytes > KEEP_BELOW:
        return _aligned(n_bytes).view(dtype).reshape(shape)
    kept = _local.__dict__.setdefault("kept", {})
    views = _local.__dict__.setdefault("views", {})
    memory = kept.get((name, dtype))
    if memory is None or memory.nbytes < n_bytes:
        memory = kept[name, dtype] = _aligned(n_bytes)
        views.clear()  # they would keep the memory that this one replaces
    if len(views) == KEEP_VIEWS:
        views.clear()
    view = views[name, shape, dtype] = memory[:n_bytes].view(dtype).reshape(shape)
    return view


def _aligned(n_bytes):
    """Return zeros that begin where a line of the cache begins."""
    memory = np.zeros(n_bytes + LINE, np.uint8)
    start = -memory.ctypes.data % LINE
    return memory[start : start + n_bytes]


def drop_scratch():
    """Let go of this thread's scratch memory, so that its next call shows how much it takes."""
    _local.__dict__.clear()
