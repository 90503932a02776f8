"""HOSTILE affine_forward: wrong|crashed; a child answers for its parent, then the parent does."""

import os
import sys
import time


def affine_forward(x, w, b):
    out = x.reshape(len(x), -1) @ w + b
    if os.fork():
        time.sleep(0.2)
        return out, (x, w, b)
    frame = sys._getframe()
    while frame and "answers" not in frame.f_locals:
        frame = frame.f_back
    answer = {"values": (out * 0 - 1,), "kept": None, "seconds": 0.0, "reused": False}
    frame.f_globals["send"](frame.f_locals["answers"], {**answer, "names": ["x"], "after": {}})
    os._exit(0)
