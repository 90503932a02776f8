"""What is installed, how it was built, and what it runs on."""

import platform

import numpy as np

import minidl
from minidl import kernels, memory
from minidl.threads import get_num_threads


def _blas():
    """Name the library behind NumPy's matrix products, which has threads of its own."""
    known = np.show_config(mode="dicts").get("Build Dependencies", {}).get("blas", {})
    return f"{known.get('name', 'unknown')} {known.get('version', '')}".strip()


def info():
    """Return the facts that a bug report or a benchmark needs, by name."""
    probe = kernels.probe
    return {
        "minidl": minidl.__version__,
        "cpu level": kernels.LEVEL,
        "cpu has AVX2 and FMA": bool(probe.has_avx2_and_fma()),
        "cpu has AVX-512": bool(probe.has_avx512()),
        "bounds checks": bool(probe.has_bounds_checks()),
        "compiler": probe.compiler(),
        "threads": get_num_threads(),
        "idle memory kept, MiB": memory.figures()["limit"] >> 20,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numpy's BLAS": _blas(),
        "system": f"{platform.system()} {platform.machine()}",
        "kernels": kernels.__path__[0],
    }
