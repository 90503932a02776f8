"""Features that people made before nets learned them: gradients by direction, and colours.

CS231n's first assignment trains a classifier on them and beats the one on raw pixels.  The numbers
are the course's, which takes them from SciPy and matplotlib; here NumPy is enough.

References
----------
.. [1] N. Dalal and B. Triggs, "Histograms of oriented gradients for human detection", CVPR 2005
"""

import numpy as np

from minidl.geometry import finite, flag, integer, real_array, require_axes

__all__ = ["color_histogram_hsv", "extract_features", "hog_feature", "rgb2gray", "rgb_to_hsv"]

CELL = 8  # pixels a side
ORIENTATIONS = 9
GRAY = (0.299, 0.587, 0.144)  # as in the course; the standard's blue is 0.114


def extract_features(imgs, feature_fns, verbose=False):
    """Compute features of every image, one after the other in a row.

    Parameters
    ----------
    imgs : ndarray of shape (N, H, W, C)
        A function gets an image (H, W, C), or (H, W) where there is one channel.
    feature_fns : list of callables
        Each takes an image and returns a 1-D array, of one length for all images.
    verbose : bool
        Whether to print a line every thousand images.

    Returns
    -------
    features : ndarray of shape (N, F), float64
        ``F`` is the sum of the lengths; without images nobody knows it, and it is 0.

    Raises
    ------
    ValueError
        If a function returns an array that is not 1-D, or of another length than before.
    """
    op = "extract_features"
    imgs, verbose = real_array(op, "imgs", imgs), flag(op, "verbose", verbose)
    require_axes(op, "imgs", imgs, "(N, H, W, C)")
    feature_fns = _functions(op, feature_fns)
    images = imgs[..., 0] if imgs.shape[-1] == 1 else imgs
    features, lengths = np.zeros((len(imgs), 0)), None
    for n, image in enumerate(images):
        parts = [real_array(op, "features", function(image)) for function in feature_fns]
        shapes = [part.shape for part in parts]
        if lengths is None:
            lengths = [(part.size,) for part in parts]
            features = np.empty((len(imgs), sum(part.size for part in parts)))
        for function, shape, length in zip(feature_fns, shapes, lengths, strict=True):
            if shape != length:
                name = getattr(function, "__name__", repr(function))
                raise ValueError(
                    f"{op}: {name} returned shape {shape} for image {n}; it must return a 1-D "
                    f"array, of length {length[0]} here"
                )
        features[n] = np.concatenate(parts)
        if verbose and n % 1000 == 999:
            print(f"Done extracting features for {n + 1} / {len(imgs)} images")
    return features


def rgb2gray(rgb):
    """Return the brightness of colour images: 0.299 red, 0.587 green and 0.144 blue.

    The weights are the course's, and add up to 1.03; the standard (ITU-R BT.601) has 0.114 for
    blue.  Features computed with other weights would differ from everybody else's.

    Parameters
    ----------
    rgb : ndarray of shape (..., C)
        At least three channels; others than the first three do not count.

    Returns
    -------
    gray : ndarray of shape (...), float64
    """
    rgb = real_array("rgb2gray", "rgb", rgb)
    if rgb.ndim < 1 or rgb.shape[-1] < 3:
        raise ValueError(f"rgb2gray: rgb must be (..., 3), got shape {rgb.shape}")
    return np.dot(rgb[..., :3], GRAY)


def hog_feature(im):
    """Return a histogram of oriented gradients: in which directions brightness changes, and where.

    The gradient of a pixel is its difference to the next one, right and below.  Its direction
    is counted as ``arctan2(down, right) + 90`` degrees in nine bins of 20 degrees, from 0 to 180.
    Gradients to the left are outside of these, and those straight up or down on their edge: most of
    them do not count.  For every cell of 8 x 8 pixels, a bin is the sum of its gradients' lengths,
    divided by 64.

    The course filters each bin's lengths with a moving mean over 8 x 8 pixels and keeps the values
    at the centres of the cells.  There the window is the cell itself, so that the mean of each
    cell is the same number.

    Parameters
    ----------
    im : ndarray of shape (H, W, C), or (H, W) if grey
        At least 8 x 8 pixels; what is left over of the last cell is dropped.

    Returns
    -------
    feature : ndarray of shape ((W // 8) * (H // 8) * 9,), float64
        By columns of cells, then rows, then bins: 144 numbers for 32 x 32 pixels.

    Raises
    ------
    ValueError
        If ``im`` is no image, or is smaller than a cell.
    """
    im = real_array("hog_feature", "im", im)
    if im.ndim not in (2, 3) or min(im.shape[:2]) < CELL or im.shape[2:] in ((0,), (2,)):
        raise ValueError(
            f"hog_feature: im must be (H, W, 3) or (H, W), at least {CELL} x {CELL}, "
            f"got shape {im.shape}"
        )
    if im.ndim == 3:
        im = rgb2gray(im) if im.shape[2] > 2 else im[..., 0]
    gray = im.astype(np.float64)
    right, down = np.zeros(gray.shape), np.zeros(gray.shape)
    right[:, :-1], down[:-1] = np.diff(gray, axis=1), np.diff(gray, axis=0)
    length = np.sqrt(right**2 + down**2)
    # The tiny number is the course's; straight down, it decides between 180 degrees and less.
    angle = np.arctan2(down, right + 1e-15) * (180 / np.pi) + 90
    cells_h, cells_w = gray.shape[0] // CELL, gray.shape[1] // CELL
    width = 180 / ORIENTATIONS
    feature = np.zeros((cells_w, cells_h, ORIENTATIONS))
    for k in range(ORIENTATIONS):
        inside = (angle >= width * k) & (angle < width * (k + 1)) & (angle > 0)
        part = np.where(inside, length, 0)[: cells_h * CELL, : cells_w * CELL]
        cells = part.reshape(cells_h, CELL, cells_w, CELL).mean(axis=(1, 3))
        feature[:, :, k] = cells.T
    return feature.ravel()


