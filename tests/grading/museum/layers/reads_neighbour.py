"""HOSTILE affine_forward: wrong; right only if a neighbour's hand-in can be found and run."""

import contextlib
import os
import tempfile
import time

import numpy as np

HERE = os.path.realpath(os.path.dirname(os.path.abspath(__file__)))


def neighbours(seconds):
    """Yield functions of other hand-ins that lie around."""
    end = time.monotonic() + seconds
    for start in (os.path.dirname(HERE), os.getcwd(), tempfile.gettempdir(), "/tmp"):
        for folder, _, files in os.walk(start):
            if time.monotonic() > end:
                return
            if "layers.py" in files and os.path.realpath(folder) != HERE:
                text = open(os.path.join(folder, "layers.py")).read()
                if "HOSTILE" in text or "reference" in text:
                    continue
                space = {}
                exec(text, space)
                yield space["affine_forward"]


FOUND = []
with contextlib.suppress(Exception):
    FOUND.append(next(neighbours(1.0)))


def affine_forward(x, w, b):
    if FOUND:
        return FOUND[0](x, w, b)
    return np.zeros((len(x), w.shape[1]), x.dtype), (x, w, b)
