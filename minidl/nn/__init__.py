"""Modules with PyTorch's names: state around the layer functions, and nothing else."""

from minidl.nn.container import Sequential
from minidl.nn.losses import CrossEntropyLoss, MSELoss
from minidl.nn.module import Module, Parameter
from minidl.nn.stateless import Flatten, MaxPool2d, ReLU, Sum
from minidl.nn.summary import Summary, summary
from minidl.nn.weighted import Conv2d, Linear

__all__ = [
    "Conv2d",
    "CrossEntropyLoss",
    "Flatten",
    "Linear",
    "MSELoss",
    "MaxPool2d",
    "Module",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sum",
    "Summary",
    "summary",
]
