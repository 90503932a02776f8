"""The rows of pooling and padding, and the inputs that reach their corners."""

from minidl import fast_layers, layers
from minidl.geometry import avg_pool_geometry, max_pool_geometry, pad_geometry
from minidl.twins.pair import Twin

WINDOWS = [  # images, window, parameters
    ((1, 1, 2, 2), (2, 2), {"stride": 2}),
    ((2, 3, 7, 9), (2, 2), {"stride": 2}),  # a row and a column are left over
    ((2, 2, 6, 7), (3, 2), {"stride": (1, 2)}),  # windows overlap
    ((2, 1, 9, 8), (2, 2), {"stride": 5}),
    ((1, 2, 5, 6), (3, 3), {"stride": 2, "pad": 1}),
    ((1, 2, 5, 6), (3, 4), {"stride": 2, "pad": "same"}),
    ((1, 2, 5, 6), (4, 3), {"stride": (1, 2), "pad": ((3, 0), (1, 2))}),
    ((2, 2, 6, 7), (2, 3), {"stride": 3, "ceil_mode": True}),  # last windows end outside
    ((1, 2, 7, 5), (3, 2), {"stride": 2, "pad": 1, "ceil_mode": True}),
    ((1, 2, 2, 3), (3, 5), {"stride": (2, 3), "ceil_mode": True}),  # larger than the image
    ((0, 2, 5, 6), (2, 2), {"stride": 2}),
]


def _max_pool_cases(rng, dtype):
    dilated = [
        ((2, 1, 7, 8), (3, 2), {"stride": 1, "dilation": (2, 3)}),
        ((1, 2, 3, 5), (3, 2), {"stride": 2, "pad": (2, 1), "dilation": 2, "ceil_mode": True}),
    ]
    for shape, window, rest in [*WINDOWS, *dilated]:
        param = {"pool_height": window[0], "pool_width": window[1], **rest}
        yield rng.standard_normal(shape).astype(dtype), param
        yield rng.integers(0, 3, shape).astype(dtype), param  # many ties
    yield rng.standard_normal((2, 3, 4, 5)).astype(dtype), {"global_pool": True}


def _avg_pool_cases(rng, dtype):
    for shape, window, rest in WINDOWS:
        param = {"pool_height": window[0], "pool_width": window[1], **rest}
        yield rng.standard_normal(shape).astype(dtype), param
        yield rng.standard_normal(shape).astype(dtype), {**param, "count_include_pad": False}
    yield rng.standard_normal((2, 3, 4, 5)).astype(dtype), {"global_pool": True}


def _pool_sample(rng, dtype, *, N=8, C=6, H=28, W=None, HH=2, WW=None, stride=2, pad=0):
    x = rng.standard_normal((N, C, H, W or H)).astype(dtype)
    return x, {"pool_height": HH, "pool_width": WW or HH, "stride": stride, "pad": pad}


def _pad_cases(rng, dtype):
    for shape, param in [
        ((2, 2, 3, 4), {"pad": 1}),
        ((2, 2, 3, 4), {"pad": (2, 0), "mode": "zeros"}),
        ((2, 2, 3, 4), {"pad": ((2, 1), (0, 3)), "mode": "reflect"}),
        ((2, 2, 3, 4), {"pad": ((5, 1), (0, 9)), "mode": "replicate"}),
        ((2, 2, 3, 4), {"pad": ((3, 1), (4, 4)), "mode": "circular"}),
        ((1, 1, 1, 1), {"pad": 1, "mode": "circular"}),
        ((0, 2, 3, 4), {"pad": 1, "mode": "reflect"}),
    ]:
        yield rng.standard_normal(shape).astype(dtype), param


def _pad_sample(rng, dtype, *, N=4, C=6, H=28, W=None, pad=2, mode="reflect"):
    return rng.standard_normal((N, C, H, W or H)).astype(dtype), {"pad": pad, "mode": mode}


ROWS = (
    Twin(
        "max_pool",
        naive=(layers.max_pool_forward_naive, layers.max_pool_backward_naive),
        fast=(fast_layers.max_pool_forward_fast, fast_layers.max_pool_backward_fast),
        cases=_max_pool_cases,
        sample=_pool_sample,
        geometry=max_pool_geometry,
        kinks=True,
    ),
    Twin(
        "avg_pool",
        naive=(layers.avg_pool_forward_naive, layers.avg_pool_backward_naive),
        fast=(fast_layers.avg_pool_forward_fast, fast_layers.avg_pool_backward_fast),
        cases=_avg_pool_cases,
        sample=_pool_sample,
        geometry=avg_pool_geometry,
    ),
    Twin(
        "pad",
        naive=(layers.pad_forward_naive, layers.pad_backward_naive),
        fast=(fast_layers.pad_forward_fast, fast_layers.pad_backward_fast),
        cases=_pad_cases,
        sample=_pad_sample,
        geometry=pad_geometry,
    ),
)
