"""minidl: a small deep-learning framework that teaches.

Every layer is written twice with one contract: as loops to read (:mod:`minidl.layers`), and
compiled (:mod:`minidl.fast_layers`).  Modules, optimizers and data sets on top of them are in
:mod:`minidl.nn`, :mod:`minidl.optim`, :mod:`minidl.models` and :mod:`minidl.datasets`.

Importing this package imports no part of it; each is loaded when it is first asked for.
"""

import importlib

__version__ = "0.1.0"

_HOMES = {
    "as_cs231n": "minidl.notebooks",
    "get_num_threads": "minidl.threads",
    "manual_seed": "minidl.randomness",
    "nan_guard": "minidl.nn.guarding",
    "set_num_threads": "minidl.threads",
}
_MODULES = (
    "assignment",
    "check",
    "checkpoints",
    "classifiers",
    "compare",
    "data_utils",
    "datasets",
    "fast_layers",
    "features",
    "geometry",
    "gradient_check",
    "grading",
    "im2col",
    "im2col_cython",
    "interop",
    "kernels",
    "layer_utils",
    "layers",
    "models",
    "nn",
    "optim",
    "plots",
    "solver",
    "storage",
    "trace",
    "train",
    "twins",
    "vis_utils",
)
__all__ = ["__version__", *_HOMES, *_MODULES]  # noqa: PLE0604 - all of them are strings


def __getattr__(name):
    """Import a part of the package when somebody first asks for it."""
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    if name in _MODULES:
        return importlib.import_module(f"minidl.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
