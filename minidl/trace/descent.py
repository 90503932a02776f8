"""One step of gradient descent: forward, loss, chain rule, update, and the loss after it."""

import math

import numpy as np

from minidl import nn, optim
from minidl.geometry import conv_geometry, finite, require_axes
from minidl.trace.conv import filter_gradient, forward, meetings
from minidl.trace.equations import brief
from minidl.trace.steps import Pass, Trace
from minidl.trace.terms import grouped, images, kept, product, require_few, steps

OP = "trace.sgd_step"
IMAGE = ((1, 2, 3), (4, 5, 6), (7, 8, 9))
FILTER = ((3, 2), (1, 5))
TARGET = 230.0
LEARNING_RATE = 0.01


def sgd_step(x=IMAGE, w=FILTER, target=TARGET, lr=LEARNING_RATE):
    """Tell one step of gradient descent: a convolution whose outputs are to add up to a target.

    Every number is made by modules: ``nn.Conv2d``, ``nn.Sum``, ``nn.MSELoss`` and ``optim.SGD``.

    Parameters
    ----------
    x : array_like of shape (N, C, H, W)
        A matrix is one image of one channel, three axes are one image.
    w : array_like of shape (F, C, HH, WW)
        A matrix is one filter of one channel, three axes are one filter.
    target : float
        What the sum of all outputs should be.
    lr : float
        Learning rate.  The default is too large, and the loss goes up; 0.0001 brings it down.

    Returns
    -------
    Trace

    Raises
    ------
    ValueError, TypeError
        If ``target`` or ``lr`` is not finite, shapes do not fit, or the story would be too long to
        read.
    """
    target, lr = finite(OP, "target", target), finite(OP, "lr", lr)
    x, w = (images(OP, name, a).astype("float64") for name, a in (("x", x), ("w", w)))
    require_axes(OP, "w", w, "(F, C, HH, WW)")
    g = conv_geometry(OP, x, w, None, {"stride": 1, "pad": 0})
    n_terms = 3 * g.multiply_adds + 2 * math.prod(g.out_shape) + 2 * w.size
    require_few(OP, n_terms, g.grid, x=x.shape, w=w.shape, out=g.out_shape)
    with np.errstate(all="ignore"):  # infinities and NaN are part of the story
        arrays = _run(x, w, target, lr)
    passes = (
        forward(g, arrays),
        *_loss(arrays),
        *_chain_rule(arrays),
        filter_gradient(g, arrays),
        _update(arrays),
        _forward_after(g, arrays),
        *_loss(arrays, "_after"),
    )
    param = {**g.conv_param, "target": target, "lr": lr}
    title = f"One step of gradient descent: the outputs should add up to {target:g}"
    return Trace("sgd-step", title, param, arrays, passes)


def _run(x, w, target, lr):
    """Run the step, and the forward pass after it; return every number on the way by its name."""
    filters, channels, *kernel_size = w.shape
    conv = nn.Conv2d(
        channels, filters, tuple(kernel_size), bias=False, backend="naive", dtype="float64"
    )
    conv.load_state_dict({"weight": w})
    total, criterion = nn.Sum(), nn.MSELoss(backend="naive")
    optimizer = optim.SGD(conv.parameters(), lr=lr)

    out = conv(x)
    prediction = total(out)
    loss = criterion(prediction, target)
    dsum = criterion.backward()
    dout = total.backward(dsum)
    conv.backward(dout, input_gradient=False)
    optimizer.step()
    out_after = conv(x)
    prediction_after = total(out_after)
    loss_after = criterion(prediction_after, target)

    constants = {"target": target, "-target": -target, "lr": lr, "-lr": -lr, "2": 2.0}
    made = {"x": x, "w": w, "out": out, "sum": prediction, "error": prediction - target}
    made |= {"loss": loss, "dsum": dsum, "dout": dout, "dw": conv.weight.grad}
    made |= {"w_after": conv.weight.data, "out_after": out_after, "sum_after": prediction_after}
    made |= {"error_after": prediction_after - target, "loss_after": loss_after}
    return kept(**made, **constants)


def _loss(arrays, after=""):
    """Return the passes from the outputs to the loss, before the step or after it."""
    names = {name: name + after for name in ("out", "sum", "error", "loss")}
    outputs = [product(arrays, (names["out"], o)) for o in np.ndindex(arrays["out"].shape)]
    goal = [product(arrays, (names["sum"], ())), product(arrays, ("-target", ()))]
    square = product(arrays, *[(names["error"], ())] * 2)
    when, now = (", after the step", " now") if after else ("", "")
    prediction = "The prediction of the net is one number: all outputs, added up."
    if after:
        prediction = "The prediction with the new filter."
    square_says = "The loss is the square of the error." + _verdict(arrays, after)
    said = [
        ("sum", "Sum", prediction, outputs),
        ("error", "Error", f"By this much the prediction misses the target{now}.", goal),
        ("loss", "Loss", square_says, [square]),
    ]
    return [
        _one_number(arrays, name + "-after" * bool(after), title + when, says, names[name], terms)
        for name, title, says, terms in said
    ]


def _verdict(arrays, after):
    """Say what the step has done to the loss."""
    if not after:
        return ""
    before, now = float(arrays["loss"]), float(arrays["loss_after"])
    if now == before or math.isnan(now):
        return f" It {'stayed at' if now == before else 'is'} {brief(now)}."
    way = "down" if now < before else "up"
    if brief(before) == brief(now):
        return f" It went {way}, but by so little that the digits of {brief(now)} do not show it."
    change = f" It went {way}, from {brief(before)} to {brief(now)}: the step "
    if now < before:
        return change + "was a good one."
    return change + "went in the right direction, but too far. Try a smaller learning rate."


def _forward_after(g, arrays):
    terms = grouped((o, product(arrays, ("x", x), ("w_after", t))) for o, x, t in meetings(g))
    says = "Has it helped? The same convolution again, with the new filter."
    made = steps(arrays["out_after"], terms)
    return Pass("forward-after", "Forward, after the step", says, "out_after", "sum", made)


def _chain_rule(arrays):
    """Return the passes from the loss back to the outputs."""
    slope = [product(arrays, ("2", ()), ("error", ()))]
    says = (
        "How fast does the loss grow with the sum? A square grows with twice its root: "
        "the slope of error*error is 2*error."
    )
    yield _one_number(arrays, "chain-rule", "Chain rule: back to the sum", says, "dsum", slope)
    made = {o: [product(arrays, ("dsum", ()))] for o in np.ndindex(arrays["dout"].shape)}
    says = (
        "If one output grows by 1, the sum grows by 1. So each output receives the gradient of "
        "the sum as it is."
    )
    yield Pass(
        "sum-gradient",
        "Chain rule: back to the outputs",
        says,
        "dout",
        "sum",
        steps(arrays["dout"], made),
    )


def _update(arrays):
    """Return the pass that moves the filter."""
    made = {
        tap: [product(arrays, ("w", tap)), product(arrays, ("-lr", ()), ("dw", tap))]
        for tap in np.ndindex(arrays["w"].shape)
    }
    says = (
        "The gradient dw points to where the loss grows, so every weight takes a step the other "
        "way: as long as its gradient, times the learning rate lr."
    )
    made = steps(arrays["w_after"], made)
    return Pass("update", "Update of the filter", says, "w_after", "sum", made)


def _one_number(arrays, name, title, says, result, terms):
    made = steps(arrays[result], {(): terms})
    return Pass(name, title, says, result, "sum", made)
