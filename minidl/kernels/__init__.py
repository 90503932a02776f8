"""The compiled loops, in the variant that suits this processor.

``MINIDL_CPU=baseline`` asks for the variant that runs everywhere; it is read at import.

Attributes
----------
LEVEL : str
    The CPU level in use: "baseline"; "x86_64_v3" with AVX2 and fused multiply-add; or
    "x86_64_v4" with AVX-512.
activations, biases, conv, losses, matrices, moments, panels, pool, rows, updates, vectors : module
    The kernels of that level.
"""

import importlib
import os

try:
    from minidl.kernels import probe
except ImportError as error:
    raise ImportError(
        f"minidl.kernels is not compiled in {os.path.dirname(__file__)}; run `pip install .` "
        "in the folder that holds minidl's pyproject.toml (it needs a C compiler), "
        f"or start Python elsewhere if minidl is installed already ({error})"
    ) from error

__all__ = [
    "LEVEL",
    "LEVELS",
    "activations",
    "biases",
    "conv",
    "losses",
    "matrices",
    "moments",
    "panels",
    "pool",
    "probe",
    "rows",
    "updates",
    "vectors",
]

LEVELS = ("baseline", "x86_64_v3", "x86_64_v4")  # each asks for more than the last


def _pick_level():
    """Return the CPU level that ``MINIDL_CPU`` names, or else the best that was built and runs."""
    best = "x86_64_v3" if probe.has_avx2_and_fma() else "baseline"
    if best == "x86_64_v3" and probe.has_avx512():
        best = "x86_64_v4"
    running, built = LEVELS[: LEVELS.index(best) + 1], list(probe.flags())
    asked = os.environ.get("MINIDL_CPU") or next(filter(built.__contains__, running[::-1]), best)
    if asked not in LEVELS:
        raise ImportError(f"MINIDL_CPU must be one of {', '.join(LEVELS)}, got {asked!r}")
    if asked not in running:
        raise ImportError(f"MINIDL_CPU={asked} asks for more than this processor has: {best}")
    if asked not in built:
        raise ImportError(
            f"{asked} is not among the CPU levels that were built, {', '.join(built)}; build "
            "minidl without MINIDL_LEVELS to have all"
        )
    return asked


LEVEL = _pick_level()
activations, biases, conv, losses, matrices, moments, panels, pool, rows, updates, vectors = (
    importlib.import_module(f"minidl.kernels.{LEVEL}.{name}")
    for name in __all__
    if name not in ("LEVEL", "LEVELS", "probe")
)


def of(kernel, dtype):
    """Return the kernel for one dtype alone: asked for, it need not be found in every call."""
    return kernel["float" if dtype.itemsize == 4 else "double"]
