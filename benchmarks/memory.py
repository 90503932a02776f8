"""How much memory a convolution takes beyond its results, forward and backward.

Every number comes from a fresh process, in which scratch memory is not there yet.  Two things are
read: the most that NumPy ever held at once (``tracemalloc`` sees NumPy's arrays, and minidl's
scratch is made of them), and on Linux the most memory that was resident, which also sees PyTorch.

Run by itself, ``python -m benchmarks.memory LIBRARY BATCH THREADS`` prints one row.
"""

import json
import pathlib
import sys

import numpy as np

from benchmarks.cases import CONVOLUTIONS
from benchmarks.processes import NO_POOL, run_python
from minidl.compare.footprint import traced

BATCHES = (1, 8, 64, 512)
STATUS = pathlib.Path("/proc/self/status")


def measure(threads, quick, with_torch):
    """Return one row for each way, batch and number of threads."""
    ways = ["minidl", *(["torch"] if with_torch else []), "course"]
    cases = [(way, batch, count) for count in threads for batch in BATCHES for way in ways]
    return [
        json.loads(
            run_python("-m", "benchmarks.memory", *case, threads=case[2], environment=NO_POOL)
        )
        for case in (cases[: len(ways)] if quick else cases)
    ]


def one_row(way, batch, threads):
    """Run both passes of the 3-layer net's convolution once, and return what they took."""
    (case,) = [case for case in CONVOLUTIONS if case.name == "3-layer net"]
    forward, backward = _WAYS[way](case, threads)
    _, w, b = case.arrays("float32")
    rng = np.random.default_rng(0)
    x = rng.standard_normal((batch, case.c, case.h, case.w), dtype=np.float32)
    dout = rng.standard_normal((batch, case.f, case.h, case.w), dtype=np.float32)
    tiny = forward(x[:1, :, :8, :8], w, b)  # imports what is imported late
    backward(dout[:1, :, :8, :8], tiny)

    def both():
        out, cache = forward(x, w, b)
        gradients = backward(dout, (out, cache))
        return out, gradients, _resident("VmHWM")

    before = _restart_peak()
    (out, gradients, resident), held = traced(both)
    results = sum(int(np.prod(array.shape)) * 4 for array in (out, *gradients))
    return {
        "name": way,
        "batch": batch,
        "threads": threads,
        "results": results,
        "numpy": held - results if way != "torch" else None,
        "resident": None if resident is None else resident - before - results,
    }


def _resident(which):
    """Return a figure of this process in bytes, or None where there is no such file."""
    if not STATUS.exists():
        return None
    (line,) = [line for line in STATUS.read_text().splitlines() if line.startswith(which)]
    return int(line.split()[1]) * 1024


def _restart_peak():
    """Let the peak start over from what is resident now, and return that."""
    if STATUS.exists():
        pathlib.Path("/proc/self/clear_refs").write_text("5")
    return _resident("VmRSS")


def _minidl(case, threads):
    import minidl
    from minidl.fast_layers import conv_backward_fast, conv_forward_fast

    minidl.set_num_threads(threads)
    return (
        lambda x, w, b: conv_forward_fast(x, w, b, case.param),
        lambda dout, forward: conv_backward_fast(dout, forward[1]),
    )


def _course(case, _threads):
    from benchmarks import course

    return (
        lambda x, w, b: course.forward(x, w, b, case.stride, case.pad),
        lambda dout, forward: course.backward(dout, forward[1]),
    )


def _torch(case, threads):
    import torch

    torch.set_num_threads(threads)

    def forward(*arrays):
        x, w, b = (torch.from_numpy(array).requires_grad_() for array in arrays)
        return torch.nn.functional.conv2d(x, w, b, case.stride, case.pad), (x, w, b)

    def backward(dout, forward):
        out, wanted = forward
        return torch.autograd.grad(out, wanted, torch.from_numpy(dout))

    return forward, backward


_WAYS = {"minidl": _minidl, "torch": _torch, "course": _course}

if __name__ == "__main__":
    print(json.dumps(one_row(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
