"""Pictures of training and of nets, each in one call: ``plots.loss(solver)``.

Every function draws into the matplotlib Axes that it is given as ``ax``, or into those of a new
figure, and returns them; no window is opened.  ``plots.save(ax, "loss.png")`` writes the figure,
and in a notebook ``ax.figure`` at the end of a cell shows it.  matplotlib comes with
``pip install "minidl[plot]"``.
"""

from minidl.plots.curves import accuracy, loss
from minidl.plots.layers import feature_maps, filters
from minidl.plots.mistakes import confusion, misread
from minidl.plots.saving import save
from minidl.plots.slopes import gradients
from minidl.plots.speed import speed, sweep

__all__ = [
    "accuracy",
    "confusion",
    "feature_maps",
    "filters",
    "gradients",
    "loss",
    "misread",
    "save",
    "speed",
    "sweep",
]
