"""Convolution and max pooling, as a student may write them: one window of all images at a time."""

import numpy as np


def padded(x, pad):
    return np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))


def steps(size, window, stride):
    return range((size - window) // stride + 1)


def conv_forward(x, w, b, conv_param):
    stride, big = conv_param["stride"], padded(x, conv_param["pad"])
    kernel_h, kernel_w = w.shape[2:]
    rows = steps(big.shape[2], kernel_h, stride)
    columns = steps(big.shape[3], kernel_w, stride)
    out = np.empty((len(x), len(w), len(rows), len(columns)), x.dtype)
    for i in rows:
        for j in columns:
            top, left = i * stride, j * stride
            window = big[:, :, top : top + kernel_h, left : left + kernel_w]
            out[:, :, i, j] = np.tensordot(window, w, axes=([1, 2, 3], [1, 2, 3])) + b
    return out, (x, w, b, conv_param)


def conv_backward(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    big = padded(x, pad)
    dbig, dw = np.zeros_like(big), np.zeros_like(w)
    kernel_h, kernel_w = w.shape[2:]
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows = slice(i * stride, i * stride + kernel_h)
            columns = slice(j * stride, j * stride + kernel_w)
            here = dout[:, :, i, j]
            dw += np.tensordot(here, big[:, :, rows, columns], axes=([0], [0]))
            dbig[:, :, rows, columns] += np.tensordot(here, w, axes=([1], [0]))
    height, width = x.shape[2:]
    dx = dbig[:, :, pad : pad + height, pad : pad + width].copy()
    return dx, dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward(x, pool_param):
    window_h, window_w = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    rows = steps(x.shape[2], window_h, stride)
    columns = steps(x.shape[3], window_w, stride)
    out = np.empty((*x.shape[:2], len(rows), len(columns)), x.dtype)
    for i in rows:
        for j in columns:
            top, left = i * stride, j * stride
            window = x[:, :, top : top + window_h, left : left + window_w]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward(dout, cache):
    x, pool_param = cache
    window_h, window_w = pool_param["pool_height"], pool_param["pool_width"]
    stride = pool_param["stride"]
    dx = np.zeros(x.shape, dout.dtype)
    for n, c, i, j in np.ndindex(*dout.shape):
        top, left = i * stride, j * stride
        window = x[n, c, top : top + window_h, left : left + window_w]
        u, v = divmod(int(window.argmax()), window.shape[1])
        dx[n, c, top + u, left + v] += dout[n, c, i, j]
    return dx
