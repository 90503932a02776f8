"""The fast twins: the files of ``minidl.layers`` again, through compiled kernels and BLAS."""

from minidl.fast_layers.activations import (
    leaky_relu_backward_fast,
    leaky_relu_forward_fast,
    relu_backward_fast,
    relu_forward_fast,
)
from minidl.fast_layers.affine import affine_backward_fast, affine_forward_fast
from minidl.fast_layers.batchnorm import (
    batchnorm_backward_alt_fast,
    batchnorm_backward_fast,
    batchnorm_forward_fast,
    spatial_batchnorm_backward_fast,
    spatial_batchnorm_forward_fast,
)
from minidl.fast_layers.conv import (
    conv_backward_fast,
    conv_filter_gradient_fast,
    conv_forward_fast,
    conv_input_gradient_fast,
)
from minidl.fast_layers.conv1d import conv1d_backward_fast, conv1d_forward_fast
from minidl.fast_layers.conv_transpose import (
    conv_transpose_backward_fast,
    conv_transpose_forward_fast,
)
from minidl.fast_layers.dropout import dropout_backward_fast, dropout_forward_fast
from minidl.fast_layers.layernorm import (
    layernorm_backward_fast,
    layernorm_forward_fast,
    spatial_groupnorm_backward_fast,
    spatial_groupnorm_forward_fast,
)
from minidl.fast_layers.losses import bce_with_logits_loss_fast, softmax_loss_fast, svm_loss_fast
from minidl.fast_layers.padding import pad_backward_fast, pad_forward_fast
from minidl.fast_layers.pool import (
    avg_pool_backward_fast,
    avg_pool_forward_fast,
    max_pool_backward_fast,
    max_pool_forward_fast,
)
from minidl.fast_layers.regression_losses import huber_loss_fast, l1_loss_fast, mse_loss_fast
from minidl.fast_layers.smooth_activations import (
    gelu_backward_fast,
    gelu_forward_fast,
    sigmoid_backward_fast,
    sigmoid_forward_fast,
    tanh_backward_fast,
    tanh_forward_fast,
)

__all__ = [
    "affine_backward_fast",
    "affine_forward_fast",
    "avg_pool_backward_fast",
    "avg_pool_forward_fast",
    "batchnorm_backward_alt_fast",
    "batchnorm_backward_fast",
    "batchnorm_forward_fast",
    "bce_with_logits_loss_fast",
    "conv1d_backward_fast",
    "conv1d_forward_fast",
    "conv_backward_fast",
    "conv_filter_gradient_fast",
    "conv_forward_fast",
    "conv_input_gradient_fast",
    "conv_transpose_backward_fast",
    "conv_transpose_forward_fast",
    "dropout_backward_fast",
    "dropout_forward_fast",
    "gelu_backward_fast",
    "gelu_forward_fast",
    "huber_loss_fast",
    "l1_loss_fast",
    "layernorm_backward_fast",
    "layernorm_forward_fast",
    "leaky_relu_backward_fast",
    "leaky_relu_forward_fast",
    "max_pool_backward_fast",
    "max_pool_forward_fast",
    "mse_loss_fast",
    "pad_backward_fast",
    "pad_forward_fast",
    "relu_backward_fast",
    "relu_forward_fast",
    "sigmoid_backward_fast",
    "sigmoid_forward_fast",
    "softmax_loss_fast",
    "spatial_batchnorm_backward_fast",
    "spatial_batchnorm_forward_fast",
    "spatial_groupnorm_backward_fast",
    "spatial_groupnorm_forward_fast",
    "svm_loss_fast",
    "tanh_backward_fast",
    "tanh_forward_fast",
]

# CS231n has several fast layers to choose from; here one serves every geometry.
_COURSE_NAMES = {
    "conv_backward_strides": "conv_backward_fast",
    "conv_forward_strides": "conv_forward_fast",
    "max_pool_backward_im2col": "max_pool_backward_fast",
    "max_pool_backward_reshape": "max_pool_backward_fast",
    "max_pool_forward_im2col": "max_pool_forward_fast",
    "max_pool_forward_reshape": "max_pool_forward_fast",
}


def __getattr__(name):
    """Find a layer under one of the other names that CS231n's ``fast_layers`` exports."""
    if name in ("conv_backward_im2col", "conv_forward_im2col"):
        from minidl import im2col

        return getattr(im2col, name)
    if name in _COURSE_NAMES:
        return globals()[_COURSE_NAMES[name]]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
