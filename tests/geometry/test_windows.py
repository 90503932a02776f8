"""Output sizes and padding rules, against shapes worked out by hand, and every refusal."""

import re

import numpy as np
import pytest
from worked_examples import SHAPES

from minidl.geometry import known_keys, length, padding_ends, pair, window_grid


def grid(image=(4, 4), kernel=(2, 2), stride=1, pad=0, dilation=1, ceil_mode=False):
    return window_grid("op", image, kernel, stride, pad, dilation, ceil_mode)


@pytest.mark.parametrize(("size", "kernel", "stride", "pad", "out", "pads"), SHAPES)
def test_shapes_of_other_frameworks(size, kernel, stride, pad, out, pads):
    g = grid((size, size), (kernel, kernel), stride, pad)
    assert (g.out_h, g.out_w) == (out, out)
    assert ((g.pad_top, g.pad_bottom), (g.pad_left, g.pad_right)) == pads


@pytest.mark.parametrize("size", range(1, 12))
@pytest.mark.parametrize("stride", [1, 2, 3, 5])
@pytest.mark.parametrize("kernel", [1, 2, 3, 5])
@pytest.mark.parametrize("dilation", [1, 2])
def test_same_gives_size_over_stride_rounded_up(size, stride, kernel, dilation):
    g = grid((size, 20), (kernel, 1), stride, "same", dilation)
    assert g.out_h == -(-size // stride)
    assert g.pad_bottom - g.pad_top in (0, 1)


def test_every_form_of_padding():
    for pad, expected in [
        (1, (1, 1, 1, 1)),
        (np.int64(1), (1, 1, 1, 1)),
        ((1, 2), (1, 1, 2, 2)),
        ([1, 2], (1, 1, 2, 2)),
        (((1, 2), (3, 0)), (1, 2, 3, 0)),
        ([[1, 2], [3, 0]], (1, 2, 3, 0)),
        ("valid", (0, 0, 0, 0)),
        ("same", (0, 1, 0, 1)),
    ]:
        g = grid(pad=pad)
        assert (g.pad_top, g.pad_bottom, g.pad_left, g.pad_right) == expected
    assert grid(pad=((1, 2), (3, 0))).pad_width == ((0, 0), (0, 0), (1, 2), (3, 0))


def test_output_size_is_floored():
    g = grid((7, 9), (3, 2), stride=(2, 4), pad=(0, 1), dilation=(1, 3))
    assert (g.out_h, g.out_w) == (3, 2)  # 1 + (7 - 3) // 2 and 1 + (11 - 4) // 4
    assert (g.extent_h, g.extent_w) == (3, 4)


def test_cells_of_a_window():
    g = grid((9, 9), (2, 3), stride=(2, 1), dilation=(3, 2))
    rows, columns = g.cells(1, 2)
    assert list(range(99))[rows] == [2, 5]
    assert list(range(99))[columns] == [2, 4, 6]


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "pad", "floor", "ceil"),
    [
        (6, 3, 2, 0, 2, 3),  # the third window starts at 4 and ends outside
        (7, 3, 2, 0, 3, 3),  # nothing is left over
        (5, 2, 3, 0, 2, 2),
        (4, 2, 3, 1, 2, 2),  # a third window would start in the padding
        (2, 3, 2, 0, None, 1),  # larger than the image
        (1, 1, 4, 1, 1, 1),
    ],
)
def test_ceil_mode(size, kernel, stride, pad, floor, ceil):
    shape = {"image": (size, 9), "kernel": (kernel, 1), "stride": (stride, 1), "pad": (pad, 0)}
    assert grid(**shape, ceil_mode=True).out_h == ceil
    if floor is None:
        with pytest.raises(ValueError, match="window height 3 exceeds the padded input height 2"):
            grid(**shape)
    else:
        assert grid(**shape).out_h == floor


def test_cells_inside_the_image_and_counted():
    g = grid((5, 6), (3, 3), stride=2, pad=((1, 1), (2, 0)), ceil_mode=True)
    assert (g.out_h, g.out_w) == (3, 4)
    assert g.spans(0).tolist() == [[0, 2, 1], [1, 4, 1], [3, 5, 1]]
    assert g.spans(1).tolist() == [[0, 1, 1], [0, 3, 1], [2, 5, 1], [4, 6, 1]]
    assert g.counted(0, include_pad=True).tolist() == [3, 3, 3]
    assert g.counted(1, include_pad=True).tolist() == [3, 3, 3, 2]  # a column is beyond padding
    assert g.counted(0, include_pad=False).tolist() == [2, 3, 2]
    assert g.counted(1, include_pad=False).tolist() == [1, 3, 3, 2]
    dilated = grid((5, 6), (3, 3), pad=3, dilation=2)
    assert dilated.spans(0)[0].tolist() == [1, 2, 2]
    assert dilated.spans(1)[2].tolist() == [1, 4, 2]


