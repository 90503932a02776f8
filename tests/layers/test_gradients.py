"""Every gradient in the table of twins against numerical ones, for both sides of each pair."""

import numpy as np
import pytest

from minidl.gradient_check import check_gradient, eval_numerical_gradient_array, rel_error
from minidl.twins import BACKENDS, TWINS

LAYERS = [name for name, twin in TWINS.items() if twin.passes == ("forward", "backward")]
LOSSES = [name for name, twin in TWINS.items() if twin.passes == ("loss",)]


def away_from_kinks(array):
    """Spread the values out, so that a small step changes no order and no sign."""
    if array.dtype.kind != "f" or not array.size:
        return array
    ranks = array.ravel().argsort().argsort().reshape(array.shape)
    return np.asarray((ranks + 0.75 - array.size / 2) / array.size)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", LAYERS)
def test_layer_gradients(name, backend, rng):
    forward, backward = TWINS[name].implementation(backend)
    for case in TWINS[name].cases(rng, np.dtype("float64")):
        if TWINS[name].kinks:
            case = (away_from_kinks(case[0]), *case[1:])  # noqa: PLW2901
        out, cache = forward(*case)
        dout = rng.standard_normal(out.shape)
        gradients = backward(dout, cache)
        gradients = gradients if isinstance(gradients, tuple) else (gradients,)
        for argument, gradient in zip(case, gradients, strict=False):
            if gradient is None:
                continue
            report = check_gradient(
                lambda _, case=case, dout=dout: np.sum(forward(*case)[0] * dout), argument, gradient
            )
            assert report, f"{name} {[np.shape(a) for a in case]}: {report}"


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", LOSSES)
def test_loss_gradients(name, backend, rng):
    (loss,) = TWINS[name].implementation(backend)
    for scores, *rest in TWINS[name].cases(rng, np.dtype("float64")):
        _, dscores = loss(scores, *rest)
        report = check_gradient(lambda s, rest=rest: loss(s, *rest)[0], scores, dscores)
        assert report, f"{name} {scores.shape}: {report}"


def test_cs231n_notebook_cell(rng):
    """The check as the course's notebook writes it, element by element."""
    forward, backward = TWINS["conv"].fast
    x, w, b = rng.standard_normal((4, 3, 5, 5)), rng.standard_normal((2, 3, 3, 3)), np.ones(2)
    conv_param = {"stride": 1, "pad": 1}
    out, cache = forward(x, w, b, conv_param)
    dout = rng.standard_normal(out.shape)
    for argument, gradient in zip((x, w, b), backward(dout, cache), strict=True):
        numeric = eval_numerical_gradient_array(
            lambda _: forward(x, w, b, conv_param)[0], argument, dout
        )
        assert rel_error(gradient, numeric) < 1e-6
