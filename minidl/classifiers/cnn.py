"""The second assignment's convolutional net.

Notebooks import layers from here, too, so that every name of :mod:`minidl.layers`,
:mod:`minidl.fast_layers` and :mod:`minidl.layer_utils` is at hand in this module.
"""

import numpy as np

from minidl.classifiers.net import Net, draw_layers, drawn
from minidl.fast_layers import *  # noqa: F403 - handed on, see above
from minidl.fast_layers import affine_backward_fast, affine_forward_fast
from minidl.geometry import float_dtype, integer, not_negative, shape_of, window_grid
from minidl.layer_utils import *  # noqa: F403
from minidl.layer_utils import (
    affine_relu_backward,
    affine_relu_forward,
    conv_relu_pool_backward,
    conv_relu_pool_forward,
)
from minidl.layers import *  # noqa: F403

POOL_PARAM = {"pool_height": 2, "pool_width": 2, "stride": 2}


class ThreeLayerConvNet(Net):
    """The net conv - ReLU - 2 x 2 max pool - affine - ReLU - affine - softmax.

    The convolution has stride 1 and pads by ``(filter_size - 1) // 2``, which keeps the size of the
    images if ``filter_size`` is odd.

    Parameters
    ----------
    input_dim : (int, int, int)
        Channels, height and width of an image.
    num_filters, filter_size : int
        Of the convolution; its filters are square.
    hidden_dim, num_classes : int
    weight_scale : float
        Standard deviation of the first weights, ``weight_scale * np.random.randn``.
    reg : float
        Strength of the penalty ``0.5 * reg * sum(W * W)``.
    dtype : {float32, float64}
        Of the parameters.  Images are cast to it; the course's net leaves them as they are, so that
        float64 images made float32 training run in float64.

    Attributes
    ----------
    params : dict
        ``W1`` (F, C, HH, WW), ``b1``, and ``W2, b2, W3, b3`` of the fully connected layers.
    """

    num_layers = 3

    def __init__(
        self,
        input_dim=(3, 32, 32),
        num_filters=32,
        filter_size=7,
        hidden_dim=100,
        num_classes=10,
        weight_scale=1e-3,
        reg=0.0,
        dtype=np.float32,
    ):
        op = "ThreeLayerConvNet"
        self.reg, self.dtype = not_negative(op, "reg", reg), float_dtype(op, dtype)
        channels, *image = shape_of(op, "input_dim", input_dim, "(C, H, W)")
        n_filters = integer(op, "num_filters", num_filters, 1)
        side = integer(op, "filter_size", filter_size, 1)
        grid = window_grid(op, tuple(image), (side, side), 1, (side - 1) // 2, 1)
        pooled = window_grid(op, (grid.out_h, grid.out_w), (2, 2), 2, 0, 1)
        sizes = [
            n_filters * pooled.out_h * pooled.out_w,
            integer(op, "hidden_dim", hidden_dim, 1),
            integer(op, "num_classes", num_classes, 1),
        ]
        scale = not_negative(op, "weight_scale", weight_scale)
        filters = drawn((n_filters, channels, side, side), scale, self.dtype)
        self.params = {"W1": filters, "b1": np.zeros(n_filters, dtype=self.dtype)}
        self.params |= draw_layers(sizes, scale, self.dtype, first=2)

    def _forward(self, X):
        p = self.params
        conv_param = {"stride": 1, "pad": (np.shape(p["W1"])[2] - 1) // 2}
        pooled, conv_cache = conv_relu_pool_forward(X, p["W1"], p["b1"], conv_param, POOL_PARAM)
        hidden, hidden_cache = affine_relu_forward(pooled, p["W2"], p["b2"])
        scores, scores_cache = affine_forward_fast(hidden, p["W3"], p["b3"])
        return scores, (conv_cache, hidden_cache, scores_cache)

    def _backward(self, dscores, caches):
        conv_cache, hidden_cache, scores_cache = caches
        dhidden, dw3, db3 = affine_backward_fast(dscores, scores_cache)
        dpooled, dw2, db2 = affine_relu_backward(dhidden, hidden_cache)
        _, dw1, db1 = conv_relu_pool_backward(dpooled, conv_cache, input_gradient=False)
        return {"W1": dw1, "b1": db1, "W2": dw2, "b2": db2, "W3": dw3, "b3": db3}
