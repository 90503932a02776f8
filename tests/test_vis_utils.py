"""Grids of images, worked out by hand."""

import re

import numpy as np
import pytest

from minidl.vis_utils import vis_grid, vis_nn, visualize_grid

IMAGES = np.array(  # three grey images of 1 x 2 pixels
    [[[0.0, 4.0]], [[2.0, 1.0]], [[7.0, 7.0]]]
)


def test_visualize_grid_stretches_every_image():
    grid = visualize_grid(IMAGES, ubound=8, padding=1)
    assert grid.tolist() == [
        [0, 8, 0, 8, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
    ]
    assert visualize_grid(IMAGES[..., None], 8.0, 1)[..., 0].tolist() == grid.tolist()
    assert visualize_grid(IMAGES, padding=0).tolist() == [[0, 255, 255, 0], [0, 0, 0, 0]]
    assert visualize_grid(IMAGES[:1], padding=3).tolist() == [[0, 255]]


def test_vis_grid_keeps_what_is_darker():
    assert (vis_grid(IMAGES) * 7).tolist() == [
        [0, 4, 0, 2, 1, 0],
        [0, 0, 0, 0, 0, 0],
        [7, 7, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
    ]
    assert vis_grid(np.full((2, 1, 1, 1), 5.0)).tolist() == np.zeros((4, 4, 1)).tolist()


def test_vis_nn_lays_out_rows():
    rows = [[IMAGES[0], IMAGES[1]], [IMAGES[2], IMAGES[0]], [IMAGES[1], IMAGES[1]]]
    assert np.rint(vis_nn(rows) * 7).tolist() == [
        [0, 4, 1, 2, 1, 1],
        [1, 1, 1, 1, 1, 1],
        [7, 7, 1, 0, 4, 1],
        [1, 1, 1, 1, 1, 1],
        [2, 1, 1, 2, 1, 1],
        [1, 1, 1, 1, 1, 1],
    ]
    colour = [[np.stack([image] * 3, axis=-1) for image in row] for row in rows]
    np.testing.assert_array_equal(vis_nn(np.array(colour))[..., 2], vis_nn(rows))
    np.testing.assert_array_equal(vis_nn(iter(row) for row in rows), vis_nn(rows))


@pytest.mark.parametrize("n", [1, 2, 4, 5, 9, 10, 17])
@pytest.mark.parametrize("channels", [(), (1,), (3,)])
def test_every_image_has_its_place(n, channels, rng):
    X = rng.standard_normal((n, 3, 5, *channels))
    before = X.copy()
    side = int(np.ceil(np.sqrt(n)))
    grid, together = visualize_grid(X, 1.0, 2), vis_grid(X)
    assert grid.shape == (side * 5 - 2, side * 7 - 2, *channels)
    assert together.shape == (side * 4, side * 6, *channels)
    for k, image in enumerate(X):
        i, j = divmod(k, side)
        own = (image - image.min()) / (image.max() - image.min())
        np.testing.assert_allclose(grid[i * 5 : i * 5 + 3, j * 7 : j * 7 + 5], own, atol=1e-14)
        own = (image - X.min()) / (X.max() - X.min())
        np.testing.assert_allclose(together[i * 4 : i * 4 + 3, j * 6 : j * 6 + 5], own, atol=1e-14)
    assert np.count_nonzero(grid) <= X.size
    np.testing.assert_array_equal(X, before)


def test_dtypes():
    for dtype, expected in [("uint8", "float32"), ("float32", "float32"), ("float64", "float64")]:
        X = np.arange(24).reshape(2, 2, 2, 3).astype(dtype)
        for grid in (visualize_grid(X), vis_grid(X), vis_nn([X])):
            assert grid.dtype == expected
    filters = np.arange(54.0).reshape(2, 3, 3, 3).transpose(0, 2, 3, 1)
    np.testing.assert_array_equal(visualize_grid(filters), visualize_grid(filters.copy()))


@pytest.mark.parametrize("function", [visualize_grid, vis_grid])
def test_what_is_no_batch_of_images(function):
    name = function.__name__
    for shape in [(3, 4), (1, 2, 3, 4, 5), (0, 2, 2, 3), (2, 0, 2)]:
        with pytest.raises(
            ValueError, match=re.escape(f"{name}: Xs must be (N, H, W, C), or (N, H, W)")
        ):
            function(np.zeros(shape))
    for wrong in (np.nan, np.inf):
        X = np.zeros((2, 3, 3, 1))
        X[1, 0, 2, 0] = wrong
        with pytest.raises(
            ValueError, match=re.escape(f"{name}: Xs[1, 0, 2, 0] is {wrong}, which")
        ):
            function(X)
    with pytest.raises(TypeError, match=f"{name}: Xs must hold real numbers"):
        function(np.zeros((1, 2, 2), dtype=complex))


def test_other_wrong_arguments():
    with pytest.raises(ValueError, match="visualize_grid: padding must be at least 0, got -1"):
        visualize_grid(IMAGES, padding=-1)
    with pytest.raises(TypeError, match="visualize_grid: padding must be an integer, got 1.5"):
        visualize_grid(IMAGES, padding=1.5)
    with pytest.raises(TypeError, match=r"visualize_grid: ubound must be a number, got \[1, 2\]"):
        visualize_grid(IMAGES, ubound=[1, 2])
    with pytest.raises(
        ValueError, match=r"vis_nn: rows must hold equally many images, got \[1, 2\]"
    ):
        vis_nn([IMAGES[:1], IMAGES[:2]])
    for empty in ([], [[]]):
        with pytest.raises(ValueError, match="vis_nn: rows must hold equally many images"):
            vis_nn(empty)
    with pytest.raises(TypeError, match="vis_nn: rows must be rows of images, got int"):
        vis_nn(3)
    with pytest.raises(ValueError, match=re.escape("rows[0][1] must have shape (1, 2)")):
        vis_nn([[IMAGES[0], IMAGES[0].T]])
