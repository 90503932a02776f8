"""Python in a process of its own, with as many BLAS threads as are asked for.

The libraries behind NumPy and PyTorch read their number of threads once, when they are loaded.
"""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
BLAS_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


class FailedError(Exception):
    """A process failed; what it said is the message."""


def run_python(*words, threads=1):
    """Run Python in the folder of the clone, and return what it printed."""
    count = str(threads)
    environment = os.environ | dict.fromkeys(BLAS_THREADS, count) | {"MINIDL_NUM_THREADS": count}
    result = subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise FailedError(result.stderr.strip() or f"exit status {result.returncode}")
    sys.stderr.write(result.stderr)
    return result.stdout


def keep_freed_memory():
    """Ask glibc not to hand freed memory back to the system; return whether it was there to ask.

    The first touch of fresh memory costs 0.25 to 3.5 microseconds for every 4 KiB, by luck and
    by the machine, which for large outputs is more than the arithmetic.
    """
    import ctypes

    try:
        libc = ctypes.CDLL("libc.so.6")
        return bool(libc.mallopt(-3, 1 << 25) and libc.mallopt(-1, 1 << 30))
    except OSError:
        return False
