"""Activations against numbers worked out by hand, at their limits, and what they refuse."""

import math
import re

import numpy as np
import pytest

from minidl import layers
from minidl.gradient_check import eval_numerical_gradient_array, rel_error
from minidl.twins import BACKENDS, TWINS

every_backend = pytest.mark.parametrize("backend", BACKENDS)
every_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])
ENDS = [np.inf, -np.inf, np.nan]
SMOOTH = [("sigmoid", ()), ("tanh", ()), ("gelu", ()), ("gelu", ("tanh",))]


def run(name, backend, x, *options, dout=None):
    """Return the output and the input gradient of an activation."""
    forward, backward = TWINS[name].implementation(backend)
    out, cache = forward(x, *options)
    return out, backward(np.ones_like(out) if dout is None else dout, cache)


@every_backend
@every_dtype
def test_leaky_relu(backend, dtype):
    x = np.array([-2.0, -0.0, 0.0, 3.0, *ENDS], dtype)
    out, dx = run("leaky_relu", backend, x, 0.5, dout=np.arange(1, 8, dtype=dtype))
    np.testing.assert_array_equal(out, [-1, 0, 0, 3, np.inf, -np.inf, np.nan])
    np.testing.assert_array_equal(dx, [0.5, 1, 1.5, 4, 5, 3, 3.5])  # the slope counts at 0
    assert out.dtype == dx.dtype == dtype
    assert math.copysign(1, out[1]) == -1


@every_backend
@every_dtype
def test_a_steep_slope_overflows_without_a_warning(backend, dtype):
    most = np.array([-np.finfo(dtype).max, 1], dtype)
    out, dx = run("leaky_relu", backend, most, 1.5, dout=most)
    np.testing.assert_array_equal(out, [-np.inf, 1])
    np.testing.assert_array_equal(dx, out)


@every_backend
def test_the_slope_of_leaky_relu_is_a_hundredth_by_default(backend):
    out, dx = run("leaky_relu", backend, np.array([-100.0, 100.0]))
    assert out.tolist() == [-1, 100]
    assert dx.tolist() == [0.01, 1]


@every_backend
def test_sigmoid(backend):
    """Odds of 1, 3 and 1 to 4 are the probabilities 1/2, 3/4 and 1/5."""
    out, dx = run("sigmoid", backend, np.log([1.0, 3, 0.25]), dout=np.array([1.0, 2, -1]))
    np.testing.assert_allclose(out, [0.5, 0.75, 0.2], rtol=1e-15)
    np.testing.assert_allclose(dx, [0.25, 0.375, -0.16], rtol=1e-15)


@every_backend
def test_tanh(backend):
    """``tanh(log(2)) = (2 - 1 / 2) / (2 + 1 / 2)``."""
    out, dx = run("tanh", backend, np.array([0, math.log(2), -math.log(2)]), dout=np.ones(3))
    np.testing.assert_allclose(out, [0, 0.6, -0.6], rtol=1e-15)
    np.testing.assert_allclose(dx, [1, 0.64, 0.64], rtol=1e-14)


@every_backend
@pytest.mark.parametrize(
    ("approximate", "out", "dx"),
    [
        # The normal distribution's table: 84.1345 % lie below 1, and the density there is 0.241971.
        ("none", [0, 0.8413447460685429, -0.15865525393145705], [0.5, 1.08331547, -0.08331547]),
        # tanh(0.7978845608 * 1.044715) = 0.682384 at 1.
        ("tanh", [0, 0.8411919906082768, -0.15880800939172324], [0.5, 1.08296408, -0.08296408]),
    ],
)
def test_gelu(backend, approximate, out, dx):
    actual, gradient = run("gelu", backend, np.array([0.0, 1, -1]), approximate)
    np.testing.assert_allclose(actual, out, rtol=1e-13)
    np.testing.assert_allclose(gradient, dx, rtol=1e-7)


MOST = {"float32": float(np.finfo("float32").max), "float64": np.finfo("float64").max}


