"""Features of images: numbers by hand, the course's formulas, and the libraries that it uses."""

import re

import numpy as np
import pytest

from minidl.features import (
    color_histogram_hsv,
    extract_features,
    hog_feature,
    rgb2gray,
    rgb_to_hsv,
)


def test_gray_is_the_courses():
    rgb = np.array([[10, 0, 0], [0, 100, 0], [0, 0, 1000]], dtype=np.int64)
    np.testing.assert_allclose(rgb2gray(rgb), [2.99, 58.7, 144])
    np.testing.assert_allclose(rgb2gray(np.ones((2, 3, 4, 4))), np.full((2, 3, 4), 1.03))


def hog(image):
    return hog_feature(image).reshape(image.shape[1] // 8, image.shape[0] // 8, 9)


def test_directions_by_hand():
    """A ramp has one gradient everywhere but at its end, which has none."""
    across = np.tile(np.arange(16.0), (16, 1))
    expected = np.zeros((2, 2, 9))
    expected[0, :, 4], expected[1, :, 4] = 1, 7 / 8  # 90 degrees
    np.testing.assert_allclose(hog(across), expected)
    assert not hog(-across).any()  # 270 degrees: not counted
    expected = np.zeros((2, 2, 9))
    down = across.T
    expected[:, 0, 8], expected[:, 1, 8] = 1, 7 / 8  # 180 degrees less 1e-15 radians
    np.testing.assert_allclose(hog(down), expected)
    assert not hog(100 * down).any()  # 180 degrees less 1e-17, which is 180
    assert not hog(-100 * down).any()  # 0 degrees
    diagonal = across + down
    assert hog(diagonal)[0, 0].tolist() == pytest.approx([0] * 6 + [np.sqrt(2)] + [0] * 2)
    steep = across - 2 * down  # 90 - 63 degrees
    assert hog(steep)[0, 0].tolist() == pytest.approx([0, np.sqrt(5)] + [0] * 7)


def test_a_bright_cell_is_found_in_its_column_and_row():
    image = np.zeros((16, 24))
    image[1:7, 18] = -5
    image[9:15, 2] = 3
    cells = hog(image).sum(axis=2)
    assert np.argwhere(cells).tolist() == [[0, 1], [2, 0]]


@pytest.mark.parametrize("shape", [(32, 32, 3), (64, 64, 3), (32, 32), (37, 37, 3), (47, 47)])
@pytest.mark.parametrize("dtype", ["float64", "uint8"])
def test_hog_is_the_courses(shape, dtype, rng):
    """The course's way: a moving mean of every bin, read at the centres of the cells."""
    ndimage = pytest.importorskip("scipy.ndimage", reason="SciPy is not installed")
    im = rng.integers(0, 256, shape).astype(dtype)
    gray = im.astype(float) if im.ndim == 2 else im @ np.array([0.299, 0.587, 0.144])
    gx = np.diff(gray, axis=1, append=gray[:, -1:])
    gy = np.diff(gray, axis=0, append=gray[-1:])
    angle = np.degrees(np.arctan2(gy, gx + 1e-15)) + 90
    n = shape[0] // 8
    expected = np.empty((n, n, 9))
    for k in range(9):
        chosen = np.hypot(gx, gy) * ((angle >= 20 * k) & (angle < 20 * k + 20) & (angle > 0))
        means = ndimage.uniform_filter(chosen, size=(8, 8))
        expected[..., k] = means[4::8, 4::8][:n, :n].T
    feature = hog_feature(im)
    assert (feature.shape, feature.dtype) == ((n * n * 9,), np.float64)
    np.testing.assert_allclose(feature, expected.ravel(), rtol=1e-9, atol=1e-9)


def test_sizes_of_hog():
    assert hog_feature(np.ones((32, 32, 3))).shape == (144,)
    assert hog_feature(np.ones((8, 40))).shape == (45,)
    assert hog_feature(np.ones((8, 40, 1))).shape == (45,)
    for shape in [(7, 32, 3), (32,), (32, 32, 2), (32, 32, 0), (2, 32, 32, 3)]:
        with pytest.raises(ValueError, match=r"hog_feature: im must be \(H, W, 3\) or \(H, W\)"):
            hog_feature(np.ones(shape))


def test_colours_by_hand():
    colours = {
        (1, 0, 0): (0, 1, 1),
        (1, 1, 0): (1 / 6, 1, 1),
        (0, 1, 0): (1 / 3, 1, 1),
        (0, 1, 1): (1 / 2, 1, 1),
        (0, 0, 1): (2 / 3, 1, 1),
        (1, 0, 1): (5 / 6, 1, 1),
        (0.5, 0.5, 0.5): (0, 0, 0.5),
        (0, 0, 0): (0, 0, 0),
        (0.5, 0.25, 0.25): (0, 0.5, 0.5),
        (1, 0, 0.5): (11 / 12, 1, 1),
    }
    np.testing.assert_allclose(rgb_to_hsv(np.array(list(colours))), list(colours.values()))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_colours_are_matplotlibs(dtype, rng):
    colors = pytest.importorskip("matplotlib.colors", reason="matplotlib is not installed")
    few = rng.integers(0, 3, (500, 3)) / 2  # many channels are equal
    for rgb in (rng.random((20, 30, 3)), few, rng.integers(0, 256, (64, 64, 3)) / 255):
        ours = rgb_to_hsv(rgb.astype(dtype))
        theirs = colors.rgb_to_hsv(rgb.astype(dtype))
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6 if dtype == "float32" else 1e-15)
        assert ours.dtype == dtype


