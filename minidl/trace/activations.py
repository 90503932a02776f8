"""ReLU, cell by cell: what passes, and what comes back."""

import numpy as np

from minidl.geometry import OF_OUTPUT, float_arrays, require_shape
from minidl.layers import relu_backward, relu_forward
from minidl.trace.conv import ONES
from minidl.trace.equations import brief
from minidl.trace.steps import Pass, Trace
from minidl.trace.terms import grouped, images, kept, product, require_few, steps

OP = "trace.relu"


def relu(x, dout=None):
    """Tell a ReLU and its gradient step by step.

    Parameters
    ----------
    x : array_like of any shape
    dout : array_like, same shape as ``x``, optional
        Gradient of the loss with respect to the output; ones by default.

    Returns
    -------
    Trace
        With the passes "forward" and "input-gradient".

    Raises
    ------
    ValueError, TypeError
        If the layer refuses an argument, or the story would be too long to read.
    """
    given = dout is not None
    x, dout = images(OP, "x", x, axes=0), images(OP, "dout", dout, axes=0) if given else None
    _, (x, dout) = float_arrays(OP, ("dout",), x=x, dout=dout)
    if given:
        require_shape(OP, "dout", dout, x.shape, OF_OUTPUT)
    require_few(OP, 2 * x.size, x=x.shape)
    out, cache = relu_forward(x)
    upstream = dout if given else np.ones_like(out)
    arrays = kept(x=x, out=out, dout=upstream, dx=relu_backward(upstream, cache))

    def terms(source, passes):
        """Return each cell's one term, which counts where ``passes`` is true."""
        return grouped(
            (k, product(arrays, (source, k), counts=bool(passes[k]))) for k in np.ndindex(x.shape)
        )

    forward = Pass(
        "forward",
        "Forward",
        "Positive numbers pass as they are; of all others a 0 is left.",
        "out",
        "pass",
        steps(out, terms("x", ~(arrays["x"] <= 0)), _says(arrays["x"], "so 0 is left")),
    )
    backward = Pass(
        "input-gradient",
        "Input gradient",
        "Where x was positive, out moved as x did, so the gradient passes as it is. Where x was "
        "not, out was 0 whatever x was, so nothing comes back; and so it is agreed for x = 0."
        + ("" if given else " " + ONES),
        "dx",
        "pass",
        steps(
            arrays["dx"],
            terms("dout", arrays["x"] > 0),
            _says(arrays["x"], "so nothing comes back"),
        ),
    )
    size = " x ".join(map(str, x.shape))
    title = f"ReLU of {size} numbers" if x.size > 1 else "ReLU of a number"
    return Trace("relu", title, {}, arrays, (forward, backward))


def _says(x, otherwise):
    """Return what makes the sentence of a cell: which x it was, and what that means."""

    def sentence(index, terms):
        is_so = f"x is {brief(float(x[index]))}"
        if terms[0].counts:
            return f"{is_so}, above 0" if x[index] > 0 else is_so
        return f"{is_so}, not above 0, {otherwise}"

    return sentence
