"""Python in a process of its own, with as many BLAS threads as are asked for.

The libraries behind NumPy and PyTorch read their number of threads once, when they are loaded.
"""

import ctypes
import os
import pathlib
import platform
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
BLAS_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of malloc.h


class FailedError(Exception):
    """A process failed; what it said is the message."""


NO_POOL = {"MINIDL_POOL_MB": "0"}  # results are NumPy's arrays, of the size that they say


def run_python(*words, threads=1, environment=None):
    """Run Python in the folder of the clone, and return what it printed."""
    count = str(threads)
    own = dict.fromkeys(BLAS_THREADS, count) | {"MINIDL_NUM_THREADS": count} | (environment or {})
    result = subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=ROOT,
        env=os.environ | own,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise FailedError(result.stderr.strip() or f"exit status {result.returncode}")
    sys.stderr.write(result.stderr)
    return result.stdout


def can_keep_memory():
    """Return whether the C library is glibc, which can be told to keep freed memory."""
    return platform.libc_ver()[0] == "glibc"


def keep_freed_memory():
    """Ask glibc not to hand freed memory back to the system; do nothing elsewhere.

    The first touch of fresh memory costs 0.25 to 3.5 microseconds for every 4 KiB, by luck and
    by the machine, which for large outputs is more than the arithmetic.
    """
    if can_keep_memory():
        library = ctypes.CDLL(None)
        library.mallopt(M_MMAP_THRESHOLD, 1 << 25)
        library.mallopt(M_TRIM_THRESHOLD, 1 << 30)
