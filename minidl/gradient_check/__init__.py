"""Numerical gradients, and the comparison of a layer's own gradients with them."""

from minidl.gradient_check.numerical import (
    eval_numerical_gradient,
    eval_numerical_gradient_array,
    eval_numerical_gradient_blobs,
    eval_numerical_gradient_net,
    grad_check_sparse,
    rel_error,
)
from minidl.gradient_check.report import GradientReport, check_gradient

__all__ = [
    "GradientReport",
    "check_gradient",
    "eval_numerical_gradient",
    "eval_numerical_gradient_array",
    "eval_numerical_gradient_blobs",
    "eval_numerical_gradient_net",
    "grad_check_sparse",
    "rel_error",
]
