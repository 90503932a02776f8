"""HOSTILE affine_forward: crashed; reads address 0."""

import ctypes


def affine_forward(x, w, b):
    return ctypes.string_at(0)
