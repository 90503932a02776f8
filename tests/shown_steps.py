"""What a page must show at every step, worked out from the naive layers and plain index arithmetic.

Nothing here reads a trace: it is the other opinion.
"""

from dataclasses import dataclass, field
from itertools import product

import numpy as np

from minidl.layers import (
    conv_backward_naive,
    conv_forward_naive,
    max_pool_backward_naive,
    max_pool_forward_naive,
    relu_backward,
    relu_forward,
)


@dataclass
class Shown:
    """One step: the lit cells by role, the numbers of its terms, and the result."""

    index: tuple
    value: float
    window: set = field(default_factory=set)
    tap: set = field(default_factory=set)
    other: set = field(default_factory=set)
    terms: list = field(default_factory=list)  # of tuples of numbers that count
    idle: list = field(default_factory=list)  # and of those that do not

    def add(self, *factors, idle=False):
        """Add a term: of (role, array name, index, number)."""
        for role, name, index, _ in factors:
            getattr(self, role).add(f"{name}[{','.join(map(str, index))}]")
        (self.idle if idle else self.terms).append(tuple(float(f[3]) for f in factors))


def blank(result):
    """Return a step without terms for each cell of a result, by its index, in row-major order."""
    return {index: Shown(index, float(result[index])) for index in np.ndindex(result.shape)}


def at(array, index):
    """Return a number of an array, or the 0 around it."""
    inside = all(0 <= k < size for k, size in zip(index, array.shape, strict=True))
    return array[index] if inside else 0.0


def convolution(x, w, b, dout, stride, pad, dilation):
    """Return the passes of a convolution with the same numbers for both axes, by name."""
    param = {"stride": stride, "pad": pad, "dilation": dilation}
    out, cache = conv_forward_naive(x, w, b, param)
    dx, dw, db = conv_backward_naive(dout, cache)
    forward, filters, inputs, rotated = blank(out), blank(dw), blank(dx), blank(dx)
    for o, (c, u, v) in product(np.ndindex(out.shape), np.ndindex(w.shape[1:])):
        n, f, i, j = o
        seen = n, c, i * stride + u * dilation - pad, j * stride + v * dilation - pad
        cell, tap = ("x", seen, at(x, seen)), ("w", (f, c, u, v), w[f, c, u, v])
        forward[o].add(("window", *cell), ("tap", *tap))
        filters[tap[1]].add(("window", *cell), ("tap", "dout", o, dout[o]))
        if seen in inputs:
            inputs[seen].add(("window", "dout", o, dout[o]), ("tap", *tap))
    spread = np.zeros((*dout.shape[:2], *((k - 1) * stride + 1 for k in dout.shape[2:])))
    spread[:, :, ::stride, ::stride] = dout
    turned = w[:, :, ::-1, ::-1].swapaxes(0, 1)
    name = "dout" if stride == 1 else "dout_spread"
    before = [(k - 1) * dilation - pad for k in w.shape[2:]]
    for (n, c, y, z), (f, u, v) in product(np.ndindex(x.shape), np.ndindex(turned.shape[1:])):
        seen = n, f, y + u * dilation - before[0], z + v * dilation - before[1]
        above = ("window", name, seen, at(spread, seen))
        rotated[n, c, y, z].add(above, ("tap", "w_rotated", (c, f, u, v), turned[c, f, u, v]))
    passes = {"forward": forward, "filter-gradient": filters, "input-gradient": inputs}
    passes["rotated-filter"] = rotated
    if b is not None:
        passes["bias-gradient"] = blank(db)
        for o in np.ndindex(out.shape):
            forward[o].add(("other", "b", o[1:2], b[o[1]]))
            passes["bias-gradient"][o[1:2]].add(("window", "dout", o, dout[o]))
    return lists(passes)


def max_pool(x, dout, size, stride, pad):
    """Return the passes of max pooling, by name."""
    param = {"pool_height": size, "pool_width": size, "stride": stride, "pad": pad}
    out, cache = max_pool_forward_naive(x, param)
    forward, inputs = blank(out), blank(max_pool_backward_naive(dout, cache))
    for n, c, i, j in np.ndindex(out.shape):
        o = n, c, i, j
        cells = [
            (n, c, i * stride + u - pad, j * stride + v - pad) for u, v in np.ndindex(size, size)
        ]
        cells = [cell for cell in cells if cell in inputs]
        winner = max(cells, key=lambda cell: x[cell])  # the first of equal ones
        for cell in cells:
            forward[o].add(("window", "x", cell, x[cell]), idle=cell != winner)
            inputs[cell].add(("window", "dout", o, dout[o]), idle=cell != winner)
    return lists({"forward": forward, "input-gradient": inputs})


def relu(x, dout):
    """Return the passes of a ReLU, by name."""
    out, cache = relu_forward(x)
    passes = {"forward": blank(out), "input-gradient": blank(relu_backward(dout, cache))}
    for (name, array), told in zip((("x", x), ("dout", dout)), passes.values(), strict=True):
        for index, step in told.items():
            step.add(("window", name, index, array[index]), idle=not x[index] > 0)
    return lists(passes)


def sgd_step(x, w, target, lr):
    """Return the passes of a step of gradient descent on the sum of a convolution, by name."""
    out, error, passes = _until_loss(x, w, target, "w", "")
    dsum = np.float64(2 * error)
    passes["chain-rule"] = blank(dsum)
    passes["chain-rule"][()].add(("window", "2", (), 2), ("tap", "error", (), error))
    dout = np.full_like(out, dsum)
    passes["sum-gradient"] = blank(dout)
    for step in passes["sum-gradient"].values():
        step.add(("window", "dsum", (), dsum))
    told = convolution(x, w, None, dout, 1, 0, 1)["filter-gradient"]
    passes["filter-gradient"] = {step.index: step for step in told}
    dw = np.array([step.value for step in told]).reshape(w.shape)
    after = w - lr * dw
    passes["update"] = blank(after)
    for tap, step in passes["update"].items():
        step.add(("other", "w", tap, w[tap]))
        step.add(("window", "-lr", (), -lr), ("tap", "dw", tap, dw[tap]))
    passes |= _until_loss(x, after, target, "w_after", "after")[-1]
    return lists(passes)


def _until_loss(x, w, target, w_name, after):
    out, _ = conv_forward_naive(x, w, None, {"stride": 1, "pad": 0})
    total, error = out.sum(), out.sum() - target
    name = {key: f"{key}_{after}".rstrip("_") for key in ("out", "sum", "error", "loss")}
    forward, sums, errors, losses = map(blank, (out, total, np.float64(error), error**2))
    for o, (u, v) in product(np.ndindex(out.shape), np.ndindex(w.shape[2:])):
        n, f, i, j = o
        cell, tap = (n, 0, i + u, j + v), (f, 0, u, v)
        forward[o].add(("window", "x", cell, x[cell]), ("tap", w_name, tap, w[tap]))
        if (u, v) == (0, 0):
            sums[()].add(("window", name["out"], o, out[o]))
    errors[()].add(("window", name["sum"], (), total))
    errors[()].add(("window", "-target", (), -target))
    losses[()].add(*[("window", name["error"], (), error)] * 2)
    told = {"forward": forward, "sum": sums, "error": errors, "loss": losses}
    return out, error, {f"{key}-{after}".rstrip("-"): told[key] for key in told}


def lists(passes):
    """Return each pass as the list of its steps."""
    return {name: list(steps.values()) for name, steps in passes.items()}
