"""Filters and feature maps: the numbers that the picture shows, and their scale."""

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="draws the pictures")
from minidl import models, nn, plots


def picture(ax):
    (image,) = ax.get_images()
    return image


def test_filters_share_a_scale_around_zero():
    weights = np.array([1.0, -4.0, 2.0]).reshape(3, 1, 1, 1) * np.ones((3, 1, 2, 2))
    image = picture(plots.filters(weights))
    assert (image.norm.vmin, image.norm.vmax) == (-4, 4)
    grid = image.get_array()
    assert grid[0, 0] == 1
    assert grid[0, 3] == -4
    assert np.ma.getmaskarray(grid)[0, 2] or np.isnan(grid[0, 2])  # the gap is no number
    zero, above, below = image.cmap([0.5, 1.0, 0.0])[:, :3]
    assert zero.min() > 0.95
    assert above[2] > above[0]  # blue
    assert below[0] > below[2]  # orange


def test_numbers_that_are_never_below_zero_start_on_paper():
    image = picture(plots.feature_maps(np.array([[[0.0, 3.0]]])))
    assert (image.norm.vmin, image.norm.vmax) == (0, 3)
    assert image.cmap(0.0)[:3] == (1, 1, 1)
    assert picture(plots.feature_maps(np.zeros((2, 3, 3)))).norm.vmax == 1


def test_the_first_filters_of_a_net(rng):
    net = models.LeNet5(rng=rng)
    ax = plots.filters(net)
    assert ax.get_title(loc="left") == "conv1.weight: 6 filters of 5 x 5"
    np.testing.assert_allclose(picture(ax).get_array()[:5, :5], net.conv1.weight.data[0, 0])
    with pytest.raises(ValueError, match="plots.filters: the net, Sequential, has no weight with"):
        plots.filters(nn.Sequential(nn.Linear(2, 2)))


def test_filters_with_three_channels_are_colours_stretched_by_themselves(rng):
    weights = rng.standard_normal((2, 3, 4, 4))
    weights[1] = 7.0
    grid = picture(plots.filters(weights)).get_array()
    first = grid[:4, :4]
    assert (first.min(), first.max()) == (0, 1)
    span = np.ptp(weights[0])
    np.testing.assert_allclose(first[1, 2], (weights[0, :, 1, 2] - weights[0].min()) / span)
    assert grid[:4, 5:9].max() == 0


def test_no_more_than_asked_for(rng):
    ax = plots.filters(rng.standard_normal((9, 1, 2, 2)), most=4)
    assert ax.get_title(loc="left") == "4 of 9 filters of 2 x 2"
    assert len(ax.patches) == 4
    one = plots.filters(np.ones((1, 1, 2, 2)), most=9)
    assert one.get_title(loc="left") == "1 filter of 2 x 2"
    assert len(plots.feature_maps(np.ones((70, 2, 2))).patches) == 64


def test_maps_of_one_image_of_a_batch(rng):
    net = models.LeNet5(rng=rng)
    maps = nn.activations(net, rng.random((3, 1, 28, 28)))["pool1"]
    ax = plots.feature_maps(maps, n=2)
    assert ax.get_title(loc="left") == "6 maps of 14 x 14"
    np.testing.assert_allclose(picture(ax).get_array()[:14, :14], maps[2, 0])
    assert plots.feature_maps(maps[0], title="first").get_title(loc="left") == "first"
    assert picture(plots.feature_maps(maps[:, :1])).get_array().shape == (14, 14)  # no margins


def test_pictures_have_a_scale_as_high_as_they_are(rng):
    ax = plots.feature_maps(rng.random((5, 4, 9)))
    ax.figure.draw_without_rendering()
    (bar,) = ax.child_axes
    assert bar.get_position().height == pytest.approx(ax.get_position().height)
    assert bar.get_ylabel() == "activation"


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda: plots.filters(np.ones((2, 5, 3, 3))), ValueError, "weights of 5 channels have no"),
        (lambda: plots.filters(np.ones((2, 3, 3))), ValueError, r"must be \(F, C, HH, WW\) .* got"),
        (lambda: plots.filters(np.ones((0, 1, 3, 3))), ValueError, "no empty axis, got shape"),
        (
            lambda: plots.filters(np.full((1, 1, 1, 1), np.nan)),
            ValueError,
            r"weights\[0, 0, 0, 0",
        ),
        (
            lambda: plots.filters(np.full((1, 1, 1, 1), 1e308)),
            ValueError,
            "is 1e.308, which has no",
        ),
        (lambda: plots.filters("conv1"), TypeError, "weights must hold real numbers"),
        (lambda: plots.filters(np.ones((1, 1, 2, 2)), most=0), ValueError, "most must be at least"),
        (
            lambda: plots.feature_maps(np.ones((2, 2))),
            ValueError,
            r"maps must be \(N, C, H, W\)",
        ),
        (lambda: plots.feature_maps(np.ones((2, 1, 2, 2)), n=2), ValueError, "at most 1, got 2"),
        (lambda: plots.feature_maps(np.ones((0, 1, 2, 2))), ValueError, "no empty axis"),
        (lambda: plots.feature_maps(np.full((1, 1, 1), np.inf)), ValueError, "which has no colour"),
        (lambda: plots.feature_maps({"relu1": 0, "": 0}), TypeError, "got all; pass maps.name. of"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, kind, said):
    with pytest.raises(kind, match="plots.f.*" + said):
        call()
