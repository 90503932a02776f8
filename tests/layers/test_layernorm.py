"""Layer and group normalisation: numbers by hand, CS231n's contract, one held to the other."""

import numpy as np
import pytest

from minidl.gradient_check import eval_numerical_gradient_array, rel_error
from minidl.twins import BACKENDS, TWINS, relative_difference

every_backend = pytest.mark.parametrize("backend", BACKENDS)


@every_backend
def test_numbers_by_hand(backend):
    forward, backward = TWINS["layernorm"].implementation(backend)
    x = np.array([[1.0, 3, 5, 7], [0, 0, 0, 0]])  # means 4 and 0, variances 5 and 0
    out, cache = forward(x, np.array([1.0, 2, 3, 4]), np.array([0.0, 0, 0, 1]), {"eps": 4.0})
    np.testing.assert_allclose(out, [[-1, -2 / 3, 1, 5], [0, 0, 0, 1]], rtol=0, atol=1e-14)
    dx, dgamma, dbeta = backward(np.array([[1.0, 0, 0, 0], [0, 0, 0, 1]]), cache)
    # inverse_std * (dxhat - mean(dxhat) - xhat * mean(dxhat * xhat)), with dxhat = gamma * dout
    np.testing.assert_allclose(dx[0], [1 / 6, -1 / 9, -1 / 18, 0], rtol=0, atol=1e-14)
    np.testing.assert_allclose(dx[1], [-0.5, -0.5, -0.5, 1.5], rtol=0, atol=1e-14)
    np.testing.assert_allclose(dgamma, [-1, 0, 0, 0], rtol=0, atol=1e-14)
    np.testing.assert_array_equal(dbeta, [1, 0, 0, 1])


@every_backend
@pytest.mark.parametrize("param", [{}, {"mode": "train"}, {"mode": "test", "anything": object()}])
def test_other_keys_are_ignored(backend, param, rng):
    x = rng.standard_normal((4, 6, 2, 2))
    one, zero = np.ones(6), np.zeros(6)
    kept = dict(param)
    layer, _ = TWINS["layernorm"].implementation(backend)
    group, _ = TWINS["spatial_groupnorm"].implementation(backend)
    out, _ = layer(x[..., 0, 0], one, zero, param)
    np.testing.assert_allclose(out.mean(axis=1), 0, atol=1e-14)
    np.testing.assert_array_equal(
        group(x, one, zero, 2, param)[0], group(x, one, zero, 2, {"eps": 1e-5})[0]
    )
    assert param == kept


@every_backend
@pytest.mark.parametrize("shape", [(1, 6, 1, 1), (6,)])
def test_groups_have_mean_0_and_variance_1(backend, shape, rng):
    forward, backward = TWINS["spatial_groupnorm"].implementation(backend)
    x = 4 * rng.standard_normal((2, 6, 4, 5)) + 10
    out, cache = forward(x, np.ones(shape), np.zeros(shape), 2, {})
    groups = out.reshape(2, 2, -1)
    np.testing.assert_allclose(groups.mean(axis=2), 0, atol=1e-12)
    np.testing.assert_allclose(groups.std(axis=2), 1, atol=1e-5)
    assert [g.shape for g in backward(out, cache)] == [x.shape, shape, shape]


@every_backend
def test_one_group_of_single_pixels_is_a_layer_normalisation(backend, rng):
    x, dout = rng.standard_normal((2, 3, 8))
    gamma, beta = rng.standard_normal((2, 8))
    layer, group = (
        TWINS[name].implementation(backend) for name in ("layernorm", "spatial_groupnorm")
    )
    out, cache = layer[0](x, gamma, beta, {})
    pixels, group_cache = group[0](x[..., None, None], gamma, beta, 1, {})
    np.testing.assert_allclose(pixels[..., 0, 0], out, rtol=0, atol=1e-14)
    expected = layer[1](dout, cache)
    actual = group[1](dout[..., None, None], group_cache)
    for a, b in zip(actual, expected, strict=True):
        np.testing.assert_allclose(a.reshape(b.shape), b, rtol=0, atol=1e-13)


@every_backend
@pytest.mark.parametrize("name", ["layernorm", "spatial_groupnorm"])
def test_gradients_pass_the_courses_bound(name, backend, rng):
    """1e-8, on inputs such as the notebook's: of each element, of images of the largest one."""
    forward, backward = TWINS[name].implementation(backend)
    images = name == "spatial_groupnorm"
    shape, learned = ((2, 6, 4, 5), (1, 6, 1, 1)) if images else ((4, 5), (5,))
    x = 5 * rng.standard_normal(shape) + 12
    gamma, beta = rng.standard_normal((2, *learned))
    more = (2, {}) if images else ({},)
    dout = rng.standard_normal(shape)
    _, cache = forward(x, gamma, beta, *more)
    for argument, gradient in zip((x, gamma, beta), backward(dout, cache), strict=True):
        numeric = eval_numerical_gradient_array(
            lambda _: forward(x, gamma, beta, *more)[0], argument, dout
        )
        error = relative_difference if len(shape) == 4 else rel_error
        assert error(gradient, numeric) < 1e-8


def test_a_large_mean_costs_no_digits(rng):
    x = (1e4 + rng.standard_normal((3, 4, 40, 40))).astype(np.float32)
    gamma, beta = np.ones((2, 4), np.float32)
    expected, _ = TWINS["spatial_groupnorm"].naive[0](x.astype(float), gamma, beta, 2, {})
    for backend in BACKENDS:
        out, _ = TWINS["spatial_groupnorm"].implementation(backend)[0](x, gamma, beta, 2, {})
        assert relative_difference(out, expected) < 1e-6