def color_histogram_hsv(im, nbin=10, xmin=0, xmax=255, normalized=True):
    """Return how often each hue occurs in an image.

    Parameters
    ----------
    im : ndarray of shape (H, W, 3)
        Pixels 0 to ``xmax``.
    nbin : int
    xmin, xmax : float
        Hues from 0 to ``xmax`` go once around the circle of colours; ``nbin`` bins part the range
        from ``xmin`` to ``xmax``.
    normalized : bool
        Whether the bins add up to 1.  Otherwise each is a count times the width of a bin, as in
        the course: the area under the histogram.

    Returns
    -------
    histogram : ndarray of shape (nbin,), float64
        All 0 where no hue falls into a bin.

    Raises
    ------
    ValueError
        If ``im`` is no colour image, or has pixels outside of 0 to ``xmax``.
    """
    op = "color_histogram_hsv"
    im, nbin = real_array(op, "im", im), integer(op, "nbin", nbin, 1)
    normalized = flag(op, "normalized", normalized)
    low, high = finite(op, "xmin", xmin), finite(op, "xmax", xmax)
    if im.ndim != 3 or im.shape[2] != 3 or not im.size:
        raise ValueError(f"{op}: im must be (H, W, 3), got shape {im.shape}")
    if not low < high or high <= 0:
        raise ValueError(f"{op}: xmax must be above xmin and above 0, got {xmin} and {xmax}")
    if not (im.min() >= 0 and im.max() <= high):
        raise ValueError(
            f"{op}: im must have pixels from 0 to xmax = {xmax}, got {im.min()} to {im.max()}; "
            "features come before the mean is subtracted"
        )
    hue = rgb_to_hsv(im / high)[..., 0] * high
    counts, edges = np.histogram(hue, bins=np.linspace(low, high, nbin + 1))
    widths = np.diff(edges)
    if not normalized:
        return counts * widths
    return counts / widths / max(counts.sum(), 1) * widths


def rgb_to_hsv(rgb):
    """Return hue, saturation and value of colours, each in [0, 1].

    Hue goes around the circle from red over green and blue back to red, and is 0 for grey.

    Parameters
    ----------
    rgb : ndarray of shape (..., 3)
        Numbers in [0, 1].

    Returns
    -------
    hsv : ndarray of shape (..., 3), float32 or float64

    Raises
    ------
    ValueError
        If the last axis is not 3, or a number is outside of [0, 1].
    """
    rgb = real_array("rgb_to_hsv", "rgb", rgb)
    if rgb.ndim < 1 or rgb.shape[-1] != 3:
        raise ValueError(f"rgb_to_hsv: rgb must be (..., 3), got shape {rgb.shape}")
    if rgb.size and not (rgb.min() >= 0 and rgb.max() <= 1):
        raise ValueError(
            f"rgb_to_hsv: rgb must be in [0, 1], got {rgb.min()} to {rgb.max()}; divide by 255"
        )
    rgb = rgb.astype(np.result_type(np.float32, rgb.dtype), copy=False)
    red, green, blue = np.moveaxis(rgb, -1, 0)
    value = rgb.max(axis=-1)
    spread = value - rgb.min(axis=-1)
    divisor = np.where(spread > 0, spread, 1)
    # Where two channels are the largest, both formulas give one hue.
    hue = np.where(value == green, 2 + (blue - red) / divisor, (green - blue) / divisor)
    hue = np.where(value == blue, 4 + (red - green) / divisor, hue)
    hue = np.where(spread > 0, hue, 0) / 6 % 1
    saturation = spread / np.where(value > 0, value, 1)
    return np.stack([hue, saturation, value], axis=-1).astype(rgb.dtype, copy=False)


def _functions(op, feature_fns):
    functions = [feature_fns] if callable(feature_fns) else list(feature_fns)
    wrong = [function for function in functions if not callable(function)]
    if wrong or not functions:
        shown = repr(wrong[0]) if wrong else "none"
        raise TypeError(f"{op}: feature_fns must be functions of an image, got {shown}")
    return functions
