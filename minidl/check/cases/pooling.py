"""Cases of max and average pooling: an ordinary one, then one thing changed at a time."""

import numpy as np

from minidl.check.case import Case
from minidl.check.cases.spread import spread
from minidl.check.traits import Trait
from minidl.geometry import avg_pool_geometry, max_pool_geometry

ORDINARY = {"shape": (2, 3, 6, 6), "window": (2, 2), "stride": 2}
CHANGES = {  # each is the ordinary case with one change
    "ordinary": {},
    "one image": {"shape": (1, 3, 6, 6)},
    "one channel": {"shape": (2, 1, 6, 6)},
    "image not square": {"shape": (2, 3, 6, 8)},
    "image higher than wide": {"shape": (2, 3, 8, 4)},
    "stride that does not divide": {"shape": (2, 3, 7, 7)},  # a row and a column are left over
    "window 3 x 3": {"window": (3, 3), "stride": 3},
    "window not square": {"window": (2, 3), "shape": (2, 3, 6, 7)},  # windows overlap
    "window one column wide": {"window": (2, 1)},
    "windows that overlap": {"window": (3, 3), "stride": 1},
    "stride 1": {"stride": 1},
    "stride larger than the window": {"stride": 4},
    "one window": {"shape": (1, 1, 2, 2)},
    "one image of one channel": {"shape": (1, 1, 5, 6), "window": (3, 2), "stride": 1},
    "one channel, stride 1": {"shape": (3, 1, 4, 6), "stride": 1},
    "below zero": {"values": "below zero"},
    "far below zero": {"values": "far below zero"},
    "ties": {"values": "ties"},
    "nothing square": {"shape": (3, 2, 5, 8), "window": (3, 2), "stride": 2},
}
MORE = {  # beyond the course's contract
    "pad 1": {"pad": 1, "window": (3, 3)},
    "pads of all sides differ": {"pad": ((1, 0), (0, 1))},
    "strides differ": {"stride": (1, 2)},
    "size rounded up": {"ceil_mode": True, "shape": (2, 3, 7, 7)},
    "no image": {"shape": (0, 3, 6, 6)},
}
AGAIN = ("ordinary", "image not square", "windows that overlap", "nothing square")
LAID = ("ordinary", "nothing square")


def cases(rng, dtypes, full):
    """Yield the cases of ``minidl check`` for a pooling layer."""
    drawn = {name: _case(rng, change) for name, change in CHANGES.items()}
    yield from spread(drawn, dtypes, AGAIN, LAID)
    if "float64" in dtypes:
        small = {"shape": (2, 2, 4, 5), "window": (3, 2), "stride": 1}
        yield Case(_case(rng, small), "float64", numerical=True, name="small")
    if full:
        more = {name: _case(rng, change) for name, change in MORE.items()}
        yield from spread(more, dtypes[:1], laid=())


def _case(rng, change):
    size = {**ORDINARY, **change}
    param = {"pool_height": size["window"][0], "pool_width": size["window"][1]}
    keys = ("stride", "pad", "ceil_mode")
    param |= {key: size[key] for key in keys if key in size}
    shape = size["shape"]
    match size.get("values"):
        case "below zero":
            x = -1 - rng.random(shape)
        case "far below zero":
            x = -1e6 * (1 + rng.random(shape))
        case "ties":
            x = rng.integers(0, 2, shape).astype(float)
        case _:  # distinct, so that no slope jumps within a small step
            x = (rng.permutation(np.prod(shape)).reshape(shape) - np.prod(shape) / 2) / 10
    return x, param


def _has_ties(case):
    return len(np.unique(case.arguments[0])) < case.arguments[0].size


def traits(geometry):
    """Return the traits of cases whose arguments ``geometry`` checks."""

    def grid(test):
        return lambda case: test(geometry("case", *case.arguments).grid)

    return (
        Trait(
            "several cells of a window are its maximum, a tie",
            "a tie goes to the first maximum by rows, and to it alone: does every cell that equals "
            "the maximum get the gradient, or the last of them?",
            _has_ties,
        ),
        Trait(
            "all numbers are negative",
            "wrong where all numbers are negative: does something start at 0 that should start at "
            "the window's own numbers?",
            lambda case: case.arguments[0].size > 0 and case.arguments[0].max() < 0,
        ),
        Trait(
            "numbers are far below zero",
            "wrong far below zero: does a maximum start at a number instead of -inf?",
            lambda case: case.arguments[0].size > 0 and case.arguments[0].max() < -1e5,
        ),
        Trait(
            "the image is not square",
            "right for square images only: is the height used for the width somewhere?",
            grid(lambda g: g.image_h != g.image_w),
        ),
        Trait(
            "the window is not square",
            "right for square windows only: is pool_height used for pool_width somewhere?",
            grid(lambda g: g.kernel_h != g.kernel_w),
        ),
        Trait(
            "the stride is not the window's height",
            "right only where the stride is the size of the window: is pool_param['stride'] used?",
            grid(lambda g: g.stride_h != g.kernel_h),
        ),
        Trait(
            "windows overlap",
            "wrong where windows overlap: is something assigned (=) instead of added (+=)?",
            grid(lambda g: g.stride_h < g.extent_h or g.stride_w < g.extent_w),
        ),
        Trait(
            "there are gaps between windows",
            "wrong where the stride is larger than the window",
            grid(lambda g: g.stride_h > g.extent_h or g.stride_w > g.extent_w),
        ),
        Trait(
            "the window is not 2 x 2",
            "right for 2 x 2 windows only: is their size hard-coded?",
            grid(lambda g: (g.kernel_h, g.kernel_w) != (2, 2)),
        ),
        Trait(
            "rows or columns are left over after the last window",
            "right where the windows fill the image only: what is left over belongs to no window",
            grid(
                lambda g: (
                    (g.padded_h - g.extent_h) % g.stride_h or (g.padded_w - g.extent_w) % g.stride_w
                )
            ),
        ),
        Trait(
            "there is more than one image",
            "right for one image only: is there a loop over the images, and n in every index?",
            lambda case: case.arguments[0].shape[0] > 1,
        ),
        Trait(
            "there is more than one channel",
            "right for one channel only: is there a loop over the channels, and c in every index?",
            lambda case: case.arguments[0].shape[1] > 1,
        ),
        Trait(
            "there is padding",
            "right without padding only: cells outside of the image are never the maximum, and "
            "count as 0 in a mean",
            grid(lambda g: g.pad_top + g.pad_left > 0),
        ),
        Trait(
            "the output size is rounded up",
            "ceil_mode is ignored",
            lambda case: case.arguments[1].get("ceil_mode", False),
        ),
        Trait(
            "there is no image", "a batch may be empty", lambda case: case.arguments[0].size == 0
        ),
    )


MAX_TRAITS = traits(max_pool_geometry)
AVG_TRAITS = traits(avg_pool_geometry)[1:]