@every_backend
@every_dtype
@pytest.mark.parametrize(("name", "options"), SMOOTH)
def test_infinities_give_the_limits(backend, dtype, name, options):
    """So do numbers whose exponential, or whose cube, is too large for any float."""
    x = np.array([*ENDS, MOST[dtype], -MOST[dtype], 1000, -1000], dtype)
    out, dx = run(name, backend, x, *options)
    expected = {
        "sigmoid": ([1, 0, np.nan, 1, 0, 1, 0], [0, 0, np.nan, 0, 0, 0, 0]),
        "tanh": ([1, -1, np.nan, 1, -1, 1, -1], [0, 0, np.nan, 0, 0, 0, 0]),
        "gelu": ([np.inf, 0, np.nan, MOST[dtype], 0, 1000, 0], [1, 0, np.nan, 1, 0, 1, 0]),
    }[name]
    np.testing.assert_array_equal(out, np.array(expected[0], dtype), strict=True)
    np.testing.assert_array_equal(dx, np.array(expected[1], dtype), strict=True)


@every_backend
@pytest.mark.parametrize(("name", "options"), SMOOTH)
def test_gradients_pass_the_check_of_the_course(backend, name, options, rng):
    forward, backward = TWINS[name].implementation(backend)
    x = np.concatenate([rng.standard_normal(20), np.linspace(-3, 3, 13)]).reshape(3, 11)
    dout = rng.standard_normal(x.shape)
    _, cache = forward(x, *options)
    numeric = eval_numerical_gradient_array(lambda x: forward(x, *options)[0], x, dout)
    assert rel_error(backward(dout, cache), numeric) < 1e-8


@pytest.mark.parametrize(("name", "options"), SMOOTH)
def test_floats_keep_their_digits_in_the_tails(name, options):
    """Small results beside large ones are right, too: to a millionth of themselves."""
    x = np.concatenate([np.linspace(-9, 9, 2001), 10.0 ** -np.arange(1.0, 30)])
    exact, _ = run(name, "naive", x.astype("float32").astype("float64"), *options)
    out, _ = run(name, "fast", x.astype("float32"), *options)
    rtol = 4e-6 if name == "gelu" else 5e-7
    kept = x > (-3 if options else -np.inf)  # the definition by tanh rounds its tail away
    np.testing.assert_allclose(out[kept], exact[kept], rtol=rtol)


@every_backend
def test_gelus_two_forms_are_close(backend, rng):
    x = 3 * rng.standard_normal(100)
    gap = run("gelu", backend, x)[0] - run("gelu", backend, x, "tanh")[0]
    assert 1e-5 < np.abs(gap).max() < 1e-3


@every_backend
@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda f, b: f["leaky_relu"](np.ones(2), "0.1"),
            TypeError,
            "leaky_relu_forward: negative_slope must be a number, got '0.1'",
        ),
        (
            lambda f, b: f["leaky_relu"](np.ones(2), np.nan),
            ValueError,
            "leaky_relu_forward: negative_slope must be finite, got nan",
        ),
        (
            lambda f, b: b["leaky_relu"](np.ones(2), (np.ones(2), True)),
            TypeError,
            "leaky_relu_backward: negative_slope must be a number, got True",
        ),
        (
            lambda f, b: f["gelu"](np.ones(2), "Tanh"),
            ValueError,
            "gelu_forward: approximate must be 'none' or 'tanh', got 'Tanh'",
        ),
        (
            lambda f, b: b["gelu"](np.ones(2), (np.ones(2), None)),
            ValueError,
            "gelu_backward: approximate must be 'none' or 'tanh', got None",
        ),
        (
            lambda f, b: b["gelu"](np.ones(2), np.ones(2)),
            TypeError,
            "gelu_backward: cache must be the tuple (x, approximate) that gelu_forward returned",
        ),
    ],
)
def test_refusals(backend, call, error, message):
    pairs = {name: TWINS[name].implementation(backend) for name in ("leaky_relu", "gelu")}
    with pytest.raises(error, match=re.escape(message)):
        call({n: p[0] for n, p in pairs.items()}, {n: p[1] for n, p in pairs.items()})


def test_a_zero_dimensional_array_stays_one():
    for name in ("leaky_relu", "sigmoid", "tanh", "gelu"):
        for backend in BACKENDS:
            out, dx = run(name, backend, np.float32(0.5))
            assert out.shape == dx.shape == ()
            assert type(out) is type(dx) is np.ndarray


def test_lists_and_integers_are_taken():
    assert layers.sigmoid_forward([0, 0])[0].tolist() == [0.5, 0.5]
    assert layers.leaky_relu_forward([-100, 100])[0].tolist() == [-1, 100]
