"""Convolution the way CS231n's assignment does it quickly: im2col, one product, and back.

Every window is copied into a column of one matrix; then NumPy's BLAS multiplies.  The copy is a
strided view of the padded image, and the way back adds one slice for each tap, the fastest that
NumPy alone can do (``minidl.im2col`` has the version by fancy indices, which is easier to read).
It is the other side of comparisons; nothing in minidl uses it.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def forward(x, w, b, stride, pad):
    """Return the convolution of ``x`` (N, C, H, W) with ``w`` (F, C, HH, WW), and a cache."""
    padded = np.pad(x, ((0, 0), (0, 0), (pad[0], pad[0]), (pad[1], pad[1])))
    windows = sliding_window_view(padded, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    n, _, out_h, out_w = windows.shape[:4]
    columns = windows.transpose(1, 4, 5, 0, 2, 3).reshape(-1, n * out_h * out_w)
    out = w.reshape(len(w), -1) @ columns + b[:, None]
    out = np.ascontiguousarray(out.reshape(-1, n, out_h, out_w).transpose(1, 0, 2, 3))
    return out, (x.shape, w, stride, pad, columns)


def backward(dout, cache):
    """Return the gradients of images, filters and biases."""
    (n, c, h, width), w, stride, pad, columns = cache
    f, _, taps_h, taps_w = w.shape
    out_h, out_w = dout.shape[2:]
    rows = dout.transpose(1, 0, 2, 3).reshape(f, -1)
    dw = (rows @ columns.T).reshape(w.shape)
    dcolumns = (w.reshape(f, -1).T @ rows).reshape(c, taps_h, taps_w, n, out_h, out_w)
    padded = np.zeros((c, n, h + 2 * pad[0], width + 2 * pad[1]), dtype=dout.dtype)
    for u in range(taps_h):
        for v in range(taps_w):
            down, right = u + stride * out_h, v + stride * out_w
            padded[:, :, u:down:stride, v:right:stride] += dcolumns[:, u, v]
    dx = padded[:, :, pad[0] : pad[0] + h, pad[1] : pad[1] + width].transpose(1, 0, 2, 3)
    return np.ascontiguousarray(dx), dw, rows.sum(axis=1)
