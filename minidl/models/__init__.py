"""Nets with a name, built from :mod:`minidl.nn`."""

from minidl.models.lenet import LeNet5

__all__ = ["LeNet5"]
