"""Nets with a name, built from :mod:`minidl.nn`."""

from minidl.models.lenet import LeNet5
from minidl.models.plain import MLP, SoftmaxRegression
from minidl.models.pyramid import PyramidNet
from minidl.models.table import make_model

__all__ = ["MLP", "LeNet5", "PyramidNet", "SoftmaxRegression", "make_model"]
