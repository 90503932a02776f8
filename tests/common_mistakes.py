"""Mistakes that people make, each as an edit of a right file of the museum, and its likely cause.

``hint`` is a pattern that the likely cause has to match.
"""

import pathlib
from dataclasses import dataclass

MUSEUM = pathlib.Path(__file__).parent / "check" / "museum"


@dataclass(frozen=True)
class Mistake:
    name: str
    function: str
    hint: str
    edits: tuple  # of (right, wrong)
    file: str = "convolution.py"
    options: tuple = ()  # of the command line

    def source(self):
        """The file with the mistake in it."""
        text = (MUSEUM / self.file).read_text()
        for right, wrong in self.edits:
            assert right in text, f"{self.name}: {self.file} has no {right!r}"
            text = text.replace(right, wrong)
        return text


def conv(name, hint, *edits, **more):
    return Mistake(name, "conv_forward", hint, edits, **more)


def other(name, file, function, hint, *edits):
    return Mistake(name, function, hint, edits, file)


PADDED = "((0, 0), (0, 0), (pad, pad), (pad, pad))"
WINDOW = "padded[n, :, top : top + HH, left : left + WW]"
NEW = "np.zeros((N, F, out_h, out_w), dtype=x.dtype)"
INDEX = "n, :, y : y + HH, z : z + WW"

CONVOLUTIONS = [
    conv(
        "empty slice",
        "pad:-pad",
        ("dpadded[:, :, pad : pad + H, pad : pad + W]", "dpadded[:, :, pad:-pad, pad:-pad]"),
    ),
    conv("output width of the height", "square images only", ("(W + 2", "(H + 2")),
    conv(
        "filter height for its width",
        "square filters only",
        ("left : left + WW", "left : left + HH"),
        ("z : z + WW", "z : z + HH"),
    ),
    conv(
        "stride along the height alone",
        "stride .*width",
        ("i * stride, j * stride", "i * stride, j"),
    ),
    conv(
        "stride forgotten where the window lies",
        "stride is ignored",
        ("top, left = i * stride, j * stride", "top, left = i, j"),
    ),
    conv(
        "stride forgotten in the output size",
        "stride",
        ("(H + 2 * pad - HH) // stride", "(H + 2 * pad - HH)"),
        ("(W + 2 * pad - WW) // stride", "(W + 2 * pad - WW)"),
    ),
    conv("filter gradient not added up", "assigned", ("dw[f] += ", "dw[f] = ")),
    conv(
        "input gradient not added up", "assigned", (f"dpadded[{INDEX}] +=", f"dpadded[{INDEX}] =")
    ),
    conv("no bias", "bias is not added", (" + b[f]", "")),
    conv("bias gradient zero", "zero", ("dout.sum(axis=(0, 2, 3))", "np.zeros(F)")),
    conv("bias gradient over the wrong axes", "axes", ("(0, 2, 3))\n", "(0, 1, 2))\n")),
    conv("bias gradient over images alone", "axes", ("axis=(0, 2, 3)", "axis=0")),
    conv("flipped filter", "flipped", ("window * w[f])", "window * w[f, :, ::-1, ::-1])")),
    conv(
        "transposed filter",
        "square filters only|transposed",
        ("window * w[f])", "window * w[f].transpose(0, 2, 1))"),
    ),
    conv("filter size hard-coded", "3 x 3", ("F, _, HH, WW = w.shape", "F, HH, WW = len(w), 3, 3")),
    conv(
        "number of channels hard-coded",
        "3 channels",
        (f"window = {WINDOW}", "window = padded[n, [0, 1, 2], top : top + HH, left : left + WW]"),
    ),
    conv(
        "product in place",
        "changed in place|writes into",
        (
            f"padded = np.pad(x, {PADDED})\n    out",
            f"padded = x if pad == 0 else np.pad(x, {PADDED})\n    out",
        ),
        ("np.sum(window * w[f])", "np.sum(np.multiply(window, w[f], out=window))"),
    ),
    conv(
        "normalises its input",
        "changed in place|writes into",
        ("    padded = np.pad(x,", "    x -= x.mean()\n    padded = np.pad(x,"),
    ),
    conv("double precision", "float64", (", dtype=x.dtype)", ")")),
    conv("mean over images", "1/N", ("    return dx, dw, db", "    return dx, dw / N, db")),
    conv(
        "first image alone",
        "first image",
        (
            "for n in range(N):\n        for f in range(F):\n            for i in range(out_h)",
            "for n in range(1):\n        for f in range(F):\n            for i in range(out_h)",
        ),
    ),
    conv(
        "first channel alone",
        "first channel|one channel",
        ("window * w[f])", "window[0] * w[f, 0])"),
    ),
    conv(
        "gradient still padded",
        "padding",
        ("dpadded[:, :, pad : pad + H, pad : pad + W]", "dpadded"),
    ),
    conv("output too small by one", "too small by one", ("1 + (H", "(H"), ("1 + (W", "(W")),
    conv(
        "output rounded up",
        "rounded (up|down)",
        ("1 + (H + 2 * pad - HH) // stride", "1 - (HH - H - 2 * pad) // stride"),
        ("1 + (W + 2 * pad - WW) // stride", "1 - (WW - W - 2 * pad) // stride"),
    ),
    conv(
        "dilation ignored",
        "dilation is ignored",
        (
            'conv_geometry("conv_forward", x, w, b, conv_param)',
            'conv_geometry("conv_forward", x, w, b, {**conv_param, "dilation": 1})',
        ),
        file="convolution_taps.py",
        options=("--full",),
    ),
    conv(
        "adds up over calls",
        "kept between calls",
        ("\n\ndef conv_forward", "\nseen = {}\n\n\ndef conv_forward"),
        (
            f"out = {NEW}",
            f"out = seen.setdefault((N, F, out_h, out_w, x.dtype), {NEW})",
        ),
        ("out[n, f, i, j] = ", "out[n, f, i, j] += "),
    ),
    conv(
        "one buffer for all calls",
        "same array|kept between calls",
        ("\n\ndef conv_forward", "\nseen = {}\n\n\ndef conv_forward"),
        (
            f"out = {NEW}",
            f"out = seen.setdefault((N, F, out_h, out_w, x.dtype), {NEW})",
        ),
    ),
    conv(
        "whole numbers",
        "whole numbers",
        ("= np.sum(window * w[f]) + b[f]", "= int(np.sum(window * w[f]) + b[f])"),
    ),
    conv(
        "stride ignored backward",
        "stride is ignored",
        ("y, z = i * stride, j * stride", "y, z = i, j"),
    ),
    conv(
        "padded on one side",
        "pad 0 only|padding",
        (
            f"padded = np.pad(x, {PADDED})\n    out",
            "padded = np.pad(x, ((0, 0), (0, 0), (pad, 0), (pad, 0)))\n    out",
        ),
    ),
    conv(
        "padded along all axes",
        "pad 0 only",
        (f"padded = np.pad(x, {PADDED})\n    out", "padded = np.pad(x, pad)\n    out"),
    ),
    conv(
        "filter gradient from the unpadded image", "pad 0 only", ("* padded[n, :, y", "* x[n, :, y")
    ),
    conv("first bias for all", "one filter|first filter", ("+ b[f]", "+ b[0]")),
    conv(
        "bias for every channel",
        "C times|bias",
        (
            "np.sum(window * w[f]) + b[f]",
            "sum(np.sum(window[c] * w[f, c]) + b[f] for c in range(len(w[f])))",
        ),
    ),
    conv("gradients in another order", "order", ("return dx, dw, db", "return dw, dx, db")),
    conv(
        "single precision",
        "float32",
        (
            "out[n, f, i, j] = np.sum(window * w[f]) + b[f]",
            "out[n, f, i, j] = np.sum((window * w[f]).astype(np.float32)) + b[f]",
        ),
    ),
]