@pytest.mark.parametrize("options", [{}, {"nbin": 7}, {"normalized": False}, {"xmin": 20}])
def test_histogram_is_the_courses(options, rng):
    colors = pytest.importorskip("matplotlib.colors", reason="matplotlib is not installed")
    im = rng.integers(0, 256, (32, 32, 3)).astype(float)
    asked = {"nbin": 10, "xmin": 0, "normalized": True} | options
    hue = colors.rgb_to_hsv(im / 255)[..., 0] * 255
    bins = np.linspace(asked["xmin"], 255, asked["nbin"] + 1)
    expected, _ = np.histogram(hue, bins=bins, density=asked["normalized"])
    np.testing.assert_allclose(
        color_histogram_hsv(im, **options), expected * np.diff(bins), rtol=1e-13
    )


def test_histogram_by_hand():
    im = np.zeros((2, 2, 3), dtype=np.uint8)
    im[0, :, 0], im[1, 0, 1], im[1, 1, 2] = 255, 200, 7
    assert color_histogram_hsv(im, nbin=3).tolist() == pytest.approx([0.5, 0.25, 0.25])
    assert color_histogram_hsv(im, 3, normalized=False).tolist() == pytest.approx([170, 85, 85])
    assert color_histogram_hsv(im / 255.0, 3, xmax=1).tolist() == pytest.approx([0.5, 0.25, 0.25])
    assert color_histogram_hsv(np.zeros((2, 2, 3)), xmin=10).tolist() == [0] * 10


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"im": np.full((2, 2, 3), -1.0)}, ValueError, "from 0 to xmax = 255, got -1.0 to -1.0"),
        ({"im": np.full((2, 2, 3), np.nan)}, ValueError, "from 0 to xmax = 255, got nan to nan"),
        ({"im": np.ones((2, 2))}, ValueError, "im must be (H, W, 3), got shape (2, 2)"),
        ({"nbin": 0}, ValueError, "nbin must be at least 1, got 0"),
        ({"xmax": 0}, ValueError, "xmax must be above xmin and above 0, got 0 and 0"),
        ({"xmin": np.inf}, ValueError, "xmin must be finite, got inf"),
        ({"normalized": 1}, TypeError, "normalized must be True or False, got 1"),
    ],
)
def test_histogram_refuses(arguments, error, message):
    with pytest.raises(error, match="color_histogram_hsv: .*" + re.escape(message)):
        color_histogram_hsv(**({"im": np.ones((2, 2, 3))} | arguments))


def test_rgb_to_hsv_refuses():
    with pytest.raises(ValueError, match=r"rgb_to_hsv: rgb must be \(..., 3\), got shape \(2,\)"):
        rgb_to_hsv([1, 2])
    for wrong in (1.5, -0.5, np.nan):
        with pytest.raises(ValueError, match=r"rgb must be in \[0, 1\], got .*; divide by 255"):
            rgb_to_hsv([wrong] * 3)
    with pytest.raises(ValueError, match=r"rgb2gray: rgb must be \(..., 3\), got shape \(2, 2\)"):
        rgb2gray(np.ones((2, 2)))


def test_features_side_by_side(rng, capsys):
    imgs = rng.integers(0, 256, (5, 16, 16, 3)).astype(np.uint8)
    functions = [hog_feature, lambda im: color_histogram_hsv(im, nbin=4)]
    features = extract_features(imgs, functions, verbose=True)
    assert (features.shape, features.dtype) == ((5, 36 + 4), np.float64)
    for im, row in zip(imgs, features, strict=True):
        np.testing.assert_array_equal(row, [*functions[0](im), *functions[1](im)])
    assert capsys.readouterr().out == ""
    grey = extract_features(imgs[..., :1], [hog_feature])
    np.testing.assert_array_equal(grey[2], hog_feature(imgs[2, :, :, 0]))
    assert extract_features(imgs[:0], functions).shape == (0, 0)


def test_progress_is_told_every_thousand_images(capsys):
    features = extract_features(np.zeros((2500, 1, 1, 1)), [lambda im: im[0]], verbose=True)
    assert features.shape == (2500, 1)
    assert capsys.readouterr().out.splitlines() == [
        "Done extracting features for 1000 / 2500 images",
        "Done extracting features for 2000 / 2500 images",
    ]


def test_feature_functions_are_checked():
    imgs = np.arange(16.0).reshape(2, 2, 2, 2)

    def square(im):
        return im

    with pytest.raises(ValueError, match=r"square returned shape \(2, 2, 2\) for image 0; it must"):
        extract_features(imgs, [square])
    with pytest.raises(ValueError, match=r"returned shape \(1,\) for image 1; .* of length 8 here"):
        extract_features(imgs, [lambda im: im.ravel()[: 1 if im[0, 0, 0] else 8]])
    for wrong in ([], [1], [None]):
        with pytest.raises(TypeError, match="feature_fns must be functions of an image, got"):
            extract_features(imgs, wrong)
    with pytest.raises(ValueError, match=r"imgs must be \(N, H, W, C\)"):
        extract_features(imgs[0], [square])
