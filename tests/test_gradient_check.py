"""The gradient check itself: right gradients pass, and a wrong one is found where it is wrong."""

import random
import re

import numpy as np
import pytest

from minidl.gradient_check import (
    check_gradient,
    eval_numerical_gradient,
    eval_numerical_gradient_array,
    eval_numerical_gradient_blobs,
    eval_numerical_gradient_net,
    grad_check_sparse,
    rel_error,
)


def cube(x):
    return np.sum(x**3)


@pytest.fixture
def x(rng):
    return rng.standard_normal((3, 4))


def test_numerical_gradient_of_a_number(x, capsys):
    np.testing.assert_allclose(eval_numerical_gradient(cube, x), 3 * x**2, atol=1e-8)
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 12
    assert printed[1].startswith("(0, 1) ")
    eval_numerical_gradient(cube, x, verbose=False)
    assert capsys.readouterr().out == ""


def test_numerical_gradient_of_an_array(x, rng):
    df = rng.standard_normal(x.shape)
    np.testing.assert_allclose(
        eval_numerical_gradient_array(lambda x: x**2, x, df), 2 * x * df, atol=1e-8
    )


def test_the_function_may_ignore_its_argument(x):
    """Notebooks write ``lambda _: model.loss(X, y)[0]``: x is perturbed in place."""
    np.testing.assert_allclose(
        eval_numerical_gradient(lambda _: cube(x), x, verbose=False), 3 * x**2, atol=1e-8
    )
    assert check_gradient(lambda _: cube(x), x, 3 * x**2)


def test_the_function_may_return_the_same_array_twice(x):
    """Both sides of the difference are looked at before the array changes again."""
    buffer = np.empty_like(x)
    gradient = eval_numerical_gradient_array(
        lambda x: np.square(x, out=buffer), x, np.ones(x.shape)
    )
    np.testing.assert_allclose(gradient, 2 * x, atol=1e-8)


@pytest.mark.parametrize("layout", [np.asfortranarray, lambda a: a.T, lambda a: a[::-1, ::2]])
def test_any_layout(x, layout):
    x = layout(x)
    np.testing.assert_allclose(eval_numerical_gradient(cube, x, verbose=False), 3 * x**2, atol=1e-8)


CHECKS = {
    "eval_numerical_gradient": lambda f, x: eval_numerical_gradient(f, x, verbose=False),
    "eval_numerical_gradient_array": lambda f, x: eval_numerical_gradient_array(f, x, 1.0),
    "grad_check_sparse": lambda f, x: grad_check_sparse(f, x, np.zeros(x.shape)),
    "check_gradient": lambda f, x: check_gradient(f, x, np.zeros(x.shape)),
}


@pytest.mark.parametrize("name", CHECKS)
def test_x_is_restored_even_after_an_error(name, x):
    before = x.copy()
    CHECKS[name](cube, x)
    np.testing.assert_array_equal(x, before)

    def broken(x):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        CHECKS[name](broken, x)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("name", CHECKS)
def test_what_cannot_be_perturbed_is_refused(name):
    with pytest.raises(TypeError, match=f"{name}: x must be an array of floats, got int64"):
        CHECKS[name](cube, np.arange(3))
    fixed = np.ones(3)
    fixed.flags.writeable = False
    with pytest.raises(ValueError, match=f"{name}: x is read-only"):
        CHECKS[name](cube, fixed)


def test_sparse_check_prints_what_the_course_prints(x, capsys):
    random.seed(0)
    grad_check_sparse(cube, x, 3 * x**2, num_checks=3)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    for line in lines:
        match = re.fullmatch(r"numerical: (\S+) analytic: (\S+), relative error: (\S+)", line)
        assert float(match[1]) == pytest.approx(float(match[2]), abs=1e-5)
        assert float(match[3]) < 1e-6
    with pytest.raises(
        ValueError, match=re.escape("analytic_grad must have shape (3, 4) (that of x), got (2,)")
    ):
        grad_check_sparse(cube, x, np.ones(2))


def test_a_wrong_element_is_found_and_reported(x):
    wrong = 3 * x**2
    wrong[1, 2] += 0.25
    report = check_gradient(cube, x, wrong)
    assert not report
    assert report.index == (1, 2)
    assert report.analytic == pytest.approx(wrong[1, 2])
    assert report.numeric == pytest.approx(3 * x[1, 2] ** 2)
    assert "gradients differ at index (1, 2): analytic" in str(report)


def test_a_wrong_sign_a_wrong_factor_and_nan_are_found(x):
    for wrong in (-3 * x**2, 3.001 * x**2, 2 * x, np.zeros(x.shape)):
        assert not check_gradient(cube, x, wrong)
    poisoned = 3 * x**2
    poisoned[2, 0] = np.nan
    report = check_gradient(cube, x, poisoned)
    assert not report
    assert report.index == (2, 0)


