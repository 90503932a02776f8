"""Mistakes of fully connected layers, and what comes out of each."""

from minidl.check.causes.hypothesis import Hypothesis


def _bias_times(times):
    def predict(e):
        b = e.prepared.case.arguments[2]
        return e.expected + (times - 1) * b if e.name == "out" and b is not None else None

    return predict


def _first_bias(e):
    b = e.prepared.case.arguments[2]
    return e.expected + (b[0] - b) if e.name == "out" and b is not None else None


def _first_or_last(k):
    def predict(e):
        return e.prepared.dout[k] if e.name == "db" and len(e.prepared.dout) else None

    return predict


def _reshaped(e):
    x, w, _ = e.prepared.case.arguments
    if e.name != "dx" or not x.size:
        return None
    return (e.prepared.dout @ w.reshape(w.shape[::-1])).reshape(x.shape)


AFFINE = (
    Hypothesis(
        "w is reshaped to the shape of its transpose, which moves its numbers elsewhere: use w.T",
        _reshaped,
    ),
    Hypothesis("the bias is not added", _bias_times(0)),
    Hypothesis("the bias is subtracted", _bias_times(-1)),
    Hypothesis("the bias is added twice", _bias_times(2)),
    Hypothesis("the first output's bias is added to all", _first_bias),
    Hypothesis("db holds the first image only: it is the sum over images", _first_or_last(0)),
    Hypothesis(
        "db holds the last image only: is it assigned (=) instead of added (+=)?",
        _first_or_last(-1),
    ),
)
