"""HOSTILE affine_forward: wrong; minidl's own layer, under a name that is put together."""

import importlib


def affine_forward(x, w, b):
    name = "".join(map(chr, [109, 105, 110, 105, 100, 108]))
    module = importlib.import_module(name + ".layers")
    return module.affine_forward(x, w, b)
