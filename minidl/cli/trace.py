"""``minidl trace``: a convolution and its gradients, told step by step."""

import argparse
import json
import re
import sys

from minidl.cli.matrices import integers
from minidl.cli.options import add_command, add_json
from minidl.cli.traced import LAYERS, traced


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
    command._negative_number_matcher = re.compile(r"^-(\d|\.|inf|nan)")
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
    if arguments.cell is not None and (arguments.json or arguments.html is not None):
        raise ValueError("trace: --cell is for the text; leave out --json and --html, or --cell")
    told = traced(arguments)
    if arguments.html is not None:
        _write_page(arguments.html, told)
    if arguments.json:
        print(json.dumps(told.as_dict(), indent=1, allow_nan=False))
    elif arguments.html is not None:
        print(f"{arguments.html} is written; open it in a browser")
    else:
        print(_text(told, arguments.cell))
    return 0


def _text(told, cell):
    """Return the story as it fits the terminal, if it goes to one."""
    from minidl.terminal import colourful, columns
    from minidl.trace.text import WIDTH

    cell = None if cell is None else integers("cell", cell, range(1, 9))
    return told.text(cell, colourful(sys.stdout), width=min(columns(sys.stdout) or WIDTH, WIDTH))


def _write_page(path, told):
    from minidl.storage import replacing
    from minidl.trace.page import page

    with replacing(path) as file:
        file.write(page(told).encode())


def _list():
    from minidl.trace.presets import PRESETS

    width = max(map(len, PRESETS))
    for name, preset in PRESETS.items():
        print(f"{name:{width}}  {preset.says}")
    return 0
