"""``minidl trace``: a convolution and its gradients, told step by step."""

import argparse
import json
import re
import sys

from minidl.cli.matrices import array, integers
from minidl.cli.options import add_command, add_json

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


def add(commands):
    """Add the command."""
    command = add_command(
        commands,
        "trace",
        _run,
        "tell a convolution and its gradients step by step",
        'minidl trace --x "1 2 3; 4 5 6; 7 8 9" --w "3 2; 1 5" --pad same',
    )
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog += "\nor an example that has a name: minidl trace sgd-step"
    # Matrices such as -1,2;3,4 are values, though they start as options do.
    command._negative_number_matcher = re.compile(r"^-[\d.]")
    command.add_argument("preset", nargs="?", metavar="PRESET", help="an example; see --list")
    command.add_argument("--list", action="store_true", help="list the examples")
    _add_layer(command.add_argument_group("what to trace, if no example"))
    _add_output(command.add_argument_group("what to show"))


def _add_layer(group):
    matrix = {"metavar": "MATRIX"}
    group.add_argument("--layer", choices=LAYERS, help="which layer (conv)")
    group.add_argument(
        "--x", **matrix, help='the image: rows of numbers, "1 2; 3 4", or the name of a .npy file'
    )
    group.add_argument("--w", **matrix, help="the filter")
    group.add_argument("--b", **matrix, help="the bias, one number for each filter (none)")
    group.add_argument("--dout", **matrix, help="gradient of the output (ones)")
    group.add_argument("--window", metavar="N", help="of pooling: 2, or height,width")
    group.add_argument("--stride", metavar="N", help="1 for conv, or the window; N or down,across")
    group.add_argument(
        "--pad", metavar="N", help="N, same, valid, down,across or top,bottom,left,right (0)"
    )
    group.add_argument("--dilation", metavar="N", help="N or down,across (1)")
    group.add_argument("--groups", metavar="N", help="groups of channels (1)")
    yes = {"action": "store_true", "default": None}
    group.add_argument("--ceil-mode", **yes, help="a last window may end outside")
    group.add_argument("--global-pool", **yes, help="one window, as large as the image")
    group.add_argument("--image-only", **yes, help="an average leaves out the padding")
    group.add_argument("--target", type=float, metavar="T", help="of sgd-step (230)")
    group.add_argument("--lr", type=float, metavar="R", help="learning rate of sgd-step (0.01)")


def _add_output(group):
    group.add_argument(
        "--pass",
        action="append",
        dest="passes",
        metavar="NAME",
        help="only this pass, such as forward or filter-gradient; may be repeated",
    )
    group.add_argument("--cell", metavar="I,J", help="only the steps of this cell")
    add_json(group)
    group.add_argument("--html", metavar="FILE", help="write a page to look at in a browser")


def _run(arguments):
    if arguments.list:
        return _list()
    told = _trace(arguments)
    if arguments.html:
        from minidl.trace.page import page

        with open(arguments.html, "w", encoding="utf-8") as file:
            file.write(page(told))
    if arguments.json:
        print(json.dumps(told.as_dict(), indent=1, allow_nan=False))
    elif arguments.html:
        print(f"{arguments.html} is written; open it in a browser")
    else:
        from minidl.terminal import colourful

        cell = tuple(integers("cell", arguments.cell, range(1, 9))) if arguments.cell else None
        print(told.text(cell, colourful(sys.stdout)))
    return 0


def _list():
    from minidl.trace.presets import PRESETS

    width = max(map(len, PRESETS))
    for name, preset in PRESETS.items():
        print(f"{name:{width}}  {preset.says}")
    return 0


def _trace(arguments):
    """Return what the options ask for."""
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
