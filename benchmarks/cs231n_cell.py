"""Time naive and fast convolution on the cell of CS231n's notebook, forward and backward.

x is (100, 3, 31, 31), w is (25, 3, 3, 3), stride 2, pad 1, float64, as the course times it.
Run: python benchmarks/cs231n_cell.py
"""

import statistics
import time

import numpy as np

from minidl.fast_layers import conv_backward_fast, conv_forward_fast
from minidl.layers import conv_backward_naive, conv_forward_naive
from minidl.threads import set_num_threads
from minidl.twins import relative_difference

NAIVE_RUNS, FAST_RUNS = 3, 30


def seconds(call, *arguments):
    """Return the time of one call, and its result."""
    start = time.perf_counter()
    result = call(*arguments)
    return time.perf_counter() - start, result


def main():
    """Run naive and fast in turn, for 1 and 2 threads, and print medians and their ratio."""
    rng = np.random.default_rng(231)
    x = rng.standard_normal((100, 3, 31, 31))
    w, b = rng.standard_normal((25, 3, 3, 3)), rng.standard_normal(25)
    out, cache = conv_forward_naive(x, w, b, {"stride": 2, "pad": 1})
    dout = rng.standard_normal(out.shape)
    for threads in (1, 2):
        set_num_threads(threads)
        for name, naive, fast, arguments in [
            ("forward", conv_forward_naive, conv_forward_fast, (x, w, b, cache[3])),
            ("backward", conv_backward_naive, conv_backward_fast, (dout, cache)),
        ]:
            naive_times, fast_times = [], []
            for _ in range(NAIVE_RUNS):
                taken, expected = seconds(naive, *arguments)
                naive_times.append(taken)
                for _ in range(FAST_RUNS // NAIVE_RUNS):
                    taken, actual = seconds(fast, *arguments)
                    fast_times.append(taken)
            gap = relative_difference(actual[0], expected[0])
            slow, quick = statistics.median(naive_times), statistics.median(fast_times)
            print(
                f"{name:8} {threads} thread(s): naive {slow:.2f} s, fast {quick * 1e3:.2f} ms, "
                f"{slow / quick:,.0f} times faster, difference {gap:.0e}"
            )


main()
