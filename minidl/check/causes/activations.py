"""Mistakes of ReLU, and what comes out of each."""

from minidl.check.causes.hypothesis import Hypothesis


def _mask_of_dout(e):
    dout = e.prepared.dout
    return dout * (dout > 0) if e.name == "dx" else None


def _no_mask(e):
    return e.prepared.dout if e.name == "dx" else None


def _mask_alone(e):
    return (e.prepared.case.arguments[0] > 0).astype(float) if e.name == "out" else None


RELU = (
    Hypothesis(
        "the mask comes from dout, and must come from the input x, which the cache holds: x > 0",
        _mask_of_dout,
    ),
    Hypothesis("dout is let through everywhere: only where x > 0 it is", _no_mask),
    Hypothesis("this is the mask x > 0 alone, not x where it is positive", _mask_alone),
)