WINNER = "        u, v = np.unravel_index(np.argmax(window), window.shape)"

POOLS = [
    other(
        "all ties",
        "max_pooling.py",
        "max_pool_forward",
        "tie",
        (
            f"{WINNER}\n        dx[n, c, top + u, left + v] +=",
            f"{WINNER}\n        dx[n, c, top : top + HH, left : left + WW] +=",
        ),
        ("dout[n, c, i, j]", "dout[n, c, i, j] * (window == window.max())"),
    ),
    other(
        "last of the ties",
        "max_pooling.py",
        "max_pool_forward",
        "tie",
        ("np.argmax(window)", "window.size - 1 - np.argmax(window.ravel()[::-1])"),
    ),
    other(
        "never below zero",
        "max_pooling.py",
        "max_pool_forward",
        "negative",
        (
            "out[:, :, i, j] = window.max(axis=(2, 3))",
            "out[:, :, i, j] = np.maximum(0, window.max(axis=(2, 3)))",
        ),
    ),
    other(
        "height for width",
        "max_pooling.py",
        "max_pool_forward",
        "square windows only",
        ("left : left + WW", "left : left + HH"),
        ("(W - WW)", "(W - HH)"),
    ),
    other(
        "not added up",
        "max_pooling.py",
        "max_pool_forward",
        "assigned|overlap",
        ("left + v] += ", "left + v] = "),
    ),
    other(
        "stride of the window's size",
        "max_pooling.py",
        "max_pool_forward",
        "stride",
        ('("pool_height", "pool_width", "stride")', '("pool_height", "pool_width", "pool_height")'),
    ),
    other(
        "average divides by nine",
        "small_layers.py",
        "avg_pool_forward",
        "factor",
        ("/ (HH * WW)", "/ 9"),
    ),
    other(
        "average gradient not divided",
        "small_layers.py",
        "avg_pool_forward",
        "factor",
        (" / (HH * WW)", ""),
    ),
]

