"""Any geometry that PyTorch supports, too: its numbers, forward and backward, within 1e-12.

``MINIDL_EXAMPLES=2000 pytest tests/pytorch/test_geometries.py`` tries more of them.
"""

import numpy as np
import pytest
from geometries import convolutions, frames, poolings, search, sequences, transposed_convolutions
from hypothesis import assume, given
from test_properties import magnitudes, passes, upstream

from minidl.geometry import (
    avg_pool_geometry,
    conv1d_geometry,
    conv_geometry,
    conv_transpose_geometry,
    max_pool_geometry,
)
from minidl.twins import TWINS

torch = pytest.importorskip("torch", reason="PyTorch is not installed; it is no dependency")
F = torch.nn.functional


def frame(grid):
    """The padding as PyTorch's ``pad`` takes it: last axis first."""
    return grid.pad_left, grid.pad_right, grid.pad_top, grid.pad_bottom


def symmetric(grid):
    return grid.pad_left == grid.pad_right and grid.pad_top == grid.pad_bottom


def equal_to_torch(name, case, theirs):
    """Compare the output and all gradients with those of ``theirs``, a function of tensors."""
    case = tuple(np.array(a, "f8", order="C") if isinstance(a, np.ndarray) else a for a in case)
    tensors = [
        torch.tensor(a, requires_grad=True) if isinstance(a, np.ndarray) else a for a in case
    ]
    expected = theirs(*tensors)
    dout = upstream(case, expected)
    expected.backward(torch.tensor(dout))
    ours = passes(TWINS[name].fast, case, dout)
    wanted = [expected.detach(), *(t.grad for t in tensors if isinstance(t, torch.Tensor))]
    scales = magnitudes(TWINS[name], case, dout)
    results = [(a, s) for a, s in zip(ours, scales, strict=True) if a is not None]
    for (actual, scale), theirs_too in zip(results, wanted, strict=True):
        gap = np.abs(actual - theirs_too.numpy())
        assert actual.shape == theirs_too.shape
        assert np.max(gap, initial=0) <= 1e-12 * scale


@search
@given(convolutions(dtypes=("float64",)))
def test_convolution(case):
    g = conv_geometry("conv", *case)

    def theirs(x, w, b, _):
        options = {key: value for key, value in g.conv_param.items() if key != "pad"}
        if symmetric(g.grid):
            return F.conv2d(x, w, b, padding=(g.grid.pad_top, g.grid.pad_left), **options)
        return F.conv2d(F.pad(x, frame(g.grid)), w, b, **options)

    equal_to_torch("conv", case, theirs)


@search
@given(sequences(dtypes=("float64",)))
def test_1d_convolution(case):
    g = conv1d_geometry("conv1d", *case)
    options = {"stride": g.grid.stride_w, "dilation": g.grid.dilation_w, "groups": g.groups}

    def theirs(x, w, b, _):
        return F.conv1d(F.pad(x, (g.grid.pad_left, g.grid.pad_right)), w, b, **options)

    equal_to_torch("conv1d", case, theirs)


@search
@given(frames(dtypes=("float64",)))
def test_padding(case):
    (top, bottom), (left, right) = case[1]["pad"]
    mode = {"zeros": "constant"}.get(case[1]["mode"], case[1]["mode"])
    assume(case[0].size or mode != "reflect")  # PyTorch reflects no empty batch

    def theirs(x, _):
        return F.pad(x, (left, right, top, bottom), mode=mode)

    equal_to_torch("pad", case, theirs)


@search
@given(transposed_convolutions(dtypes=("float64",)))
def test_transposed_convolution(case):
    g = conv_transpose_geometry("conv", *case)
    grid, param = g.convolution.grid, g.convolution.conv_param

    def theirs(x, w, b, conv_param):
        options = {key: param[key] for key in ("stride", "dilation", "groups")}
        extra = conv_param.get("output_padding", (0, 0))
        if symmetric(grid) and conv_param["pad"] != "same":
            options |= {"padding": (grid.pad_top, grid.pad_left), "output_padding": extra}
            return F.conv_transpose2d(x, w, b, **options)
        whole = F.conv_transpose2d(x, w, None, **options)
        height, width = g.out_shape[2:]
        missing = [
            max(n, 0) for n in (grid.padded_w - whole.shape[3], grid.padded_h - whole.shape[2])
        ]
        whole = F.pad(whole, (0, missing[0], 0, missing[1]))
        out = whole[:, :, grid.pad_top :, grid.pad_left :][:, :, :height, :width]
        return out if b is None else out + b[:, None, None]

    equal_to_torch("conv_transpose", case, theirs)


def pooling_options(grid, ceil_mode):
    """Window and stride; and padding, if PyTorch takes it, else None."""
    pads = grid.pad_top, grid.pad_left
    small = 2 * pads[0] <= grid.kernel_h and 2 * pads[1] <= grid.kernel_w
    options = {
        "kernel_size": (grid.kernel_h, grid.kernel_w),
        "stride": (grid.stride_h, grid.stride_w),
        "ceil_mode": ceil_mode,
    }
    return options, pads if symmetric(grid) and small else None


@search
@given(poolings(maximum=True, dtypes=("float64",)))
def test_max_pooling(case):
    grid = max_pool_geometry("pool", *case).grid
    ceil_mode = case[1].get("ceil_mode", False)
    options, pads = pooling_options(grid, ceil_mode)
    options["dilation"] = grid.dilation_h, grid.dilation_w
    assume(pads is not None or not ceil_mode)  # PyTorch has no ceil_mode with uneven padding

    def theirs(x, _):
        if pads is not None:
            return F.max_pool2d(x, padding=pads, **options)
        return F.max_pool2d(F.pad(x, frame(grid), value=-np.inf), **options)

    equal_to_torch("max_pool", case, theirs)


@search
@given(poolings(maximum=False, dtypes=("float64",)))
def test_average_pooling(case):
    grid = avg_pool_geometry("pool", *case).grid
    ceil_mode = case[1].get("ceil_mode", False)
    include = case[1].get("count_include_pad", True)
    options, pads = pooling_options(grid, ceil_mode)
    assume(pads is not None or (include and not ceil_mode))

    def theirs(x, _):
        if pads is not None:
            return F.avg_pool2d(x, padding=pads, count_include_pad=include, **options)
        return F.avg_pool2d(F.pad(x, frame(grid)), **options)

    equal_to_torch("avg_pool", case, theirs)