def test_a_right_gradient_agrees(x):
    report = check_gradient(cube, x, 3 * x**2)
    assert report
    assert report.error < 1e-6
    assert "gradients agree" in str(report)
    assert check_gradient(lambda x: 0.0, np.ones((0, 3)), np.ones((0, 3)))


def test_directional_check_of_a_function_with_one_buffer(x):
    buffer = np.zeros(())
    assert check_gradient(lambda x: np.sum(x**3, out=buffer), x, 3 * x**2)
    assert not check_gradient(lambda x: np.sum(x**3, out=buffer), x, np.zeros(x.shape))


def test_at_least_one_direction(x):
    with pytest.raises(ValueError, match="check_gradient: directions must be at least 1, got 0"):
        check_gradient(cube, x, x, directions=0)


def test_a_step_that_vanishes_is_refused():
    with pytest.raises(
        ValueError, match="a step of 1e-05 from 300.0 at index .* vanishes in float32"
    ):
        eval_numerical_gradient(cube, np.array([300], np.float32), verbose=False)


def test_what_the_function_returns_is_checked(x):
    for wrong in (lambda x: None, lambda x: 1j, lambda x: "a"):
        with pytest.raises(TypeError, match=re.escape("f(x) must hold real numbers")):
            eval_numerical_gradient(wrong, x, verbose=False)
    with pytest.raises(ValueError, match=re.escape("df has shape (3,), and f(x) has (3, 1)")):
        eval_numerical_gradient_array(lambda x: x.reshape(3, 1), np.ones(3), np.ones(3))
    with pytest.raises(TypeError, match="df must hold real numbers"):
        eval_numerical_gradient_array(lambda x: x, x, 1j * x)


def test_functions_of_many_numbers_are_refused(x):
    for check in ("eval_numerical_gradient", "grad_check_sparse", "check_gradient"):
        with pytest.raises(ValueError, match=re.escape("f(x) must have shape () (one number)")):
            CHECKS[check](lambda x: x**2, x)


def test_steps_and_generators_are_checked(x):
    for h in (0, -1e-5, float("nan")):
        with pytest.raises(ValueError, match="check_gradient: h must be above 0, got"):
            check_gradient(cube, x, x, h=h)
    with pytest.raises(TypeError, match="rng must be a numpy.random.Generator, got int"):
        check_gradient(cube, x, x, rng=0)


def test_sparse_check_of_nothing_prints_nothing(capsys):
    grad_check_sparse(cube, np.ones((0, 2)), np.ones((0, 2)))
    assert capsys.readouterr().out == ""


def test_few_calls_test_many_elements(rng):
    calls = []

    def f(x):
        calls.append(1)
        return cube(x)

    x = rng.standard_normal(10_000)
    assert check_gradient(f, x, 3 * x**2, directions=3)
    assert len(calls) == 6


def test_relative_error():
    assert rel_error(np.array([1.0, 3.0]), np.array([1.0, 1.0])) == 0.5
    assert rel_error(0.0, 1e-12) == pytest.approx(1e-4)
    assert rel_error(np.ones(0), np.ones(0)) == 0
    assert rel_error(np.uint8([1]), np.uint8([2])) == pytest.approx(1 / 3)
    assert rel_error(np.zeros(1, np.float16), np.zeros(1, np.float16)) == 0
    with pytest.raises(ValueError, match="rel_error: x has shape"):
        rel_error(np.ones(2), np.ones(3))


class Blob:
    """Values and the gradient of the loss with respect to them."""

    def __init__(self, vals, diffs):
        self.vals, self.diffs = vals, diffs


class Product:
    """A net that multiplies two blobs of its own into a third."""

    def __init__(self, rng):
        self.a, self.b, self.out = (Blob(rng.random((2, 3)), rng.random((2, 3))) for _ in range(3))

    def forward(self):
        self.out.vals[...] = self.a.vals * self.b.vals


def test_numerical_gradients_of_blobs_and_nets(rng):
    net = Product(rng)
    kept = net.a.vals.copy()

    def multiply(a, b, out):
        out.vals[...] = a.vals * b.vals

    expected = [net.out.diffs * net.b.vals, net.out.diffs * net.a.vals]
    for gradients in (
        eval_numerical_gradient_blobs(multiply, [net.a, net.b], net.out),
        eval_numerical_gradient_net(net, (net.a, net.b), net.out),
    ):
        for gradient, right in zip(gradients, expected, strict=True):
            np.testing.assert_allclose(gradient, right, atol=1e-9)
    np.testing.assert_array_equal(net.a.vals, kept)