SMALL = [
    other(
        "mask of the upstream gradient",
        "small_layers.py",
        "relu_forward",
        "dout",
        ("dout * (x > 0)", "dout * (dout > 0)"),
    ),
    other(
        "in place",
        "small_layers.py",
        "relu_forward",
        "changed in place|writes into",
        ("out = np.maximum(x, 0)", "out = x\n    out[out < 0] = 0"),
    ),
    other("slope 1 at zero", "small_layers.py", "relu_forward", "zero", ("(x > 0)", "(x >= 0)")),
    other(
        "absolute value",
        "small_layers.py",
        "relu_forward",
        "negative",
        ("np.maximum(x, 0)", "np.abs(x)"),
    ),
    other(
        "leaks",
        "small_layers.py",
        "relu_forward",
        "negative",
        ("np.maximum(x, 0)", "np.maximum(x, 0.01 * x)"),
    ),
    other(
        "local gradient alone",
        "small_layers.py",
        "relu_forward",
        "dout",
        ("dout * (x > 0)", "1.0 * (x > 0)"),
    ),
    other(
        "images not flattened",
        "small_layers.py",
        "affine_forward",
        "two axes|2 axes",
        ("x.reshape(len(x), -1) @ w", "x @ w"),
    ),
    other(
        "gradient left flat",
        "small_layers.py",
        "affine_forward",
        "shape of x|flat",
        (".reshape(x.shape)\n    dw", "\n    dw"),
    ),
    other(
        "bias forgotten",
        "small_layers.py",
        "affine_forward",
        "bias is not added",
        ("@ w + b", "@ w"),
    ),
    other(
        "filter gradient transposed",
        "small_layers.py",
        "affine_forward",
        "transposed",
        ("x.reshape(len(x), -1).T @ dout", "dout.T @ x.reshape(len(x), -1)"),
    ),
    other(
        "bias gradient averaged",
        "small_layers.py",
        "affine_forward",
        "1/N",
        ("dout.sum(axis=0)", "dout.mean(axis=0)"),
    ),
    other(
        "exponentials overflow",
        "small_layers.py",
        "softmax_loss",
        "large|overflow",
        ("x - x.max(axis=1, keepdims=True)", "x"),
    ),
    other("loss summed", "small_layers.py", "softmax_loss", "N", ("-np.mean(", "-np.sum(")),
    other(
        "gradient summed",
        "small_layers.py",
        "softmax_loss",
        "N",
        ("return loss, dx / N", "return loss, dx"),
    ),
    other(
        "maximum of the batch",
        "small_layers.py",
        "softmax_loss",
        "large|under|far",
        ("x.max(axis=1, keepdims=True)", "x.max()"),
    ),
    other(
        "loss over images alone",
        "small_layers.py",
        "mse_loss",
        "factor|times",
        ("np.mean((x - y) ** 2)", "np.sum((x - y) ** 2) / len(x)"),
    ),
    other(
        "two forgotten", "small_layers.py", "mse_loss", "1/2|factor|half", ("dx = 2 * ", "dx = ")
    ),
    other("sign", "small_layers.py", "mse_loss", "sign", ("2 * (x - y)", "2 * (y - x)")),
]

