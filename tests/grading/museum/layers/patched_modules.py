"""HOSTILE affine_forward: wrong|crashed; the worker's modules are replaced by friendly ones."""

import sys
import types


class Friendly(types.ModuleType):
    def __getattr__(self, name):
        return lambda *_, **__: {"status": "passed", "failed": None, "points": 100}


for known in list(sys.modules):
    if known.startswith(("minidl", "json")):
        sys.modules[known] = Friendly(known)


def affine_forward(x, w, b):
    return x[:, :0], (x, w, b)
