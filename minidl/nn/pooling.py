"""Pooling: the largest or the average number of every window, or of the whole image."""

from minidl.geometry import flag, frozen, padding_sides, pair
from minidl.nn.module import LayerModule


class Pooling(LayerModule):
    """What all poolings share: the two passes.

    Parameters
    ----------
    twin : str
        Key in ``TWINS``.
    pool_param : dict
        What the layer function takes.
    backend : {"fast", "naive"}
    """

    def __init__(self, twin, pool_param, backend):
        super().__init__(twin, backend)
        self.pool_param = pool_param

    def forward(self, x):
        """Pool ``x`` (N, C, H, W)."""
        out, self._cache = self._forward(x, self.pool_param)
        return out

    def backward(self, dout):
        """Hand ``dout`` back to the cells that it came from."""
        return self._backward(dout, self._recall())


class WindowPooling(Pooling):
    """A pooling over windows: PyTorch's arguments as a ``pool_param``."""

    def __init__(self, twin, kernel_size, stride, padding, ceil_mode, more, backend):
        name = type(self).__name__
        height, width = pair(name, "kernel_size", kernel_size, 1)
        padding_sides(name, padding, "padding")
        pool_param = {
            "pool_height": height,
            "pool_width": width,
            "stride": (height, width) if stride is None else pair(name, "stride", stride, 1),
            "pad": frozen(padding),
            "ceil_mode": flag(name, "ceil_mode", ceil_mode),
            **more,
        }
        super().__init__(twin, pool_param, backend)

    def extra_repr(self):
        """Window and stride, and what else is not at its default."""
        p = self.pool_param
        shown = [f"kernel_size={(p['pool_height'], p['pool_width'])}, stride={p['stride']}"]
        default = {"pad": 0, "dilation": (1, 1), "ceil_mode": False, "count_include_pad": True}
        for key, value in default.items():
            if p.get(key, value) != value:
                shown.append(f"{'padding' if key == 'pad' else key}={p[key]!r}")
        return ", ".join(shown)


class MaxPool2d(WindowPooling):
    """Keep the largest number of every window.

    Parameters
    ----------
    kernel_size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        By default the size of the window.
    padding : int, (h, w), ((top, bottom), (left, right)), 'valid' or 'same'
    dilation : int or (int, int)
    return_indices : False
        PyTorch's argument, which takes nothing else here.
    ceil_mode : bool
        Whether a last window that starts inside the image may end outside.
    backend : {"fast", "naive"}

    Shape
    -----
    ``(N, C, H, W) -> (N, C, H', W')``, see ``max_pool_forward_naive``.
    """

    def __init__(
        self,
        kernel_size,
        stride=None,
        padding=0,
        dilation=1,
        return_indices=False,
        ceil_mode=False,
        *,
        backend="fast",
    ):
        name = type(self).__name__
        if return_indices is not False:
            raise ValueError(f"{name}: return_indices must be False, got {return_indices!r}")
        more = {"dilation": pair(name, "dilation", dilation, 1)}
        super().__init__("max_pool", kernel_size, stride, padding, ceil_mode, more, backend)


class AvgPool2d(WindowPooling):
    """Average every window.

    Parameters
    ----------
    kernel_size, stride, padding, ceil_mode, backend
        As :class:`MaxPool2d` takes them.
    count_include_pad : bool
        Whether the average divides by the cells of the padding, too.
    divisor_override : None
        PyTorch's argument, which takes nothing else here.

    Shape
    -----
    ``(N, C, H, W) -> (N, C, H', W')``, see ``avg_pool_forward_naive``.
    """

    def __init__(
        self,
        kernel_size,
        stride=None,
        padding=0,
        ceil_mode=False,
        count_include_pad=True,
        divisor_override=None,
        *,
        backend="fast",
    ):
        name = type(self).__name__
        if divisor_override is not None:
            raise ValueError(f"{name}: divisor_override must be None, got {divisor_override!r}")
        more = {"count_include_pad": flag(name, "count_include_pad", count_include_pad)}
        super().__init__("avg_pool", kernel_size, stride, padding, ceil_mode, more, backend)


class GlobalPooling(Pooling):
    """A pooling over the whole image, under PyTorch's name for it."""

    def __init__(self, twin, output_size, backend):
        name = type(self).__name__
        if pair(name, "output_size", output_size, 1) != (1, 1):
            raise ValueError(
                f"{name}: output_size must be 1, a pooling over the whole image, "
                f"got {output_size!r}; for other sizes choose windows with MaxPool2d or AvgPool2d"
            )
        super().__init__(twin, {"global_pool": True}, backend)

    def extra_repr(self):
        """PyTorch's one argument."""
        return "output_size=1"


class AdaptiveMaxPool2d(GlobalPooling):
    """Keep the largest number of every channel.

    Parameters
    ----------
    output_size : 1 or (1, 1)
    backend : {"fast", "naive"}

    Shape
    -----
    ``(N, C, H, W) -> (N, C, 1, 1)``
    """

    def __init__(self, output_size, *, backend="fast"):
        super().__init__("max_pool", output_size, backend)


class AdaptiveAvgPool2d(GlobalPooling):
    """Average every channel.

    Parameters
    ----------
    output_size : 1 or (1, 1)
    backend : {"fast", "naive"}

    Shape
    -----
    ``(N, C, H, W) -> (N, C, 1, 1)``
    """

    def __init__(self, output_size, *, backend="fast"):
        super().__init__("avg_pool", output_size, backend)
