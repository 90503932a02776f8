"""Modules with PyTorch's names: state around the layer functions, and nothing else."""

from minidl.nn import init, utils
from minidl.nn.batchnorm import BatchNorm1d, BatchNorm2d
from minidl.nn.container import Sequential
from minidl.nn.conv_transpose import ConvTranspose2d
from minidl.nn.convolution import Conv1d, Conv2d
from minidl.nn.dropout import Dropout
from minidl.nn.elementwise import GELU, LeakyReLU, ReLU, Sigmoid, Tanh
from minidl.nn.intermediate import activations
from minidl.nn.losses import BCEWithLogitsLoss, CrossEntropyLoss, HuberLoss, L1Loss, MSELoss
from minidl.nn.model import Model
from minidl.nn.module import Module, Parameter
from minidl.nn.normalization import GroupNorm, LayerNorm
from minidl.nn.pooling import AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, MaxPool2d
from minidl.nn.stateless import Flatten, Sum
from minidl.nn.summary import Summary, summary
from minidl.nn.weighted import Linear

__all__ = [
    "GELU",
    "AdaptiveAvgPool2d",
    "AdaptiveMaxPool2d",
    "AvgPool2d",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv1d",
    "Conv2d",
    "ConvTranspose2d",
    "CrossEntropyLoss",
    "Dropout",
    "Flatten",
    "GroupNorm",
    "HuberLoss",
    "L1Loss",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "MSELoss",
    "MaxPool2d",
    "Model",
    "Module",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Sum",
    "Summary",
    "Tanh",
    "activations",
    "init",
    "summary",
    "utils",
]
