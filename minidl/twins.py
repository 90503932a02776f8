"""The table of twins: every naive and fast pair, what exercises it, and how closely they agree.

Everything that walks over all layers walks over ``TWINS``: the tests, ``minidl compare`` and the
backends of :mod:`minidl.nn`.  Adding a layer is one naive file, one fast file, and one row here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from minidl import fast_layers, layers

BACKENDS = ("naive", "fast")
TOLERANCE = {"float64": 1e-12, "float32": 1e-5}  # promised of every pair, see Twin.rtol


@dataclass(frozen=True, slots=True)
class Twin:
    """One idea, twice: functions with one contract, and the inputs that exercise it.

    A layer has two functions, forward and backward.  A loss has one, which returns the loss and
    its gradient.
    """

    name: str
    naive: tuple[Callable, ...]
    fast: tuple[Callable, ...]
    cases: Callable[[np.random.Generator, np.dtype], Iterator[tuple]]
    sample: Callable[[np.random.Generator, np.dtype], tuple]  # large enough to time
    kinks: bool = False  # whether the slope jumps somewhere, where no numerical gradient exists
    # By dtype name, relative to the largest magnitude of a result.
    rtol: dict[str, float] = field(default_factory=lambda: dict(TOLERANCE))

    def implementation(self, backend, asker=None):
        """Return the functions called ``backend``, which is "naive" or "fast".

        An error names ``asker``, by default the pair.
        """
        if backend not in BACKENDS:
            raise ValueError(
                f"{asker or self.name}: backend must be 'naive' or 'fast', got {backend!r}"
            )
        return self.naive if backend == "naive" else self.fast

    @property
    def passes(self):
        """Names of the functions: ("forward", "backward"), or ("loss",)."""
        return ("forward", "backward") if len(self.naive) == 2 else ("loss",)


def relative_difference(actual, expected):
    """Return ``max|actual - expected|`` over ``max|expected|``; infinity if the shapes differ.

    A NaN or an infinity must stand in the same place of both.
    """
    actual, expected = np.asarray(actual), np.asarray(expected)
    if actual.shape != expected.shape:
        return float("inf")
    finite = np.isfinite(expected)
    if not np.array_equal(actual[~finite], expected[~finite], equal_nan=True):
        return float("inf")
    if not finite.any():
        return 0.0
    scale = max(float(np.max(np.abs(expected[finite]))), np.finfo(np.float32).tiny)
    with np.errstate(invalid="ignore"):
        difference = float(np.max(np.abs(actual[finite] - expected[finite])))
    return difference / scale if np.isfinite(difference) else float("inf")


def _conv_cases(rng, dtype):
    for n, c, height, width, f, window, param in [
        (1, 1, 3, 3, 1, (3, 3), {"stride": 1, "pad": 0}),  # one window
        (2, 3, 7, 9, 4, (3, 3), {"stride": 2, "pad": 1}),  # stride and pad together
        (2, 3, 5, 5, 2, (1, 1), {"stride": 1, "pad": 2}),  # pad wider than the window
        (3, 2, 11, 6, 7, (2, 4), {"stride": (3, 1), "pad": 0}),  # nothing square
        (2, 1, 9, 8, 3, (2, 2), {"stride": 5, "pad": 0}),  # stride larger than the window
        (2, 2, 6, 21, 8, (5, 3), {"stride": (1, 2), "pad": ((2, 1), (0, 3))}),  # uneven padding
        (1, 3, 8, 19, 5, (4, 3), {"stride": 2, "pad": "same"}),
        (2, 2, 9, 40, 13, (3, 3), {"stride": 1, "pad": "valid"}),  # several tiles of columns
        (2, 2, 9, 11, 4, (3, 2), {"stride": 1, "pad": 2, "dilation": (2, 3)}),
        (2, 6, 7, 7, 9, (3, 3), {"stride": 2, "pad": 1, "groups": 3}),
        (2, 4, 6, 5, 4, (2, 2), {"stride": 1, "pad": 0, "groups": 4, "dilation": 2}),  # depthwise
        (0, 3, 7, 9, 4, (3, 3), {"stride": 2, "pad": 1}),  # no image at all
    ]:
        x = rng.standard_normal((n, c, height, width)).astype(dtype)
        w = rng.standard_normal((f, c // param.get("groups", 1), *window)).astype(dtype)
        b = rng.standard_normal(f).astype(dtype)
        yield x, w, b, param
    yield x, w, None, param


def _conv_sample(rng, dtype):
    x = rng.standard_normal((4, 3, 31, 31)).astype(dtype)
    w = rng.standard_normal((25, 3, 3, 3)).astype(dtype)
    b = rng.standard_normal(25).astype(dtype)
    return x, w, b, {"stride": 2, "pad": 1}


def _pool_cases(rng, dtype):
    for shape, window, rest in [
        ((1, 1, 2, 2), (2, 2), {"stride": 2}),
        ((2, 3, 7, 9), (2, 2), {"stride": 2}),  # a row and a column are left over
        ((2, 2, 6, 7), (3, 2), {"stride": (1, 2)}),  # windows overlap
        ((2, 1, 9, 8), (2, 2), {"stride": 5}),
        ((1, 2, 5, 6), (3, 3), {"stride": 2, "pad": 1}),
        ((1, 2, 5, 6), (3, 4), {"stride": 2, "pad": "same"}),
        ((0, 2, 5, 6), (2, 2), {"stride": 2}),
    ]:
        param = {"pool_height": window[0], "pool_width": window[1], **rest}
        yield rng.standard_normal(shape).astype(dtype), param
        yield rng.integers(0, 3, shape).astype(dtype), param  # many ties


def _pool_sample(rng, dtype):
    x = rng.standard_normal((8, 6, 28, 28)).astype(dtype)
    return x, {"pool_height": 2, "pool_width": 2, "stride": 2}


def _affine_cases(rng, dtype):
    for shape, n_outputs in [((1, 1), 1), ((2, 3, 4), 5), ((3, 7), 2), ((0, 4), 3)]:
        n_inputs = int(np.prod(shape[1:]))
        x = rng.standard_normal(shape).astype(dtype)
        w = rng.standard_normal((n_inputs, n_outputs)).astype(dtype)
        yield x, w, rng.standard_normal(n_outputs).astype(dtype)
        yield x, w, None


def _affine_sample(rng, dtype):
    x = rng.standard_normal((32, 400)).astype(dtype)
    w = rng.standard_normal((400, 120)).astype(dtype)
    return x, w, rng.standard_normal(120).astype(dtype)


def _relu_cases(rng, dtype):
    for shape in [(), (1,), (3, 5), (2, 3, 4, 5), (0, 3)]:
        x = rng.standard_normal(shape).astype(dtype)
        yield (np.where(rng.random(shape) < 0.2, np.zeros_like(x), x),)


def _relu_sample(rng, dtype):
    return (rng.standard_normal((8, 6, 28, 28)).astype(dtype),)


def _mse_cases(rng, dtype):
    for shape in [(), (4,), (3, 2), (0, 2)]:
        yield rng.standard_normal(shape).astype(dtype), rng.standard_normal(shape).astype(dtype)


def _mse_sample(rng, dtype):
    return rng.standard_normal((64, 10)).astype(dtype), rng.standard_normal((64, 10)).astype(dtype)


def _class_cases(rng, dtype):
    for n_images, n_classes in [(1, 1), (1, 3), (5, 4), (0, 3)]:
        scores = 3 * rng.standard_normal((n_images, n_classes)).astype(dtype)
        yield scores, rng.integers(0, n_classes, n_images)


def _class_sample(rng, dtype):
    return rng.standard_normal((64, 10)).astype(dtype), rng.integers(0, 10, 64)


def _table(*twins):
    return {twin.name: twin for twin in twins}


TWINS = _table(
    Twin(
        "conv",
        naive=(layers.conv_forward_naive, layers.conv_backward_naive),
        fast=(fast_layers.conv_forward_fast, fast_layers.conv_backward_fast),
        cases=_conv_cases,
        sample=_conv_sample,
    ),
    Twin(
        "max_pool",
        naive=(layers.max_pool_forward_naive, layers.max_pool_backward_naive),
        fast=(fast_layers.max_pool_forward_fast, fast_layers.max_pool_backward_fast),
        cases=_pool_cases,
        sample=_pool_sample,
        kinks=True,
    ),
    Twin(
        "affine",
        naive=(layers.affine_forward, layers.affine_backward),
        fast=(fast_layers.affine_forward_fast, fast_layers.affine_backward_fast),
        cases=_affine_cases,
        sample=_affine_sample,
    ),
    Twin(
        "relu",
        naive=(layers.relu_forward, layers.relu_backward),
        fast=(fast_layers.relu_forward_fast, fast_layers.relu_backward_fast),
        cases=_relu_cases,
        sample=_relu_sample,
        kinks=True,
    ),
    Twin(
        "mse_loss",
        naive=(layers.mse_loss,),
        fast=(fast_layers.mse_loss_fast,),
        cases=_mse_cases,
        sample=_mse_sample,
    ),
    Twin(
        "softmax_loss",
        naive=(layers.softmax_loss,),
        fast=(fast_layers.softmax_loss_fast,),
        cases=_class_cases,
        sample=_class_sample,
    ),
    Twin(
        "svm_loss",
        naive=(layers.svm_loss,),
        fast=(fast_layers.svm_loss_fast,),
        cases=_class_cases,
        sample=_class_sample,
    ),
)
