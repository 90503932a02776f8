"""The definitions: every layer as loops to read, with the contract that its fast twin keeps."""

from minidl.layers.activations import (
    leaky_relu_backward,
    leaky_relu_forward,
    relu_backward,
    relu_forward,
)
from minidl.layers.affine import affine_backward, affine_forward
from minidl.layers.batchnorm import (
    batchnorm_backward,
    batchnorm_backward_alt,
    batchnorm_forward,
    spatial_batchnorm_backward,
    spatial_batchnorm_forward,
)
from minidl.layers.conv import (
    conv_backward_naive,
    conv_filter_gradient_naive,
    conv_forward_naive,
    conv_input_gradient_naive,
)
from minidl.layers.conv1d import conv1d_backward_naive, conv1d_forward_naive
from minidl.layers.conv_transpose import conv_transpose_backward_naive, conv_transpose_forward_naive
from minidl.layers.dropout import dropout_backward, dropout_forward
from minidl.layers.layernorm import (
    layernorm_backward,
    layernorm_forward,
    spatial_groupnorm_backward,
    spatial_groupnorm_forward,
)
from minidl.layers.losses import bce_with_logits_loss, softmax_loss, svm_loss
from minidl.layers.padding import pad_backward_naive, pad_forward_naive
from minidl.layers.pool import (
    avg_pool_backward_naive,
    avg_pool_forward_naive,
    max_pool_backward_naive,
    max_pool_forward_naive,
)
from minidl.layers.regression_losses import huber_loss, l1_loss, mse_loss
from minidl.layers.smooth_activations import (
    gelu_backward,
    gelu_forward,
    sigmoid_backward,
    sigmoid_forward,
    tanh_backward,
    tanh_forward,
)

__all__ = [
    "affine_backward",
    "affine_forward",
    "avg_pool_backward_naive",
    "avg_pool_forward_naive",
    "batchnorm_backward",
    "batchnorm_backward_alt",
    "batchnorm_forward",
    "bce_with_logits_loss",
    "conv1d_backward_naive",
    "conv1d_forward_naive",
    "conv_backward_naive",
    "conv_filter_gradient_naive",
    "conv_forward_naive",
    "conv_input_gradient_naive",
    "conv_transpose_backward_naive",
    "conv_transpose_forward_naive",
    "dropout_backward",
    "dropout_forward",
    "gelu_backward",
    "gelu_forward",
    "huber_loss",
    "l1_loss",
    "layernorm_backward",
    "layernorm_forward",
    "leaky_relu_backward",
    "leaky_relu_forward",
    "max_pool_backward_naive",
    "max_pool_forward_naive",
    "mse_loss",
    "pad_backward_naive",
    "pad_forward_naive",
    "relu_backward",
    "relu_forward",
    "sigmoid_backward",
    "sigmoid_forward",
    "softmax_loss",
    "spatial_batchnorm_backward",
    "spatial_batchnorm_forward",
    "spatial_groupnorm_backward",
    "spatial_groupnorm_forward",
    "svm_loss",
    "tanh_backward",
    "tanh_forward",
]


def __getattr__(name):
    """Find ``minidl.layers.conv_forward_fast`` and its like, which people write, where they are.

    Only asking for a fast layer needs anything compiled.
    """
    if name.endswith("_fast"):
        from minidl import fast_layers

        if name in fast_layers.__all__:
            return getattr(fast_layers, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
