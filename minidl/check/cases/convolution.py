"""Cases of a convolution: an ordinary one, then one thing changed at a time, then several."""

from minidl.check.case import Case
from minidl.check.cases.spread import spread
from minidl.check.traits import Trait
from minidl.geometry import conv_geometry

ORDINARY = {"n": 2, "c": 3, "f": 2, "image": (5, 5), "window": (3, 3), "stride": 1, "pad": 1}
CHANGES = {  # each is the ordinary case with one change
    "ordinary": {},
    "one image": {"n": 1},
    "one channel": {"c": 1},
    "two channels": {"c": 2},
    "one image of two channels": {"f": 2, "c": 2, "n": 1},
    "as many filters as channels": {"f": 3},
    "one filter": {"f": 1},
    "image not square": {"image": (5, 7)},
    "image higher than wide": {"image": (6, 4)},
    "filter as large as the image": {"window": (5, 5)},
    "filter not square": {"window": (2, 3)},
    "filter one column wide": {"window": (3, 1)},
    "pad 0": {"pad": 0},
    "pad 2": {"pad": 2},
    "pad wider than the filter": {"pad": 4},
    "stride 2": {"stride": 2},
    "stride that does not divide": {"stride": 2, "image": (6, 6)},  # a row, a column are left over
    "windows side by side": {"stride": 3, "image": (7, 7)},
    "stride larger than the filter": {"stride": 4, "image": (9, 9)},
    "one window": {"n": 1, "c": 1, "f": 1, "image": (3, 3), "pad": 0},
    "filter of one cell": {"window": (1, 1), "pad": 0},
    "nothing square": {
        "n": 3,
        "c": 2,
        "f": 3,
        "image": (5, 8),
        "window": (4, 3),
        "stride": 2,
        "pad": 0,
    },
    "one channel, filter 2 x 2": {"n": 1, "c": 1, "image": (4, 6), "window": (2, 2), "pad": 0},
    "one image, one filter": {"n": 1, "f": 1, "image": (6, 4), "window": (3, 2)},
    "one channel, one filter": {"c": 1, "f": 1, "image": (7, 6), "window": (2, 3), "stride": 2},
    "many filters, stride 3": {
        "c": 2,
        "f": 5,
        "image": (8, 5),
        "window": (2, 3),
        "stride": 3,
        "pad": 2,
    },
}
SMALL = {"c": 2, "f": 2, "image": (4, 5), "window": (3, 2), "stride": 2}  # for numerical gradients
MORE = {  # beyond the course's contract
    "stride of the height larger": {"stride": (2, 1)},
    "stride of the width larger": {"stride": (1, 2)},
    "pads of height and width differ": {"pad": (2, 1)},
    "pads of all sides differ": {"pad": ((2, 1), (0, 3))},
    "pad same": {"pad": "same"},
    "pad valid": {"pad": "valid"},
    "dilation 2": {"dilation": 2},
    "dilations of height and width differ": {"dilation": (1, 2), "image": (7, 8)},
    "groups": {"c": 4, "groups": 2},
    "no bias": {"bias": False},
    "no image": {"n": 0},
}
AGAIN = (  # in a second dtype
    "ordinary",
    "one image",
    "image not square",
    "pad 0",
    "stride that does not divide",
    "nothing square",
    "many filters, stride 3",
)
LAID = ("ordinary", "pad 0", "nothing square")  # with every layout


def cases(rng, dtypes, full):
    """Yield the cases of ``minidl check`` for a convolution."""
    drawn = {name: _case(rng, change) for name, change in CHANGES.items()}
    yield from spread(drawn, dtypes, AGAIN, LAID)
    if "float64" in dtypes:
        yield Case(_case(rng, SMALL), "float64", numerical=True, name="small")
    if full:
        more = {name: _case(rng, change) for name, change in MORE.items()}
        yield from spread(more, dtypes[:1], laid=())


def _case(rng, change):
    size = {**ORDINARY, **change}
    param = {"stride": size["stride"], "pad": size["pad"]}
    param |= {key: size[key] for key in ("dilation", "groups") if key in size}
    filters = size["f"], size["c"] // size.get("groups", 1), *size["window"]
    x = rng.standard_normal((size["n"], size["c"], *size["image"]))
    w, b = rng.standard_normal(filters), rng.standard_normal(size["f"])
    return x, w, b if size.get("bias", True) else None, param


def _geometry(test):
    """Return a trait's test that is asked of the checked arguments."""
    return lambda case: test(conv_geometry("case", *case.arguments))


def _grid(test):
    return _geometry(lambda g: test(g.grid))


def _left_over(grid):
    rows = (grid.padded_h - grid.extent_h) % grid.stride_h
    return bool(rows or (grid.padded_w - grid.extent_w) % grid.stride_w)


