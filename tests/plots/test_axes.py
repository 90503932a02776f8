"""What all plots share: the Axes that they take and return, and no trace in matplotlib."""

import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="draws the pictures")
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from minidl import compare, plots

TIMES = {side: compare.Timing((1.0, 2.0)) for side in ("naive", "fast")}
RECORD = compare.Comparison("relu", "forward", "float32", (), TIMES, {"H": 8}, swept="H")
CALLS = {
    "accuracy": ({"training": [0.5, 0.75]},),
    "confusion": ([0, 1], [0, 1]),
    "feature_maps": (np.ones((3, 2, 2)),),
    "filters": (np.ones((2, 1, 2, 2)),),
    "gradients": ([1.0, 2.0], [1.0, 2.5]),
    "loss": ([1.0, 0.5],),
    "misread": (np.ones((2, 4, 4)), [0, 1], [0, 0]),
    "speed": ([RECORD],),
    "sweep": ([RECORD],),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_plot_draws_where_it_is_told_and_returns_the_place(name):
    figure = Figure()
    left, right = figure.subplots(1, 2)
    assert getattr(plots, name)(*CALLS[name], ax=right) is right
    assert not left.has_data()
    assert right.get_children() != left.get_children()
    figure.draw_without_rendering()


@pytest.mark.parametrize("name", CALLS)
def test_without_a_place_there_is_a_new_figure(name):
    first, second = (getattr(plots, name)(*CALLS[name]) for _ in range(2))
    assert isinstance(first, Axes)
    assert first.figure is not second.figure
    first.figure.draw_without_rendering()


@pytest.mark.parametrize("name", CALLS)
def test_what_is_no_axes_is_refused(name):
    with pytest.raises(TypeError, match=f"plots.{name}: ax must be a matplotlib Axes, got Figure"):
        getattr(plots, name)(*CALLS[name], ax=Figure())
    several = Figure().subplots(2)
    with pytest.raises(TypeError, match="Axes, got ndarray; pass one of them"):
        getattr(plots, name)(*CALLS[name], ax=several)


def test_every_plot_is_tested_here():
    assert {*CALLS, "save"} <= {*plots.__all__}


def test_no_window_no_pyplot_and_no_setting_is_touched(tmp_path):
    code = (
        "import sys, matplotlib; before = matplotlib.rcParams.copy()\n"
        "from minidl import plots\n"
        "plots.save(plots.loss([1.0, 0.5]), sys.argv[1])\n"
        "print('matplotlib.pyplot' in sys.modules, before == matplotlib.rcParams.copy())"
    )
    command = [sys.executable, "-W", "error", "-c", code, str(tmp_path / "loss.svg")]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    assert shown.stdout.split() == ["False", "True"], shown.stderr
