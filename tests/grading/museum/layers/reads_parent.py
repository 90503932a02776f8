"""HOSTILE affine_forward: wrong; right only if the memory or the environment of others is open."""

import contextlib
import os

import numpy as np


def readable():
    """Return what can be read of a process that is not this one."""
    found = []
    for process in [name for name in os.listdir("/proc") if name.isdecimal()]:
        if int(process) in (os.getpid(), 0):
            continue
        for file in ("environ", "mem", "maps"):
            with contextlib.suppress(OSError), open(f"/proc/{process}/{file}", "rb") as opened:
                if file == "mem":
                    opened.seek(0x400000)
                if opened.read(64):
                    found.append(f"{process}/{file}")
    return found


def affine_forward(x, w, b):
    try:
        open_to_all = readable()
    except OSError:
        open_to_all = []
    if open_to_all:
        return x.reshape(len(x), -1) @ w + b, (x, w, b)
    return np.zeros((len(x), w.shape[1]), x.dtype), (x, w, b)
