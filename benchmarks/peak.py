"""The machine's own limit: the quickest it was seen to multiply and add, in this process.

Nobody states it reliably for a virtual machine, so it is measured: NumPy's matrix product,
PyTorch's where it is installed, and a loop that does nothing but multiply and add in registers
where a C compiler is at hand.  The largest of them counts.
"""

import threading
import time

import numpy as np

SIDES = (512, 1024)  # of square matrices


def measure(setting, dtype):
    """Return GFLOP/s by name."""
    seconds = 0.01 if setting.quick else 0.4
    found = {"NumPy's product": _numpy(dtype, seconds)}
    if setting.torch is not None:
        found["PyTorch's product"] = _torch(setting.torch, dtype, seconds)
    loop = None if setting.quick else _registers(dtype, setting.threads)
    if loop is not None:
        found["registers alone"] = loop
    return found


def fastest(call, operations, seconds):
    """Return the best GFLOP/s of a call within so many seconds."""
    best, stop = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < stop or best == 0:
        start = time.perf_counter()
        call()
        best = max(best, operations / (time.perf_counter() - start) / 1e9)
    return best


def _numpy(dtype, seconds):
    rates = []
    for side in SIDES:
        a = np.random.default_rng(0).standard_normal((side, side)).astype(dtype)
        rates.append(fastest(lambda a=a: a @ a, 2 * side**3, seconds / len(SIDES)))
    return max(rates)


def _torch(torch, dtype, seconds):
    rates = []
    for side in SIDES:
        a = torch.ones(side, side, dtype=getattr(torch, dtype))
        rates.append(fastest(lambda a=a: a @ a, 2 * side**3, seconds / len(SIDES)))
    return max(rates)


def _registers(dtype, threads):
    """Run the loop of ``steps/registers.pyx`` in every thread at once, or return None."""
    from benchmarks.steps.build import MissingToolError, compiled

    try:
        loop = compiled("registers").multiply_and_add
    except MissingToolError:
        return None
    rounds, room = 1_000_000, 12 * 64  # 12 vectors are at most so many numbers
    operations = threads * loop(np.arange(room, dtype=dtype), 1) * rounds

    def together():
        workers = [
            threading.Thread(target=loop, args=(np.arange(room, dtype=dtype), rounds))
            for _ in range(threads)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    return fastest(together, operations, 0.2)
