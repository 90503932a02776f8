"""Stop at the first number that is none, and say where it came from."""

import re

import numpy as np

from minidl.geometry import all_finite


class Watch:
    """Looks at every loss, gradient and parameter of one model.

    Parameters
    ----------
    model : object with ``params``
    """

    def __init__(self, model):
        self.model = model

    def number(self, iteration, what, value, learning_rate, chosen=None, **data):
        """Raise FloatingPointError if a loss or metric of chosen rows of ``data`` is not finite.

        Data that holds NaN or infinity is to blame for it; if there is none, the steps are.
        """
        if np.isfinite(value):
            return
        where = f"Solver.train: iteration {iteration}: {what} is {value}"
        for name, array in data.items():
            for row in range(len(array)) if chosen is None else chosen:
                if not all_finite(array[row]):
                    raise FloatingPointError(
                        f"{where}, because {name}[{row}] holds nan or inf; clean {name}"
                    )
        name, largest = self._largest()
        raise FloatingPointError(
            f"{where}; the largest number in the parameters is {largest:.3g}, in "
            f"{self._place(name)}; {_mend(learning_rate)}"
        )

    def gradient(self, iteration, name, gradient, learning_rate):
        """Raise FloatingPointError if a gradient is not finite."""
        self._require("the gradient of ", iteration, name, gradient, learning_rate)

    def parameter(self, iteration, name, w, learning_rate):
        """Raise FloatingPointError if a parameter is no longer finite."""
        self._require("the update of ", iteration, name, w, learning_rate)

    def _require(self, what, iteration, name, array, learning_rate):
        if not all_finite(array):
            kind = "nan" if np.isnan(array).any() else "inf"
            raise FloatingPointError(
                f"Solver.train: iteration {iteration}: {what}{self._place(name)} holds {kind}; "
                f"{_mend(learning_rate)}"
            )

    def _place(self, name):
        if hasattr(self.model, "layer_of"):
            return f"{name} ({self.model.layer_of(name)})"
        number = re.search(r"(\d+)$", name)
        return f"{name} (layer {number[1]})" if number else name

    def _largest(self):
        """Return the name of the parameter with the largest magnitude, and that magnitude."""
        sizes = {name: np.abs(w).max(initial=0) for name, w in self.model.params.items()}
        name = max(sizes, key=lambda name: (np.isnan(sizes[name]), sizes[name]))
        return name, sizes[name]


def _mend(learning_rate):
    now = "" if learning_rate is None else f" (it is {learning_rate:.3g})"
    return f"try a learning rate ten times smaller{now}, or cap the gradients: clip_grad_norm=1.0"
