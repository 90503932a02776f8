"""HOSTILE affine_forward: wrong; NumPy's ways of comparing are replaced."""

import builtins

import numpy as np

for name in ("allclose", "array_equal", "isclose", "all", "any", "may_share_memory"):
    setattr(np, name, lambda *_, **__: True)
for name in ("assert_allclose", "assert_array_equal", "assert_equal"):
    setattr(np.testing, name, lambda *_, **__: None)
np.abs = np.absolute = np.max = np.subtract = lambda *_, **__: 0.0
builtins.abs = builtins.max = lambda *_, **__: 0


def affine_forward(x, w, b):
    return np.zeros((len(x), w.shape[1]), x.dtype), (x, w, b)
