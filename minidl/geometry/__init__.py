"""Sizes, padding rules and every parameter check: the one place that refuses an argument.

Layers call it first, naive and fast alike, so that both reject the same inputs in the same words.
"""

from minidl.geometry.affine import AffineGeometry, affine_backward_geometry, affine_geometry
from minidl.geometry.arrays import (
    OF_OUTPUT,
    flag,
    float_arrays,
    float_dtype,
    integer,
    predictions_and_targets,
    real_array,
    require_axes,
    require_floats,
    require_room,
    require_shape,
    scores_and_labels,
    shape_of,
    unpack,
    upstream,
)
from minidl.geometry.convolution import (
    ConvGeometry,
    conv1d_backward_geometry,
    conv1d_geometry,
    conv_backward_geometry,
    conv_filter_gradient_geometry,
    conv_geometry,
    conv_input_gradient_geometry,
)
from minidl.geometry.padding import (
    PadGeometry,
    known_padding_mode,
    pad_backward_geometry,
    pad_geometry,
)
from minidl.geometry.parameters import (
    frozen,
    known_keys,
    length,
    near_miss,
    padding_ends,
    padding_sides,
    pair,
)
from minidl.geometry.pooling import (
    PoolGeometry,
    avg_pool_backward_geometry,
    avg_pool_geometry,
    max_pool_backward_geometry,
    max_pool_geometry,
)
from minidl.geometry.transposed import (
    ConvTransposeGeometry,
    conv_transpose_backward_geometry,
    conv_transpose_geometry,
    known_output_padding,
)
from minidl.geometry.windows import WindowGrid, window_grid

__all__ = [
    "OF_OUTPUT",
    "AffineGeometry",
    "ConvGeometry",
    "ConvTransposeGeometry",
    "PadGeometry",
    "PoolGeometry",
    "WindowGrid",
    "affine_backward_geometry",
    "affine_geometry",
    "avg_pool_backward_geometry",
    "avg_pool_geometry",
    "conv1d_backward_geometry",
    "conv1d_geometry",
    "conv_backward_geometry",
    "conv_filter_gradient_geometry",
    "conv_geometry",
    "conv_input_gradient_geometry",
    "conv_transpose_backward_geometry",
    "conv_transpose_geometry",
    "flag",
    "float_arrays",
    "float_dtype",
    "frozen",
    "integer",
    "known_keys",
    "known_output_padding",
    "known_padding_mode",
    "length",
    "max_pool_backward_geometry",
    "max_pool_geometry",
    "near_miss",
    "pad_backward_geometry",
    "pad_geometry",
    "padding_ends",
    "padding_sides",
    "pair",
    "predictions_and_targets",
    "real_array",
    "require_axes",
    "require_floats",
    "require_room",
    "require_shape",
    "scores_and_labels",
    "shape_of",
    "unpack",
    "upstream",
    "window_grid",
]
