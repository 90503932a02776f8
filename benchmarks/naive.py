"""The definition against its compiled twin, on the cell of CS231n's notebook, in float64."""

import numpy as np

from benchmarks.cases import CONVOLUTIONS
from benchmarks.timing import in_turn, require_equal
from minidl.fast_layers import conv_backward_fast, conv_forward_fast
from minidl.layers import conv_backward_naive, conv_forward_naive

NAIVE_RUNS = 3


def measure(setting, _peaks):
    """Return a row for each pass: x (100, 3, 31, 31), w (25, 3, 3, 3), stride 2, pad 1."""
    (cell,) = [case for case in CONVOLUTIONS if case.name == "CS231n's cell"]
    x, w, b = cell.arrays("float64")
    if setting.quick:
        x = x[:2]
    out, cache = conv_forward_fast(x, w, b, cell.param)
    dout = np.random.default_rng(0).standard_normal(out.shape)
    passes = {
        "forward": (
            lambda: conv_forward_naive(x, w, b, cell.param)[:1],
            lambda: conv_forward_fast(x, w, b, cell.param)[:1],
        ),
        "backward": (
            lambda: conv_backward_naive(dout, cache),
            lambda: conv_backward_fast(dout, cache),
        ),
    }
    rows = []
    for which, (naive, fast) in passes.items():
        gap = require_equal(f"{cell.name}, {which}", fast(), naive(), 1e-12)
        slow = [in_turn({"naive": naive}, 0.0)["naive"] for _ in range(NAIVE_RUNS)]
        times = in_turn({"minidl": fast}, setting.budget) | {"naive": min(slow)}
        own = {"name": cell.name, "pass": which, "dtype": "float64"}
        rows.append(own | {"threads": setting.threads, "seconds": times, "gap": gap})
    return rows