def test_1d_arguments():
    assert length("op", "stride", (3,), 1) == length("op", "stride", 3, 1) == 3
    assert padding_ends("op", 2) == padding_ends("op", (2,)) == ((0, 0), (2, 2))
    assert padding_ends("op", (2, 0)) == ((0, 0), (2, 0))
    assert padding_ends("op", "same") == "same"
    assert padding_ends("op", "valid") == ((0, 0), (0, 0))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"stride": 0}, ValueError, "op: stride must be at least 1, got 0"),
        ({"stride": -2}, ValueError, "op: stride must be at least 1, got -2"),
        ({"stride": (1, 0)}, ValueError, "op: stride width must be at least 1, got 0"),
        ({"stride": (1, 1, 1)}, ValueError, "op: stride must be an int or a pair"),
        ({"stride": 1.0}, TypeError, "op: stride must be an integer, got 1.0"),
        ({"stride": (1.0, 1)}, TypeError, "op: stride height must be an integer, got 1.0"),
        ({"stride": True}, TypeError, "op: stride must be an integer, got True"),
        ({"stride": (1, True)}, TypeError, "op: stride width must be an integer, got True"),
        ({"stride": None}, TypeError, "op: stride must be an integer, got None"),
        ({"stride": "2"}, TypeError, "op: stride must be an integer, got '2'"),
        ({"dilation": 0}, ValueError, "op: dilation must be at least 1, got 0"),
        ({"pad": -1}, ValueError, "op: pad must be at least 0, got -1"),
        ({"pad": (0, -1)}, ValueError, "op: pad width must be at least 0, got -1"),
        ({"pad": ((0, 0), (0, -1))}, ValueError, "op: pad right must be at least 0, got -1"),
        ({"pad": ((0, 0), 1)}, ValueError, "op: pad must be ((top, bottom), (left, right))"),
        ({"pad": ((0, 0),)}, ValueError, "op: pad must be ((top, bottom), (left, right))"),
        ({"pad": ((0, 0, 0), (1, 1))}, ValueError, "op: pad must be ((top, bottom), (left"),
        (
            {"pad": "SAME"},
            ValueError,
            "op: pad must be an int, pairs, 'valid' or 'same', got 'SAME'",
        ),
        ({"pad": 0.5}, TypeError, "op: pad must be an integer, got 0.5"),
        ({"pad": {}}, TypeError, "op: pad must be an integer, got {}"),
        ({"pad": 10**30}, ValueError, "op: pad must be at most 2147483647"),
        ({"stride": 2**63 - 1}, ValueError, "op: stride must be at most 2147483647"),
        ({"dilation": 2**31}, ValueError, "op: dilation must be at most 2147483647"),
        (
            {"pad": 10**6},
            ValueError,
            "op: every channel, with its padding, has 2000004 x 2000004 cells; at most 2147483647",
        ),
        (
            {"kernel": (5, 1)},
            ValueError,
            "op: window height 5 exceeds the padded input height 4 (input 4, pad 0 on both sides)",
        ),
        (
            {"kernel": (1, 9), "pad": ((0, 0), (1, 2))},
            ValueError,
            "op: window width 9 exceeds the padded input width 7 (input 4, pad 1 and 2)",
        ),
        (
            {"kernel": (3, 1), "dilation": 2},
            ValueError,
            "op: window height 5 (3 taps, dilation 2) exceeds the padded input height 4",
        ),
    ],
)
def test_refusals(arguments, error, message):
    for _ in range(2):  # what was remembered must not change what is refused
        with pytest.raises(error, match=re.escape(message)):
            grid(**arguments)
    grid(stride=1)
    grid(stride=(1, 1))


def test_unknown_and_missing_keys():
    required, optional = ("stride", "pad"), ("groups",)
    known_keys("op", "param", {"stride": 1, "pad": 0, "groups": 2}, required, optional)
    for param, message in [
        ({"strides": 1, "pad": 0}, "param has an unknown key 'strides'; did you mean 'stride'?"),
        ({"xyz": 1}, "unknown key 'xyz'; known keys: stride, pad, groups"),
        ({1: 1}, "unknown key 1; known keys: stride, pad, groups"),
        ({"stride": 1}, "param lacks the key 'pad', got keys ['stride']"),
    ]:
        with pytest.raises(ValueError, match=re.escape(message)):
            known_keys("op", "param", param, required, optional)
    with pytest.raises(TypeError, match="op: param must be a dict, got list"):
        known_keys("op", "param", [], required, optional)


def test_pair():
    assert pair("op", "size", 3, 1) == (3, 3)
    assert pair("op", "size", [3, np.int32(4)], 1) == (3, 4)
