"""Examples with a name, small enough to follow on paper."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from minidl.spelling import near_miss
from minidl.trace.activations import relu
from minidl.trace.conv import convolution
from minidl.trace.descent import IMAGE, sgd_step
from minidl.trace.pooling import avg_pool, max_pool

TF = "https://www.tensorflow.org/api_docs/python/tf/"
TF_FILTER = ((3, 4), (5, 6))
TF_DOUT = {  # by the gradient that is asked for, and the padding
    ("input", "valid"): ((-1, 1), (2, -2)),
    ("input", "same"): ((-1, 1, 3), (2, -2, -4), (-3, 4, 1)),
    ("filter", "valid"): ((-1, -2), (-3, -4)),
    ("filter", "same"): ((-1, -2, 1), (-3, -4, 2), (-2, 1, 3)),
}
POOLED = ((1, 3, 2, 0), (5, 4, 1, 6), (0, 2, 8, 7), (9, 1, 3, 8))
UPSTREAM = ((1, 2), (3, 4))
SIGNS = ((2, -1, 0), (-3, 4, 1))
TO_25 = tuple(tuple(range(first, first + 5)) for first in range(1, 26, 5))


@dataclass(frozen=True, slots=True)
class Preset:
    """An example: how it is made, which passes it is about, and what it shows."""

    says: str
    make: Callable
    passes: tuple = ()  # all of them
    source: str = ""


def _tf(function, padding, dout=None, passes=("forward",), about="a plain convolution"):
    sides = "no padding" if padding == "valid" else "padded below and on the right"
    return Preset(
        f"tf.nn.{function}, {padding.upper()}: {about}, {sides}",
        lambda: convolution(
            IMAGE, TF_FILTER, conv_param={"pad": padding}, dout=TF_DOUT.get((dout, padding))
        ),
        passes,
        TF + ("nn/conv2d" if function == "conv2d" else f"compat/v1/nn/{function}"),
    )


def _tf_gradient(of, padding):
    """Return one of TensorFlow's four gradients: of the "input" or the "filter"."""
    passes = ("input-gradient", "rotated-filter") if of == "input" else ("filter-gradient",)
    return _tf(f"conv2d_backprop_{of}", padding, of, passes, f"the gradient of the {of}")


PRESETS = {
    "sgd-step": Preset("one whole step of gradient descent, from image to new loss", sgd_step),
    "tf-conv-valid": _tf("conv2d", "valid"),
    "tf-conv-same": _tf("conv2d", "same"),
    "tf-input-valid": _tf_gradient("input", "valid"),
    "tf-input-same": _tf_gradient("input", "same"),
    "tf-filter-valid": _tf_gradient("filter", "valid"),
    "tf-filter-same": _tf_gradient("filter", "same"),
    "dilated": Preset(
        "a convolution with dilation 2: the cells of a window are 2 apart",
        lambda: convolution(TO_25, ((1, 2), (3, 4)), conv_param={"dilation": 2}),
    ),
    "strided": Preset(
        "a convolution with stride 2, padding and a bias, and all of its gradients",
        lambda: convolution(
            IMAGE, ((1, 0), (2, -1)), (1,), {"stride": 2, "pad": ((1, 0), (0, 1))}, UPSTREAM
        ),
    ),
    "max-pool": Preset(
        "max pooling: who wins a window of 2 x 2, and where the gradient goes",
        lambda: max_pool(POOLED, {"pool_height": 2, "pool_width": 2}, UPSTREAM),
    ),
    "avg-pool": Preset(
        "average pooling: everybody counts, and everybody receives",
        lambda: avg_pool(POOLED, {"pool_height": 2, "pool_width": 2}, UPSTREAM),
    ),
    "relu": Preset(
        "a ReLU: what passes, and what comes back",
        lambda: relu(SIGNS, ((10, 20, 30), (40, 50, 60))),
    ),
}


def preset(name, passes=()):
    """Return the trace of an example.

    Parameters
    ----------
    name : str
        Key in ``PRESETS``: "sgd-step", "tf-conv-same", "max-pool" ...
    passes : str or sequence of str
        Names of the passes to keep; by default those that the example is about.

    Raises
    ------
    ValueError
        If there is no such example, or it has no such pass.
    """
    if name not in PRESETS:
        hint = near_miss(str(name), PRESETS) or f"; there are {', '.join(PRESETS)}"
        raise ValueError(f"trace: no preset {name!r}{hint}")
    example = PRESETS[name]
    told = example.make()
    passes = ((passes,) if isinstance(passes, str) else passes) or example.passes
    told = replace(told, source=example.source)
    return told.only(*passes) if passes else told
