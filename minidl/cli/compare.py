"""``minidl compare``: naive and fast layers side by side."""

from minidl.cli.options import add_command, add_json


def add(commands):
    """Add the command."""
    command = add_command(
        commands,
        "compare",
        _run,
        "check that naive and fast layers agree, then time both",
        "minidl compare --layer conv --dtype float64",
    )
    command.add_argument(
        "--layer", action="append", metavar="NAME", help="only this layer; may be repeated"
    )
    command.add_argument(
        "--dtype", choices=["float32", "float64"], default="float32", help="precision (float32)"
    )
    command.add_argument(
        "--three-ways",
        action="store_true",
        help="im2col and BLAS, too; only layers that have this third way (conv)",
    )
    add_json(command)


def _run(arguments):
    from minidl import compare
    from minidl.terminal import progress

    comparing = compare.compare(arguments.layer, arguments.dtype, arguments.three_ways)
    total = compare.count(arguments.layer, arguments.three_ways)
    comparisons = list(progress(comparing, total, "comparing"))
    print((compare.report_json if arguments.json else compare.report)(comparisons))
    return 0 if all(c.equal for c in comparisons) else 1
