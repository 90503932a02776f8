"""Step 1: the definition. Loops in Python; NumPy multiplies one window at a time."""

from minidl.layers import conv_forward_naive


def forward(x, w, b, pad):
    """Convolve at stride 1: ``x`` (N, C, H, W), ``w`` (F, C, HH, WW), ``b`` (F,)."""
    out, _ = conv_forward_naive(x, w, b, {"stride": 1, "pad": pad})
    return out
