"""How long ``import minidl`` takes, beside ``import numpy``, each in a fresh process."""

from benchmarks.processes import run_python

RUNS = 9
STATEMENTS = {
    "nothing": "pass",
    "import numpy": "import numpy",
    "import minidl": "import minidl",
    "from minidl import nn, optim": "from minidl import nn, optim",
    "import torch": "import torch",
}
TIMED = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"


def measure(quick, with_torch):
    """Return one row for each statement: the lower quartile of its seconds, run in turn."""
    statements = {
        name: TIMED.format(code)
        for name, code in STATEMENTS.items()
        if with_torch or "torch" not in name
    }
    times = {name: [] for name in statements}
    for _ in range(1 if quick else RUNS):
        for name, code in statements.items():
            times[name].append(float(run_python("-c", code)))
    return [{"name": name, "seconds": sorted(own)[len(own) // 4]} for name, own in times.items()]
