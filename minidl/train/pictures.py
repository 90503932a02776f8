"""What a run looks like: its curves, its first filters, and where the net still errs."""

import numpy as np

from minidl import plots
from minidl.extras import optional
from minidl.nn import Conv2d
from minidl.plots.style import new_figure
from minidl.train.folder import CONFUSION, CURVES, FILTERS, MISREAD
from minidl.train.run import EXAMPLES_AT_ONCE


def require_pictures():
    """Refuse to train a net of which no pictures could be drawn in the end.

    Raises
    ------
    ImportError
        If matplotlib is missing.
    """
    otherwise = ", or leave --plot out"
    optional("train: --plot", "plot", "matplotlib", "matplotlib.figure", otherwise=otherwise)


def draw(run, folder):
    """Draw a run whose net has its best weights, and return the names of the files.

    A net without convolutions has no filters to show, and points are no images to misread.

    Parameters
    ----------
    run : Run
    folder : Folder

    Returns
    -------
    list of str
    """
    data, scores = run.data, _scores(run.net, run.data.X_test)
    pictures = {CURVES: _curves(run)}
    if any(isinstance(module, Conv2d) for module in run.net.modules()):
        pictures[FILTERS] = plots.filters(run.net)
    pictures[CONFUSION] = plots.confusion(data.y_test, scores, names=data.classes)
    if len(data.shape) == 3:
        pictures[MISREAD] = plots.misread(data.X_test, data.y_test, scores, names=data.classes)
    return [folder.save_picture(name, ax) for name, ax in pictures.items()]


def _curves(run):
    """Return axes of a figure with loss and accuracy side by side."""
    left, right = new_figure("train: --plot", 9.5, 3.6).subplots(1, 2)
    plots.accuracy(run.history, ax=right)
    return plots.loss(run.losses, ax=left)


def _scores(net, X):
    """Return the net's answers in evaluation mode."""
    net.eval()
    parts = range(0, len(X), EXAMPLES_AT_ONCE)
    return np.concatenate([net(X[start : start + EXAMPLES_AT_ONCE]) for start in parts])
