"""Nets with a name, built from :mod:`minidl.nn`."""

from minidl.models.lenet import LeNet5
from minidl.models.pyramid import PyramidNet

__all__ = ["LeNet5", "PyramidNet"]
