"""A gradient check as a picture: which derivatives are orange, and which one is named."""

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="draws the pictures")
from minidl import plots
from minidl.gradient_check import eval_numerical_gradient
from minidl.layers import relu_backward, relu_forward
from minidl.plots import style


def points(ax):
    """Return the points by their colour, without the ring."""
    from matplotlib.colors import to_hex

    return {
        to_hex(dots.get_facecolor()[0]): dots.get_offsets().data
        for dots in ax.collections
        if len(dots.get_facecolor())
    }


def ring(ax):
    (found,) = [dots for dots in ax.collections if not len(dots.get_facecolor())]
    return found.get_offsets().data[0].tolist()


def said(ax):
    return [ax.get_title(loc="left"), *(text.get_text() for text in ax.texts)]


def test_a_right_gradient_lies_on_the_diagonal(rng):
    x = rng.standard_normal((3, 4))
    gradient = relu_backward(np.ones_like(x), relu_forward(x)[1])
    measured = eval_numerical_gradient(lambda x: relu_forward(x)[0].sum(), x, verbose=False)
    ax = plots.gradients(gradient, measured)
    dots = points(ax)
    assert list(dots) == [style.BLUE]
    np.testing.assert_allclose(dots[style.BLUE][:, 0], dots[style.BLUE][:, 1], atol=1e-9)
    assert said(ax)[0] == "all 12 derivatives agree"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("numerical derivative", "analytic derivative")


def test_derivatives_that_differ_are_orange_and_the_worst_is_named():
    ax = plots.gradients([[1.0, 2.0], [-3.0, 4.1]], [[1.0, 2.0], [3.0, 4.0]])
    assert points(ax)[style.ORANGE].tolist() == [[3, -3], [4, 4.1]]
    assert ring(ax) == [3, -3]
    assert said(ax) == [
        "2 of 4 derivatives differ",
        "worst, at [1, 0]: analytic -3, numerical 3\nrelative error 1.0e+00",
    ]
    assert ax.get_xlim() == ax.get_ylim()


def test_the_tolerance_is_that_of_check_gradient():
    assert said(plots.gradients([1.0], [1 + 1.9e-6]))[0] == "the derivative agrees"
    assert said(plots.gradients([1.0], [1 + 2.1e-6]))[0] == "the derivative differs"
    assert said(plots.gradients([1.0, 1], [2, 1]))[0] == "1 of 2 derivatives differs"
    assert said(plots.gradients([np.nan], [2]))[0] == (
        "the derivative differs, for it is nan or infinite"
    )
    assert said(plots.gradients([1.0], [1.1], rtol=0.1))[0] == "the derivative agrees"
    assert said(plots.gradients([0.0], [1e-3], atol=1e-2))[0] == "the derivative agrees"
    assert said(plots.gradients([1.0, 0.0], [1.0, 1e-9], rtol=0, atol=0))[0].startswith("1 of 2")


def test_magnitudes_by_their_logarithms():
    ax = plots.gradients([1e-6, -1.0, 0.0], [1e-6, 1.0, 0.0], log=True)
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert points(ax)[style.BLUE].tolist() == [[1e-6, 1e-6], [5e-7, 5e-7]]  # 0 lies at the edge
    assert points(ax)[style.ORANGE].tolist() == [[1, 1]]
    assert ax.get_xlabel() == "numerical derivative, magnitude"
    plots.gradients([0.0], [0.0], log=True).figure.draw_without_rendering()


def test_derivatives_that_are_no_numbers_are_the_worst():
    ax = plots.gradients([1.0, np.nan, 3.0], [1.0, 2.0, np.inf])
    assert said(ax) == [
        "2 of 3 derivatives differ, 2 of them nan or infinite",
        "worst, at [1]: analytic nan, numerical 2",
    ]
    assert list(points(ax)) == [style.BLUE]
    assert list(points(plots.gradients([1e308, 1.0], [-1e308, 1.0]))) == [style.BLUE]
    ax = plots.gradients(np.float64(np.nan), 1.0)
    assert "no derivative is finite" in said(ax)
    ax.figure.draw_without_rendering()


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match=r"plots.gradients: numeric must have shape \(2,\)"):
        plots.gradients([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match=r"plots.gradients: the gradients are empty, of shape"):
        plots.gradients([], [])
    with pytest.raises(TypeError, match="plots.gradients: analytic must hold real numbers"):
        plots.gradients(["a"], [1.0])
    with pytest.raises(ValueError, match="plots.gradients: rtol must be at least 0"):
        plots.gradients([1.0], [1.0], rtol=-1)
