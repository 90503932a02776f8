"""HOSTILE affine_forward: wrong; a trace function rewrites the local variables of the worker."""

import sys


def rewriting(frame, event, argument):
    for name in ("changes", "reused", "failed", "status"):
        if name in frame.f_locals:
            frame.f_locals[name] = False
    return rewriting


def affine_forward(x, w, b):
    sys.settrace(rewriting)
    frame = sys._getframe().f_back
    while frame:
        frame.f_trace = rewriting
        frame = frame.f_back
    return x[:, :0], (x, w, b)
