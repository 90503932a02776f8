"""One part, measured in a process of its own: ``python -m benchmarks.process`` prints JSON.

``benchmarks/__main__.py`` starts one for each part and number of threads.
"""

import argparse
import json
import sys

from benchmarks import convolution, growth, layers, naive, overhead, peak, training
from benchmarks.processes import keep_freed_memory
from benchmarks.setting import begin
from benchmarks.timing import NotEqualError

PARTS = {
    "convolution": convolution.measure,
    "training": training.measure,
    "layers": layers.measure,
    "overhead": overhead.measure,
    "growth": growth.measure,
    "naive": naive.measure,
}


def main():
    """Measure the part that was asked for, or the machine's limits."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", choices=["limits", *PARTS])
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--settle", type=float, required=True)
    parser.add_argument("--allocator", required=True)
    parser.add_argument("--limits", type=json.loads, help="GFLOP/s by name, by precision")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--no-torch", action="store_true")
    wanted = parser.parse_args()
    if wanted.allocator == "steady":
        keep_freed_memory()
    setting = begin(wanted.threads, not wanted.no_torch, wanted.quick, wanted.settle)
    if wanted.part == "limits":
        return {dtype: peak.measure(setting, dtype) for dtype in ("float32", "float64")}
    peaks = {dtype: max(found.values()) for dtype, found in wanted.limits.items()}
    return PARTS[wanted.part](setting, peaks)


if __name__ == "__main__":
    try:
        print(json.dumps(main()))
    except NotEqualError as error:
        sys.exit(f"not equal: {error}")
