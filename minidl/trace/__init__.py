"""Layers and their gradients told step by step, every number with the numbers it is made of."""

from minidl.trace.activations import relu
from minidl.trace.conv import convolution
from minidl.trace.descent import sgd_step
from minidl.trace.pooling import avg_pool, max_pool
from minidl.trace.presets import preset
from minidl.trace.showing import show
from minidl.trace.steps import Factor, Pass, Step, Term, Trace

__all__ = [
    "Factor",
    "Pass",
    "Step",
    "Term",
    "Trace",
    "avg_pool",
    "convolution",
    "max_pool",
    "preset",
    "relu",
    "sgd_step",
    "show",
]
