"""The fast twins: the files of ``minidl.layers`` again, through compiled kernels and BLAS."""

from minidl.fast_layers.activations import relu_backward_fast, relu_forward_fast
from minidl.fast_layers.affine import affine_backward_fast, affine_forward_fast
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
from minidl.fast_layers.losses import mse_loss_fast, softmax_loss_fast, svm_loss_fast
from minidl.fast_layers.padding import pad_backward_fast, pad_forward_fast
from minidl.fast_layers.pool import (
    avg_pool_backward_fast,
    avg_pool_forward_fast,
    max_pool_backward_fast,
    max_pool_forward_fast,
)

__all__ = [
    "affine_backward_fast",
    "affine_forward_fast",
    "avg_pool_backward_fast",
    "avg_pool_forward_fast",
    "conv1d_backward_fast",
    "conv1d_forward_fast",
    "conv_backward_fast",
    "conv_filter_gradient_fast",
    "conv_forward_fast",
    "conv_input_gradient_fast",
    "conv_transpose_backward_fast",
    "conv_transpose_forward_fast",
    "max_pool_backward_fast",
    "max_pool_forward_fast",
    "mse_loss_fast",
    "pad_backward_fast",
    "pad_forward_fast",
    "relu_backward_fast",
    "relu_forward_fast",
    "softmax_loss_fast",
    "svm_loss_fast",
]
