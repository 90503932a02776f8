"""Random layers for property tests: legal geometries of every kind, and arrays for them.

``MINIDL_EXAMPLES`` says how many each test tries, 100 by default:
``MINIDL_EXAMPLES=4000 pytest tests/test_properties.py``.
"""

import os

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from test_twins import LAYOUTS

from minidl.geometry import (
    avg_pool_geometry,
    conv1d_geometry,
    conv_geometry,
    conv_transpose_geometry,
    max_pool_geometry,
)

EXAMPLES = int(os.environ.get("MINIDL_EXAMPLES", "100"))
MOST_WINDOWS = 300  # of the naive side, which takes some 20 microseconds for each
ROUNDING = {"float64": 1e-13, "float32": 3e-6}  # relative to the largest sum of magnitudes

search = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

VALUES = {
    "normal": lambda rng, shape: rng.standard_normal(shape),
    "ties": lambda rng, shape: rng.integers(-1, 2, shape),
    "far apart": lambda rng, shape: rng.standard_normal(shape) * 10.0 ** rng.integers(-3, 4, shape),
}


@st.composite
def arrays_from(draw, dtypes=("float32", "float64")):
    """A function from shapes to arrays of one dtype, with any values, each in any layout."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    values = VALUES[draw(st.sampled_from(list(VALUES)))]
    dtype = draw(st.sampled_from(dtypes))
    layouts = st.sampled_from([lambda a: a, *LAYOUTS.values()])

    def array(shape):
        return draw(layouts)(np.asarray(values(rng, shape), dtype=dtype))

    return array


@st.composite
def axes(draw, most_stride=4, dilated=True, inside=False):
    """One axis: (size, taps, stride, dilation, before, after), on which at least one window fits.

    With ``inside``, padding is narrower than the window, and its taps cannot miss the image.
    """
    taps = draw(st.integers(1, 5))
    dilation = draw(st.integers(1, 3)) if dilated else 1
    extent = (taps - 1) * dilation + 1
    widest = min(extent - 1, 4) if inside else 4
    before, after = draw(st.integers(0, widest)), draw(st.integers(0, widest))
    least = max(extent - before - after, dilation if inside else 1)
    size = draw(st.one_of(st.integers(least, least + 6), st.integers(least, least + 34)))
    return size, taps, draw(st.integers(1, most_stride)), dilation, before, after


@st.composite
def windows(draw, **options):
    """Two axes, and the parameters that say so, in any of their forms."""
    rows, columns = draw(axes(**options)), draw(axes(**options))
    sizes, taps, strides, dilations, *_ = zip(rows, columns, strict=True)
    forms = {
        "sides": ((rows[4], rows[5]), (columns[4], columns[5])),
        "same": "same",
    }
    if all(size >= (t - 1) * d + 1 for size, t, d in zip(sizes, taps, dilations, strict=True)):
        forms["valid"] = "valid"
        forms["int"] = min(rows[4], columns[4])
    if rows[5] <= rows[4] and columns[5] <= columns[4]:
        forms["pair"] = (rows[4], columns[4])
    pad = forms[draw(st.sampled_from(list(forms)))]
    return sizes, taps, strides, dilations, pad


@st.composite
def one_or_pair(draw, values):
    """The two numbers, as one if they are equal."""
    return values[0] if values[0] == values[1] and draw(st.booleans()) else values


@st.composite
def convolutions(draw, **kinds):
    """Arguments (x, w, b, conv_param) of a convolution."""
    array = draw(arrays_from(**kinds))
    sizes, taps, strides, dilations, pad = draw(windows())
    groups = draw(st.integers(1, 3))
    channels, filters = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    param = {"stride": draw(one_or_pair(strides)), "pad": pad}
    if dilations != (1, 1) or draw(st.booleans()):
        param["dilation"] = draw(one_or_pair(dilations))
    if groups > 1 or draw(st.booleans()):
        param["groups"] = groups
    x_shape = draw(st.integers(0, 3)), groups * channels, *sizes
    w_shape = groups * filters, channels, *taps
    g = conv_geometry("case", np.empty((1, *x_shape[1:])), np.empty(w_shape), None, param)
    x_shape = _fewer_images(x_shape, np.prod(g.out_shape[1:]))
    b = array(w_shape[:1]) if draw(st.booleans()) else None
    return array(x_shape), array(w_shape), b, param


@st.composite
def sequences(draw, **kinds):
    """Arguments (x, w, b, conv_param) of a 1-D convolution."""
    array = draw(arrays_from(**kinds))
    size, taps, stride, dilation, before, after = draw(axes())
    groups, channels = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    pads = [(before, after), "same"]
    if size > (taps - 1) * dilation:
        pads += ["valid", before, (after,)]
    param = {"stride": stride, "pad": draw(st.sampled_from(pads))}
    param |= {"dilation": dilation, "groups": groups}
    x_shape = draw(st.integers(0, 3)), groups * channels, size
    w_shape = groups * draw(st.integers(1, 4)), channels, taps
    g = conv1d_geometry("case", np.empty((1, *x_shape[1:])), np.empty(w_shape), None, param)
    x_shape = _fewer_images(x_shape, np.prod(g.out_shape[1:]))
    return array(x_shape), array(w_shape), draw(st.sampled_from([None, array(w_shape[:1])])), param


@st.composite
def transposed_convolutions(draw, **kinds):
    """Arguments (x, w, b, conv_param) of a transposed convolution."""
    array = draw(arrays_from(**kinds))
    sizes, taps, strides, dilations, extra, pads = [], [], [], [], [], []
    for _ in range(2):
        sizes.append(draw(st.one_of(st.integers(1, 5), st.integers(1, 20))))
        taps.append(draw(st.integers(1, 4)))
        strides.append(draw(st.integers(1, 4)))
        dilations.append(draw(st.integers(1, 3)))
        extra.append(draw(st.integers(0, max(strides[-1], dilations[-1]) - 1)))
        reach = (sizes[-1] - 1) * strides[-1] + (taps[-1] - 1) * dilations[-1] + 1 + extra[-1]
        before = draw(st.integers(0, min(reach - 1, 4)))
        pads.append((before, draw(st.integers(0, min(reach - 1 - before, 4)))))
    groups = draw(st.integers(1, 3))
    param = {"stride": tuple(strides), "dilation": tuple(dilations), "groups": groups}
    same = draw(st.booleans())
    param |= {"pad": "same"} if same else {"pad": tuple(pads), "output_padding": tuple(extra)}
    x_shape = draw(st.integers(0, 3)), groups * draw(st.integers(1, 3)), *sizes
    w_shape = x_shape[1], draw(st.integers(1, 4)), *taps
    x_shape = _fewer_images(x_shape, np.prod(x_shape[1:]))
    b = array((w_shape[1] * groups,)) if draw(st.booleans()) else None
    conv_transpose_geometry("case", np.empty((1, *x_shape[1:])), np.empty(w_shape), None, param)
    return array(x_shape), array(w_shape), b, param


@st.composite
def poolings(draw, maximum, **kinds):
    """Arguments (x, pool_param) of a max or an average pooling."""
    array = draw(arrays_from(**kinds))
    channels = draw(st.integers(1, 3))
    if draw(st.integers(0, 19)) == 0:
        sizes = draw(st.tuples(st.integers(1, 12), st.integers(1, 30)))
        return array((draw(st.integers(0, 3)), channels, *sizes)), {"global_pool": True}
    sizes, taps, strides, dilations, pad = draw(windows(dilated=maximum, inside=True))
    param = {"pool_height": taps[0], "pool_width": taps[1], "pad": pad}
    param |= {"stride": draw(one_or_pair(strides)), "ceil_mode": draw(st.booleans())}
    if maximum:
        param["dilation"] = draw(one_or_pair(dilations))
    else:
        param["count_include_pad"] = draw(st.booleans())
    x_shape = draw(st.integers(0, 3)), channels, *sizes
    check = max_pool_geometry if maximum else avg_pool_geometry
    g = check("case", np.empty((1, *x_shape[1:])), param)
    return array(_fewer_images(x_shape, np.prod(g.out_shape[1:]))), param


@st.composite
def frames(draw, **kinds):
    """Arguments (x, pad_param) of a padding layer."""
    array = draw(arrays_from(**kinds))
    mode = draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"]))
    sizes = draw(st.tuples(st.integers(1, 6), st.integers(1, 12)))
    sides = []
    for size in sizes:
        most = {"reflect": size - 1, "circular": size}.get(mode, 4)
        sides.append(draw(st.tuples(st.integers(0, most), st.integers(0, most))))
    shape = draw(st.integers(0, 2)), draw(st.integers(1, 2)), *sizes
    return array(shape), {"pad": tuple(sides), "mode": mode}


@st.composite
def normalizations(draw, **kinds):
    """A key in ``TWINS``, and arguments of that normalisation."""
    names = ["batchnorm", "batchnorm_alt", "spatial_batchnorm", "layernorm", "spatial_groupnorm"]
    name, array = draw(st.sampled_from(names)), draw(arrays_from(**kinds))
    groups, eps = draw(st.integers(1, 3)), draw(st.sampled_from([1e-5, 1e-2, 1.0]))
    shape = draw(st.integers(0, 4)), groups * draw(st.integers(1, 12))
    if name.startswith("spatial"):
        shape += draw(st.integers(1, 4)), draw(st.integers(1, 9))
    learned = array(shape[1:2]), array(shape[1:2])
    if name == "spatial_groupnorm":
        learned = [a.reshape(1, -1, 1, 1) for a in learned] if draw(st.booleans()) else learned
        return name, (array(shape), *learned, groups, {"eps": eps})
    if name == "layernorm":
        return name, (array(shape), *learned, {"eps": eps})
    param = {"eps": eps, "mode": draw(st.sampled_from(["train", "test"]))}
    if draw(st.booleans()):
        param |= {"running_mean": array(shape[1:2]), "running_var": abs(array(shape[1:2]))}
    return name, (array(shape), *learned, param)


@st.composite
def activations(draw, **kinds):
    """A key in ``TWINS``, and arguments of that activation function."""
    options = {"relu": (), "sigmoid": (), "tanh": ()}
    options["leaky_relu"] = (draw(st.floats(-3, 3, width=32)),)
    options["gelu"] = (draw(st.sampled_from(["none", "tanh"])),)
    name = draw(st.sampled_from(sorted(options)))
    shape = draw(st.lists(st.integers(0, 7), min_size=1, max_size=3))
    return name, (draw(arrays_from(**kinds))(tuple(shape)), *options[name])


def _fewer_images(shape, windows_of_one):
    """Bound what the naive side takes, one image if need be."""
    return min(shape[0], max(int(MOST_WINDOWS // windows_of_one), 1)), *shape[1:]
