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
    worker, send = frame.f_locals, frame.f_globals["send"]
    kept = send.__globals__["Kept"](0, worker["server"]._runner._number)
    answer = {"values": (out * 0 - 1,), "kept": kept, "seconds": 0.0, "reused": False}
    answer |= {"names": ["x", "w", "b"], "after": {}, "count": worker["request"]["count"]}
    send(worker["answers"], answer)
    os._exit(0)
