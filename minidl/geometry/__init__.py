"""Sizes, padding rules and every parameter check: the one place that refuses an argument.

Layers call it first, naive and fast alike, so that both reject the same inputs in the same words.
"""

from minidl.geometry.arrays import (
    float_arrays,
    float_dtype,
    integer,
    predictions_and_targets,
    real_array,
    require_floats,
    require_shape,
    scores_and_labels,
    unpack,
    upstream,
)
from minidl.geometry.operations import (
    AffineGeometry,
    ConvGeometry,
    PoolGeometry,
    affine_backward_geometry,
    affine_geometry,
    conv_backward_geometry,
    conv_geometry,
    pool_backward_geometry,
    pool_geometry,
)
from minidl.geometry.windows import WindowGrid, known_keys, padding_sides, pair, window_grid

__all__ = [
    "AffineGeometry",
    "ConvGeometry",
    "PoolGeometry",
    "WindowGrid",
    "affine_backward_geometry",
    "affine_geometry",
    "conv_backward_geometry",
    "conv_geometry",
    "float_arrays",
    "float_dtype",
    "integer",
    "known_keys",
    "padding_sides",
    "pair",
    "pool_backward_geometry",
    "pool_geometry",
    "predictions_and_targets",
    "real_array",
    "require_floats",
    "require_shape",
    "scores_and_labels",
    "unpack",
    "upstream",
    "window_grid",
]
