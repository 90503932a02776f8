"""What the options of ``minidl trace`` ask for: an example, or a layer with its arrays."""

from minidl.cli.matrices import array, integers

LAYERS = ("conv", "max_pool", "avg_pool", "relu")
WINDOWS = ("stride", "pad")
OPTIONS = {  # which options, of those that say what to trace, go with what
    "conv": ("x", "w", "b", "dout", *WINDOWS, "dilation", "groups"),
    "max_pool": ("x", "dout", "window", *WINDOWS, "dilation", "ceil_mode", "global_pool"),
    "avg_pool": ("x", "dout", "window", *WINDOWS, "ceil_mode", "global_pool", "image_only"),
    "relu": ("x", "dout"),
    "sgd-step": ("x", "w", "target", "lr"),
}
SETTING = sorted({option for options in OPTIONS.values() for option in options})


def traced(arguments):
    """Return the trace that the words of a command line ask for.

    Parameters
    ----------
    arguments : argparse.Namespace

    Returns
    -------
    Trace

    Raises
    ------
    ValueError, TypeError, OSError
        If the words do not fit together, or stand for what the layer refuses.
    """
    from minidl import trace

    given = {name: getattr(arguments, name) for name in SETTING}
    given = {name: value for name, value in given.items() if value is not None}
    passes = arguments.passes or ()
    if arguments.preset and arguments.layer:
        raise ValueError(f"trace: {arguments.preset} is an example; leave out --layer")
    if arguments.preset and not (arguments.preset == "sgd-step" and given):
        told = trace.preset(arguments.preset, passes)
        if given:
            options = ", ".join("--" + name.replace("_", "-") for name in given)
            raise ValueError(
                f"trace: {arguments.preset} has numbers of its own; leave out {options}"
            )
        return told
    layer = arguments.preset or arguments.layer or "conv"
    _require_known(layer, given)
    told = _MAKERS[layer](_arrays(given), given)
    return told.only(*passes) if passes else told


def _require_known(layer, given):
    for name in given:
        if name not in OPTIONS[layer]:
            takes = ", ".join("--" + known.replace("_", "-") for known in OPTIONS[layer])
            raise ValueError(
                f"trace: --{name.replace('_', '-')} is no option of {layer}, which takes {takes}"
            )
    if layer == "sgd-step":
        return
    if "x" not in given:
        raise ValueError(
            'trace: nothing to trace; give an image, --x "1 2; 3 4", or the name of an example '
            "(minidl trace --list)"
        )
    if layer == "conv" and "w" not in given:
        raise ValueError('trace: conv needs a filter, too: --w "1 0; 0 1"')
    if layer.endswith("pool") and "window" not in given and "global_pool" not in given:
        raise ValueError(f"trace: {layer} needs --window 2, or --global-pool")


def _arrays(given):
    """Return the arrays among the options; a bias is a row of numbers."""
    arrays = {name: array(name, given[name]) for name in ("x", "w", "b", "dout") if name in given}
    if "b" in arrays:
        arrays["b"] = arrays["b"].reshape(-1)
    return arrays


def _conv(arrays, given):
    from minidl import trace

    param = _windows(given)
    if "groups" in given:
        (param["groups"],) = integers("groups", given["groups"], (1,))
    return trace.convolution(**arrays, conv_param=param)


def _pool(name):
    def make(arrays, given):
        from minidl import trace

        param = _windows(given)
        if "window" in given:
            height, *width = integers("window", given["window"], (1, 2))
            param |= {"pool_height": height, "pool_width": width[0] if width else height}
        param |= {key: True for key in ("ceil_mode", "global_pool") if key in given}
        if "image_only" in given:
            param["count_include_pad"] = False
        return getattr(trace, name)(arrays["x"], param, arrays.get("dout"))

    return make


def _relu(arrays, given):
    from minidl import trace

    return trace.relu(**arrays)


def _sgd_step(arrays, given):
    from minidl import trace

    return trace.sgd_step(**arrays, **{key: given[key] for key in ("target", "lr") if key in given})


_MAKERS = {
    "conv": _conv,
    "max_pool": _pool("max_pool"),
    "avg_pool": _pool("avg_pool"),
    "relu": _relu,
    "sgd-step": _sgd_step,
}


def _windows(given):
    """Return stride, padding and dilation as the layers take them."""
    param = {}
    for name in ("stride", "dilation"):
        if name in given:
            numbers = integers(name, given[name], (1, 2))
            param[name] = numbers[0] if len(numbers) == 1 else tuple(numbers)
    if "pad" in given:
        param["pad"] = _padding(given["pad"].strip())
    return param


def _padding(text):
    if text.isalpha():
        return text
    numbers = integers("pad", text, (1, 2, 4))
    if len(numbers) == 4:
        return tuple(numbers[:2]), tuple(numbers[2:])
    return numbers[0] if len(numbers) == 1 else tuple(numbers)
