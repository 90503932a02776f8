"""All steps on one convolution: checked against the definition, then timed in turn.

``python -m benchmarks.steps.one_case CASE`` prints rows as JSON. ``python -m benchmarks.steps``
starts one such process for each case: NumPy and minidl have one thread there, and no scratch yet.
"""

import importlib
import json
import sys
import tracemalloc

from benchmarks import peak
from benchmarks.cases import CONVOLUTIONS
from benchmarks.processes import keep_freed_memory
from benchmarks.setting import Setting
from benchmarks.steps.build import MissingToolError, compiled
from benchmarks.timing import NotEqualError, in_turn, require_equal

CASES = {case.name: case for case in CONVOLUTIONS if case.name in ("3-layer net", "LeNet-5 C3")}
STEPS = {
    "step1_loops": "loops in Python",
    "step2_cython": "the same loops in Cython",
    "step3_rows": "whole rows innermost",
    "step4_im2col": "im2col and BLAS",
    "step5_panels": "register tile, gathered panels",
    "step6_offsets": "register tile, taps as offsets",
    "step7_shipped": "what minidl ships",
    "step8_threads": "the same on two threads",
}
COMPILED = ("step2_cython", "step3_rows", "step5_panels", "step6_offsets")
NAIVE_IMAGES = 2  # the definition runs on so many, and its time is scaled to all of them
TOLERANCE = 1e-5


def measure(case, quick):
    """Return one row for each step.

    Raises
    ------
    NotEqualError
        If a step does not give the definition's numbers.
    MissingToolError
        If the compiled steps cannot be compiled.
    """
    steps = {name: _forward(name) for name in STEPS}
    limits = peak.measure(Setting(1, None, quick), "float32")
    limit = max(limits.values())
    x, w, b = case.arrays("float32")
    pad, few = case.pad[0], x[:NAIVE_IMAGES]
    expected = steps["step1_loops"](few, w, b, pad)
    for name, forward in steps.items():
        require_equal(name, [forward(few, w, b, pad)], [expected], TOLERANCE)
    calls = {n: lambda run=run: run(x, w, b, pad) for n, run in steps.items() if n != "step1_loops"}
    seconds = in_turn(calls, 0.0 if quick else 3.0, settle=1e-6)  # settle: one call to warm up
    naive = in_turn({"naive": lambda: steps["step1_loops"](few, w, b, pad)}, 0.0)["naive"]
    seconds["step1_loops"] = naive * len(x) / len(few)
    out_shape = (len(x), *expected.shape[1:])
    return [
        {"step": name, "case": case.name, "what": what, "seconds": seconds[name]}
        | {"gflops": case.operations(out_shape) / seconds[name] / 1e9, "limit": limit}
        for name, what in STEPS.items()
    ]


def _forward(name):
    if name in COMPILED:
        return compiled(name).forward
    return importlib.import_module(f"benchmarks.steps.{name}").forward


def memory(case):
    """Return, by step, the most bytes that NumPy's arrays took in a call, without the output."""
    x, w, b = case.arrays("float32")
    found = {}
    for name in list(STEPS)[1:]:  # the definition, which takes seconds, holds a padded image
        forward = _forward(name)
        tracemalloc.start()
        try:
            out = forward(x, w, b, case.pad[0])
            found[name] = tracemalloc.get_traced_memory()[1] - out.nbytes
        finally:
            tracemalloc.stop()
    return found


def main(name, *words):
    """Return what was asked for of one case."""
    if "memory" in words:
        return memory(CASES[name])
    keep_freed_memory()
    return measure(CASES[name], quick="--quick" in words)


if __name__ == "__main__":
    try:
        print(json.dumps(main(*sys.argv[1:])))
    except (MissingToolError, NotEqualError) as error:
        sys.exit(str(error))
