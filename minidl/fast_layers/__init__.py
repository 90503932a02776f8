"""The fast twins: the files of ``minidl.layers`` again, through compiled kernels and BLAS."""

from minidl.fast_layers.activations import relu_backward_fast, relu_forward_fast
from minidl.fast_layers.affine import affine_backward_fast, affine_forward_fast
from minidl.fast_layers.conv import conv_backward_fast, conv_forward_fast
from minidl.fast_layers.losses import mse_loss_fast, softmax_loss_fast, svm_loss_fast
from minidl.fast_layers.pool import max_pool_backward_fast, max_pool_forward_fast

__all__ = [
    "affine_backward_fast",
    "affine_forward_fast",
    "conv_backward_fast",
    "conv_forward_fast",
    "max_pool_backward_fast",
    "max_pool_forward_fast",
    "mse_loss_fast",
    "relu_backward_fast",
    "relu_forward_fast",
    "softmax_loss_fast",
    "svm_loss_fast",
]
