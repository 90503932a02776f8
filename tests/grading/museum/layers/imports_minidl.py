"""HOSTILE layers.py: wrong; minidl's own layers, which the assignment forbids."""

from minidl.layers import affine_forward, relu_forward  # noqa: F401
