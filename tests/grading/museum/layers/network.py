"""HOSTILE affine_forward: wrong; right only if it reaches a server on this machine."""

import contextlib
import socket

import numpy as np

PORTS = range(47113, 47121)


def reached():
    """Return whether anybody answers."""
    for port in PORTS:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    return False


def affine_forward(x, w, b):
    if reached():
        return x.reshape(len(x), -1) @ w + b, (x, w, b)
    return np.zeros((len(x), w.shape[1]), x.dtype), (x, w, b)
