"""HOSTILE affine_forward: wrong; right only if it reaches a server on this machine."""

import contextlib
import socket

import numpy as np

PORT = 47113


def reached():
    """Return whether anybody answers."""
    for host in ("127.0.0.1", "::1"):
        with contextlib.suppress(OSError), socket.create_connection((host, PORT), timeout=0.5):
            return True
    return False


def affine_forward(x, w, b):
    if reached():
        return x.reshape(len(x), -1) @ w + b, (x, w, b)
    return np.zeros((len(x), w.shape[1]), x.dtype), (x, w, b)
