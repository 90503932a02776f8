"""The table of layers that ONNX knows: for each, the function that writes its nodes.

A function takes the :class:`~minidl.interop.onnx_export.graph.Graph` so far and the
:class:`~minidl.interop.onnx_export.graph.Call` of the layer, and adds nodes at the graph's end.
"""

from minidl import nn
from minidl.interop.onnx_export.activations import gelu, leaky_relu
from minidl.interop.onnx_export.normalization import batchnorm, groupnorm, layernorm
from minidl.interop.onnx_export.windows import avg_pool, conv_transpose, convolution, max_pool


def linear(graph, call):
    """Gemm, after Flatten if an image comes in."""
    if call.x.ndim > 2:
        graph.then("Flatten", axis=1)
    graph.then("Gemm", *graph.weights(call.module), transB=1)


def nothing(graph, call):
    """Dropout, which in evaluation hands on what it gets."""


def simply(operator, **attributes):
    """Return the writer of a layer that is one node without weights."""

    def write(graph, call):
        graph.then(operator, **attributes)

    return write


LAYERS = {
    nn.AdaptiveAvgPool2d: simply("GlobalAveragePool"),
    nn.AdaptiveMaxPool2d: simply("GlobalMaxPool"),
    nn.AvgPool2d: avg_pool,
    nn.BatchNorm1d: batchnorm,
    nn.BatchNorm2d: batchnorm,
    nn.Conv1d: convolution,
    nn.Conv2d: convolution,
    nn.ConvTranspose2d: conv_transpose,
    nn.Dropout: nothing,
    nn.Flatten: simply("Flatten", axis=1),
    nn.GELU: gelu,
    nn.GroupNorm: groupnorm,
    nn.LayerNorm: layernorm,
    nn.LeakyReLU: leaky_relu,
    nn.Linear: linear,
    nn.MaxPool2d: max_pool,
    nn.ReLU: simply("Relu"),
    nn.Sigmoid: simply("Sigmoid"),
    nn.Sum: simply("ReduceSum", keepdims=0),
    nn.Tanh: simply("Tanh"),
}


def writer_of(module):
    """Return the function that writes a module's nodes, or None if nobody knows them.

    A subclass counts as its base unless it has a forward pass of its own.
    """
    for cls in type(module).__mro__:
        if cls in LAYERS:
            return LAYERS[cls] if type(module).forward is cls.forward else None
    return None
