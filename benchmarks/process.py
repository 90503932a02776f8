"""All that one process measures: ``python -m benchmarks.process`` prints its rows as JSON.

``benchmarks/__main__.py`` starts one for each number of threads.
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
    """Measure the parts that were asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--settle", type=float, required=True)
    parser.add_argument("--allocator", choices=["steady", "default"], required=True)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--no-torch", action="store_true")
    wanted = parser.parse_args()
    steady = wanted.allocator == "steady" and keep_freed_memory()
    setting = begin(wanted.threads, not wanted.no_torch, wanted.quick, wanted.settle)
    limits = {dtype: peak.measure(setting, dtype) for dtype in ("float32", "float64")}
    peaks = {dtype: max(found.values()) for dtype, found in limits.items()}
    found = {"limits": limits, "allocator": "steady" if steady else "default", "parts": {}}
    for part in wanted.parts:
        found["parts"][part] = PARTS[part](setting, peaks)
    print(json.dumps(found))


if __name__ == "__main__":
    try:
        main()
    except NotEqualError as error:
        sys.exit(f"not equal: {error}")
