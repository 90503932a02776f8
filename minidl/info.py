"""What is installed, how it was built, and what it runs on."""

import contextlib
import platform

import numpy as np

import minidl
from minidl import kernels, memory
from minidl.threads import get_num_threads


def _blas():
    """Name the library behind NumPy's matrix products, which has threads of its own."""
    known = np.show_config(mode="dicts").get("Build Dependencies", {}).get("blas", {})
    return f"{known.get('name', 'unknown')} {known.get('version', '')}".strip()


def _processor():
    """Return the processor's name; Python itself knows it only on some systems."""
    known = {}
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as file:
        pairs = (line.partition(":") for line in file)
        known = {name.strip(): value.strip() for name, _, value in pairs}
    name = known.get("model name") or platform.processor() or platform.machine()
    family = f" (family {known['cpu family']}, model {known['model']})" if "model" in known else ""
    return name + family


def info():
    """Return the facts that a bug report or a benchmark needs, by name."""
    probe = kernels.probe
    return {
        "minidl": minidl.__version__,
        "processor": _processor(),
        "cpu level": kernels.LEVEL,
        "cpu has AVX2 and FMA": bool(probe.has_avx2_and_fma()),
        "cpu has AVX-512": bool(probe.has_avx512()),
        "bounds checks": bool(probe.has_bounds_checks()),
        "compiler": probe.compiler(),
        "compiler flags": probe.flags().get(kernels.LEVEL, "unknown"),
        "threads": get_num_threads(),
        "idle memory kept, MiB": memory.figures()["limit"] >> 20,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numpy's BLAS": _blas(),
        "system": f"{platform.system()} {platform.machine()}",
        "kernels": kernels.__path__[0],
    }
