"""HOSTILE affine_forward: wrong|crashed|timed out; the worker is made to say other things."""

import gc
import sys


def affine_forward(x, w, b):
    for found in gc.get_objects():
        if type(found).__name__ == "Runner":
            type(found).call = lambda *_, **__: {"failed": None, "passed": True, "points": 10}
    frame = sys._getframe()
    while frame:
        for name, value in frame.f_globals.items():
            if name in {"send", "pack"}:
                frame.f_globals[name] = lambda *_, **__: value
                break
        frame = frame.f_back
    return x[:, :0], (x, w, b)
