"""Every layer as ONNX, over random geometries: what ONNX Runtime makes of it is what it says."""

import numpy as np
import pytest
from geometries import convolutions, poolings, search, sequences, transposed_convolutions
from hypothesis import given
from onnx_graphs import same

from minidl import nn

FLOATS = {"dtypes": ("float32",)}  # all that ONNX Runtime's convolutions take


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("onnx") / "net.onnx"


def filled(kind, x, w, b, conv_param, channels, **more):
    """Return a convolving module with these weights."""
    param = dict(conv_param)
    taps, stride, padding = w.shape[2:], param.pop("stride"), param.pop("pad")
    taps = taps if len(taps) == 2 else taps[0]
    dtype = np.result_type(w).newbyteorder("=")
    options = {"bias": b is not None, "dtype": dtype, **param, **more}
    module = kind(*channels, taps, stride=stride, padding=padding, **options)
    module.load_state_dict({"weight": w} if b is None else {"weight": w, "bias": b})
    return module


@search
@given(convolutions(**FLOATS))
def test_convolution(path, case):
    x, w, *_ = case
    if len(x):
        same(filled(nn.Conv2d, *case, (x.shape[1], len(w))), path, x)


@search
@given(sequences(**FLOATS))
def test_1d_convolution(path, case):
    x, w, *_ = case
    if len(x):
        same(filled(nn.Conv1d, *case, (x.shape[1], len(w))), path, x)


@search
@given(transposed_convolutions(**FLOATS))
def test_transposed_convolution(path, case):
    x, w, _, param = case
    if len(x):
        channels = x.shape[1], w.shape[1] * param["groups"]
        same(filled(nn.ConvTranspose2d, *case, channels), path, x)


def pooling(kind, param):
    if "global_pool" in param:
        return {nn.MaxPool2d: nn.AdaptiveMaxPool2d, nn.AvgPool2d: nn.AdaptiveAvgPool2d}[kind](1)
    param = dict(param)
    window = param.pop("pool_height"), param.pop("pool_width")
    return kind(window, padding=param.pop("pad"), **param)


@search
@given(poolings(maximum=True, **FLOATS))
def test_max_pooling(path, case):
    x, param = case
    if len(x):
        same(pooling(nn.MaxPool2d, param), path, x)


@search
@given(poolings(maximum=False, **FLOATS))
def test_average_pooling(path, case):
    x, param = case
    if len(x):
        same(pooling(nn.AvgPool2d, param), path, x)
