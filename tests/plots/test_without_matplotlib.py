"""Plots where matplotlib is missing: one clear error, and no import before it is needed."""

import subprocess
import sys

import numpy as np
import pytest

from minidl import compare, plots

RECORD = compare.Comparison("relu", "forward", "float32", (), {}, {"H": 8}, swept="H")
CALLS = {
    "accuracy": ({"training": [0.5]},),
    "confusion": ([0, 1], [0, 1]),
    "feature_maps": (np.ones((1, 2, 2)),),
    "filters": (np.ones((1, 1, 2, 2)),),
    "gradients": ([1.0], [1.0]),
    "loss": ([1.0, 0.5],),
    "misread": (np.ones((2, 4, 4)), [0, 1], [0, 0]),
    "save": (None, "picture.png"),
    "speed": ([RECORD],),
    "sweep": ([RECORD],),
}


@pytest.mark.parametrize("name", CALLS)
def test_every_function_names_the_extra_that_brings_it(name, monkeypatch):
    for module in [m for m in sys.modules if m.partition(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=rf"plots.{name}: matplotlib.* cannot be imported") as no:
        getattr(plots, name)(*CALLS[name])
    assert str(no.value).endswith('run pip install "minidl[plot]"')


def test_arguments_are_checked_before_anybody_has_to_install_anything(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ValueError, match=r"plots.loss: the history is empty; train first"):
        plots.loss([])


def test_importing_plots_does_not_import_matplotlib():
    code = "import sys, minidl.plots; print([m for m in sys.modules if 'matplotlib' in m])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
