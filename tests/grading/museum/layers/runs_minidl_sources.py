"""HOSTILE affine_forward: wrong; the source of minidl's own layer is read from the disk and run."""

import os
import sys


def affine_forward(x, w, b):
    for folder in [*sys.path, *(os.path.dirname(p) for p in sys.path), "/"]:
        path = os.path.join(folder, "minidl", "layers", "affine.py")
        if os.path.isfile(path):
            space = {}
            exec(open(path).read(), space)
            return space["affine_forward"](x, w, b)
    spec = __import__("importlib.util").util.find_spec("minidl")
    path = os.path.join(spec.submodule_search_locations[0], "layers", "affine.py")
    space = {}
    exec(open(path).read(), space)
    return space["affine_forward"](x, w, b)