TRAITS = (
    Trait(
        "pad is 0",
        "wrong for pad 0 only: a slice pad:-pad is empty there; write pad : pad + H",
        _grid(lambda grid: grid.pad_top + grid.pad_bottom + grid.pad_left + grid.pad_right == 0),
    ),
    Trait(
        "pad is above 0",
        "right for pad 0 only: are both sides of both image axes padded, and windows taken from "
        "the padded image?",
        _grid(lambda grid: grid.pad_top + grid.pad_bottom + grid.pad_left + grid.pad_right > 0),
    ),
    Trait(
        "the image is not square",
        "right for square images only: is the height used for the width somewhere?",
        _grid(lambda grid: grid.image_h != grid.image_w),
    ),
    Trait(
        "the filter is not square",
        "right for square filters only: is the filter's height used for its width somewhere?",
        _grid(lambda grid: grid.kernel_h != grid.kernel_w),
    ),
    Trait(
        "the filter is not 3 x 3",
        "right for 3 x 3 filters only: is their size hard-coded?",
        _grid(lambda grid: (grid.kernel_h, grid.kernel_w) != (3, 3)),
    ),
    Trait(
        "there are not as many filters as channels",
        "right for as many filters as channels only: is w taken for (C, F, HH, WW)?",
        _geometry(lambda g: g.x_shape[1] != g.w_shape[0]),
    ),
    Trait(
        "the output is not square",
        "right for square outputs only: in out[n, f, i, j], i counts rows and j columns",
        _grid(lambda grid: grid.out_h != grid.out_w),
    ),
    Trait(
        "the output is wider than high",
        "wrong where the output is wider than high: in out[n, f, i, j], i counts rows and j "
        "columns",
        _grid(lambda grid: grid.out_h < grid.out_w),
    ),
    Trait(
        "the filter has more than one cell",
        "right for 1 x 1 filters only: which cell of the window meets w[f, c, u, v]?",
        _grid(lambda grid: grid.kernel_h * grid.kernel_w > 1),
    ),
    Trait(
        "the image is not 5 x 5",
        "right for one size of image only: is it hard-coded?",
        _grid(lambda grid: (grid.image_h, grid.image_w) != (5, 5)),
    ),
    Trait(
        "there is more than one image",
        "right for one image only: is there a loop over the images, and n in every index?",
        _geometry(lambda g: g.x_shape[0] > 1),
    ),
    Trait(
        "there is more than one channel",
        "right for one channel only: a filter spans all channels, and their products add up",
        _geometry(lambda g: g.x_shape[1] > 1),
    ),
    Trait(
        "there are not 3 channels",
        "right for 3 channels only: is their number hard-coded?",
        _geometry(lambda g: g.x_shape[1] != 3),
    ),
    Trait(
        "there is more than one filter",
        "right for one filter only: is there a loop over the filters, and f in every index?",
        _geometry(lambda g: g.w_shape[0] > 1),
    ),
    Trait(
        "the stride is above 1",
        "right for stride 1 only: window (i, j) starts at (i * stride, j * stride)",
        _grid(lambda grid: max(grid.stride_h, grid.stride_w) > 1),
    ),
    Trait(
        "the strides of height and width differ",
        "right for equal strides only: stride may be a pair (height, width)",
        _grid(lambda grid: grid.stride_h != grid.stride_w),
    ),
    Trait(
        "rows or columns are left over after the last window",
        "right where the stride divides only: the output size is rounded down, by //",
        _grid(_left_over),
    ),
    Trait(
        "windows overlap",
        "wrong where windows overlap: is something assigned (=) instead of added (+=)?",
        _grid(lambda g: g.stride_h < g.extent_h or g.stride_w < g.extent_w),
    ),
    Trait(
        "there are gaps between windows",
        "wrong where the stride is larger than the filter",
        _grid(lambda g: g.stride_h > g.extent_h or g.stride_w > g.extent_w),
    ),
    Trait(
        "the padding is wider than the filter",
        "wrong where the padding is wider than the filter",
        _grid(lambda grid: grid.pad_top >= grid.kernel_h or grid.pad_left >= grid.kernel_w),
    ),
    Trait(
        "pad is not one number",
        "pad may be (h, w), ((top, bottom), (left, right)), 'same' or 'valid'",
        lambda case: not isinstance(case.arguments[3]["pad"], int),
    ),
    Trait(
        "there is a dilation",
        "dilation is ignored: tap (u, v) lies (u * dilation, v * dilation) cells on",
        _grid(lambda grid: max(grid.dilation_h, grid.dilation_w) > 1),
    ),
    Trait(
        "there are groups",
        "groups are ignored: a filter sees only the channels of its own group",
        _geometry(lambda g: g.groups > 1),
    ),
    Trait("b is None", "b may be None, for no bias", lambda case: case.arguments[2] is None),
    Trait("there is no image", "a batch may be empty", _geometry(lambda g: g.x_shape[0] == 0)),
)
