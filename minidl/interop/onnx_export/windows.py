"""Layers with windows as ONNX nodes: convolutions and poolings.

Windows are written with the padding that they turned out to need, cell by cell: ``ceil_mode`` and
``auto_pad`` have meant different things in different versions of ONNX.
"""

import numpy as np

from minidl.geometry import (
    avg_pool_geometry,
    conv1d_geometry,
    conv_geometry,
    conv_transpose_geometry,
    max_pool_geometry,
)

PAD_MODES = {"reflect": "reflect", "replicate": "edge"}  # circular came to ONNX later


def convolution(graph, call):
    """Conv, and if the padding is not of zeros the nodes that pad."""
    conv = call.module
    check, n_axes = (conv1d_geometry, 1) if conv.n_axes == 1 else (conv_geometry, 2)
    grid = check("Conv", call.x, conv.weight.data, None, conv.param_for(call.x.shape)).grid
    sides = ((grid.pad_top, grid.pad_bottom), (grid.pad_left, grid.pad_right))
    if conv.padding_mode != "zeros":
        _pad_with_image(graph, call, conv.padding_mode, sides[-n_axes:])
        sides = ((0, 0), (0, 0))
    graph.then(
        "Conv",
        *graph.weights(conv),
        kernel_shape=(grid.kernel_h, grid.kernel_w)[-n_axes:],
        strides=(grid.stride_h, grid.stride_w)[-n_axes:],
        dilations=(grid.dilation_h, grid.dilation_w)[-n_axes:],
        group=conv.conv_param["groups"],
        pads=_begins_and_ends(sides[-n_axes:]),
    )


def conv_transpose(graph, call):
    """ConvTranspose; cells that no stamp reaches are ``output_padding``."""
    conv = call.module
    param = conv.param_for(call.x.shape)
    grid = conv_transpose_geometry("ConvTranspose", call.x, conv.weight.data, None, param)
    grid = grid.convolution.grid
    begins = grid.pad_top, grid.pad_left
    reaches = (
        (grid.out_h - 1) * grid.stride_h + grid.extent_h - grid.pad_top,
        (grid.out_w - 1) * grid.stride_w + grid.extent_w - grid.pad_left,
    )
    ends = reaches[0] - grid.image_h, reaches[1] - grid.image_w
    missing = [max(-end, 0) for end in ends]
    weights = graph.weights(conv)
    options = {
        "kernel_shape": (grid.kernel_h, grid.kernel_w),
        "strides": (grid.stride_h, grid.stride_w),
        "dilations": (grid.dilation_h, grid.dilation_w),
        "group": param["groups"],
    }
    if all(cells < stride for cells, stride in zip(missing, options["strides"], strict=True)):
        pads = *begins, *(max(end, 0) for end in ends)
        graph.then("ConvTranspose", *weights, output_padding=missing, pads=pads, **options)
        return
    # As many cells as the stride come only with a dilation, and ONNX Runtime refuses them.
    graph.then("ConvTranspose", weights[0], **options)
    _pad_with_number(graph, [(0, cells) for cells in missing], 0)
    _crop(graph, begins, (grid.image_h, grid.image_w))
    if conv.bias is not None:
        out, shape = graph.value, graph.constant("bias_shape", [-1, 1, 1])
        graph.node("Add", out, graph.node("Reshape", weights[1], shape))


def max_pool(graph, call):
    """MaxPool; what it cannot pad itself, wider than its taps, a Pad of -infinity does."""
    grid = max_pool_geometry("MaxPool", call.x, call.module.pool_param).grid
    sides = _needed_padding(grid)
    taps = (grid.kernel_h, grid.kernel_w)
    if any(max(ends) >= k for ends, k in zip(sides, taps, strict=True)):
        _pad_with_number(graph, sides, -np.inf)
        sides = ((0, 0), (0, 0))
    graph.then(
        "MaxPool",
        kernel_shape=taps,
        strides=(grid.stride_h, grid.stride_w),
        dilations=(grid.dilation_h, grid.dilation_w),
        pads=_begins_and_ends(sides),
    )


def avg_pool(graph, call):
    """AveragePool.

    An average may count the cells of the padding, but never those beyond it, which ``ceil_mode``
    reaches: then a Pad makes the former part of the image.
    """
    geometry = avg_pool_geometry("AveragePool", call.x, call.module.pool_param)
    grid = geometry.grid
    sides, counted = _needed_padding(grid), geometry.count_include_pad
    beyond = [
        (0, max(needed - given, 0))
        for (_, needed), (_, given) in zip(sides, grid.param["pad"], strict=True)
    ]
    if counted and any(after for _, after in beyond):
        _pad_with_number(graph, grid.param["pad"], 0)
        sides, counted = beyond, False
    graph.then(
        "AveragePool",
        kernel_shape=(grid.kernel_h, grid.kernel_w),
        strides=(grid.stride_h, grid.stride_w),
        count_include_pad=int(counted),
        pads=_begins_and_ends(sides),
    )


def _begins_and_ends(sides):
    """Return ((top, bottom), (left, right)) in ONNX's order: top, left, bottom, right."""
    return [side for ends in zip(*sides, strict=True) for side in ends]


def _needed_padding(grid):
    """Return the padding of a pooling whose windows, rounded down, are those of the grid."""
    rows = grid.image_h, grid.out_h, grid.stride_h, grid.extent_h, grid.pad_top
    columns = grid.image_w, grid.out_w, grid.stride_w, grid.extent_w, grid.pad_left
    return [
        (before, max((n_windows - 1) * stride + extent - size - before, 0))
        for size, n_windows, stride, extent, before in (rows, columns)
    ]


def _pad_with_number(graph, sides, number):
    pads = graph.constant("pads", _begins_and_ends([(0, 0), (0, 0), *sides]))
    graph.then("Pad", pads, graph.number("padding", number), mode="constant")


def _crop(graph, begins, sizes):
    ends = [begin + size for begin, size in zip(begins, sizes, strict=True)]
    cells = {"starts": begins, "ends": ends, "axes": (2, 3)}
    graph.then("Slice", *(graph.constant(what, numbers) for what, numbers in cells.items()))


def _pad_with_image(graph, call, mode, sides):
    if mode in PAD_MODES:
        pads = graph.constant("pads", _begins_and_ends([(0, 0), (0, 0), *sides]))
        graph.then("Pad", pads, mode=PAD_MODES[mode])
        return
    for axis, (before, after) in enumerate(sides, start=2):
        cells = np.arange(-before, call.x.shape[axis] + after) % call.x.shape[axis]
        graph.then("Gather", graph.constant("cells", cells), axis=axis)
