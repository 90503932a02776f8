"""Normalisations as ONNX nodes: what a net has learned, in evaluation."""

import math

import numpy as np


def batchnorm(graph, call):
    """BatchNormalization by the running statistics."""
    norm = call.module
    if not norm.track_running_stats:
        raise ValueError(
            f"export_onnx: layer {call.name!r} has track_running_stats=False and normalises every "
            "batch by its own statistics, which ONNX's operator cannot; track them, or take "
            "GroupNorm or LayerNorm"
        )
    running = [graph.weight(norm.running_mean), graph.weight(norm.running_var)]
    scale_and_shift = _scale_and_shift(graph, norm, norm.num_features)
    graph.then("BatchNormalization", *scale_and_shift, *running, epsilon=norm.eps)


def layernorm(graph, call):
    """LayerNormalization over the last axes."""
    norm = call.module
    shape = norm.normalized_shape
    scale_and_shift = _scale_and_shift(graph, norm, shape)
    graph.then("LayerNormalization", *scale_and_shift, axis=-len(shape), epsilon=norm.eps)


def groupnorm(graph, call):
    """InstanceNormalization of groups, made channels by Reshape; then scale and shift.

    ONNX's GroupNormalization is younger, and took one scale for each group at first.
    """
    norm, (_, n_channels, *pixels) = call.module, call.x.shape
    size = n_channels // norm.num_groups * math.prod(pixels)
    grouped = graph.constant("grouped", [0, norm.num_groups, size])  # 0: as it is
    graph.then("Reshape", grouped)
    ones = graph.number("ones", np.ones(norm.num_groups))
    zeros = graph.number("zeros", np.zeros(norm.num_groups))
    graph.then("InstanceNormalization", ones, zeros, epsilon=norm.eps)
    out = graph.then("Reshape", graph.constant("shape", [0, n_channels, *pixels]))
    if norm.affine:
        shape = graph.constant("scale_shape", [n_channels] + [1] * len(pixels))
        scale, shift = (graph.node("Reshape", name, shape) for name in graph.weights(norm))
        graph.node("Add", graph.node("Mul", out, scale), shift)


def _scale_and_shift(graph, norm, shape):
    """Return the names of weight and bias, or of what stands for one that is not learned."""
    scale = graph.number("ones", np.ones(shape)) if norm.weight is None else None
    shift = graph.number("zeros", np.zeros(shape)) if norm.bias is None else None
    return scale or graph.weight(norm.weight), shift or graph.weight(norm.bias)