# Thought of when the hints were there; where the pattern is empty, none fits or one did not come.
PAD_X = f"padded = np.pad(x, {PADDED})\n    out"
LATER = [
    conv(
        "reshaped instead of transposed",
        "use transpose",
        (".transpose(0, 3, 1, 2)\n", ".reshape(len(x), len(w), *windows.shape[2:4])\n"),
        file="convolution_views.py",
    ),
    conv(
        "padded along the height alone",
        "pad 0 only",
        (PAD_X, PAD_X.replace("(pad, pad), (pad, pad)", "(pad, pad), (0, 0)")),
    ),
    conv("crop ends too early", "pad 0 only", ("pad : pad + H, pad : pad + W", "pad : H, pad : W")),
    conv(
        "window averaged",
        "averaged over a window",
        ("np.sum(window * w[f])", "np.mean(window * w[f])"),
    ),
    conv(
        "bias gradient of all filters together",
        "filter",
        ("dout.sum(axis=(0, 2, 3))", "np.full(F, dout.sum(), dout.dtype)"),
    ),
    conv(
        "division of the size",
        "//",
        ("(H + 2 * pad - HH) // stride", "(H + 2 * pad - HH) / stride"),
    ),
    conv(
        "output rows and columns exchanged",
        "square outputs only",
        ("out[n, f, i, j]", "out[n, f, j, i]"),
    ),
    conv(
        "filters and channels exchanged",
        "as many filters as channels",
        ("np.sum(window * w[f])", "sum(np.sum(window[c] * w[c, f]) for c in range(len(window)))"),
    ),
    conv(
        "takes the padding out of the dict",
        "conv_param was changed",
        (
            "    padded = np.pad(x,",
            '    del conv_param["pad"]\n    padded = np.pad(x,',
        ),
    ),
    conv("output in the cache", "", ("return out, (x, w", "return out, (out, w")),
    conv("half precision", "digits|float16", ("dtype=x.dtype)", "dtype=np.float16)")),
    conv("changes dout", "changed in place", ("    db = dout", "    dout /= N\n    db = dout")),
    conv(
        "last filter's gradient alone",
        "one filter",
        (
            "dpadded[n, :, y : y + HH, z : z + WW] += dout[n, f, i, j] * w[f]",
            "dpadded[n, :, y : y + HH, z : z + WW] += (f == F - 1) * dout[n, f, i, j] * w[f]",
        ),
    ),
    conv("one row too few", "last row", ("for i in range(out_h)", "for i in range(out_h - 1)")),
    conv(
        "bias only once",
        "",
        ("np.sum(window * w[f]) + b[f]", "np.sum(window * w[f]) + (b[f] if i == j == 0 else 0)"),
    ),
    conv(
        "stride of the backward pass one too large",
        "stride",
        ("y, z = i * stride, j * stride", "y, z = i * stride, j"),
    ),
    conv(
        "loops over pixels",
        "stride",
        (
            "top, left = i * stride, j * stride",
            "top, left = min(i * stride, H + 2 * pad - HH), min(j, W + 2 * pad - WW)",
        ),
    ),
    other(
        "maximum over channels",
        "max_pooling.py",
        "max_pool_forward",
        "channel",
        ("window.max(axis=(2, 3))", "window.max(axis=(1, 2, 3), keepdims=True)[:, :, 0, 0]"),
    ),
    other(
        "first cell instead of the maximum",
        "max_pooling.py",
        "max_pool_forward",
        "",
        ("window.max(axis=(2, 3))", "window[:, :, 0, 0]"),
    ),
    other(
        "minimum", "max_pooling.py", "max_pool_forward", "", ("window.max(axis", "window.min(axis")
    ),
    other(
        "average over stride",
        "small_layers.py",
        "avg_pool_forward",
        "constant factor",
        ("/ (HH * WW)", "/ stride**2"),
    ),
    other(
        "logarithm with an epsilon",
        "small_layers.py",
        "softmax_loss",
        "",
        ("np.log(p[np.arange(N), y])", "np.log(p[np.arange(N), y] + 1e-8)"),
    ),
    other(
        "right class not subtracted",
        "small_layers.py",
        "softmax_loss",
        "",
        ("    dx[np.arange(N), y] -= 1\n", ""),
    ),
    other(
        "probabilities over images",
        "small_layers.py",
        "softmax_loss",
        "",
        ("p.sum(axis=1, keepdims=True)", "p.sum(axis=0, keepdims=True)"),
    ),
    other(
        "relu of the gradient",
        "small_layers.py",
        "relu_forward",
        "",
        ("dout * (x > 0)", "np.maximum(0, dout)"),
    ),
    other(
        "weights not transposed",
        "small_layers.py",
        "affine_forward",
        "use w.T",
        ("dout @ w.T", "dout @ w.reshape(w.shape[::-1])"),
    ),
    other(
        "right class counted",
        "course_layers.py",
        "svm_loss",
        "right class, whose margin is 1",
        ("    margins[np.arange(N), y] = 0\n", ""),
    ),
    other(
        "one margin for all",
        "course_layers.py",
        "svm_loss",
        "for each margin above 0",
        ("dx.sum(axis=1)", "1"),
    ),
    other(
        "scale and shift exchanged",
        "course_layers.py",
        "batchnorm_forward",
        "the order is dx, dgamma, dbeta",
        ("return dx, dgamma, dbeta", "return dx, dbeta, dgamma"),
    ),
    other(
        "momentum the other way round",
        "course_layers.py",
        "batchnorm_forward",
        "",
        ("momentum * running_mean + (1 - momentum)", "(1 - momentum) * running_mean + momentum"),
    ),
    other(
        "mask not divided by p",
        "course_layers.py",
        "dropout_forward",
        "constant factor",
        (" < p) / p)", " < p))"),
    ),
]
