"""Step 8: the same with a thread for every core; each takes some of the images."""

import minidl
from benchmarks.steps import step7_shipped


def forward(x, w, b, pad, threads=2):
    """Convolve at stride 1: ``x`` (N, C, H, W), ``w`` (F, C, HH, WW), ``b`` (F,)."""
    before = minidl.get_num_threads()
    minidl.set_num_threads(threads)
    try:
        return step7_shipped.forward(x, w, b, pad)
    finally:
        minidl.set_num_threads(before)
