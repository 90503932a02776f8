"""``minidl check``: a student's functions against the reference."""

import json
import sys

from minidl.cli.options import above_zero, add_command, add_json, natural


def add(commands):
    """Add the command."""
    command = add_command(
        commands,
        "check",
        _run,
        "check your own functions against the reference, and say what may be wrong",
        "minidl check my_layers.py:conv_forward",
    )
    command.add_argument(
        "functions",
        nargs="+",
        metavar="FILE.py[:FUNCTION]",
        help="a function, or all of a file that are named like a layer's; MODULE[:FUNCTION], too",
    )
    command.add_argument("--layer", metavar="NAME", help="where the function's name does not say")
    command.add_argument("--dtype", choices=["float32", "float64"], help="only this (both)")
    command.add_argument(
        "--limit", type=above_zero, default=10.0, metavar="SECONDS", help="for each call (10)"
    )
    command.add_argument("--seed", type=natural, default=0, help="of the numbers (0)")
    command.add_argument(
        "--full",
        action="store_true",
        help="also pairs, dilation, groups, no bias, empty batches: all that the reference takes",
    )
    command.add_argument(
        "--printed", action="store_true", help="show what the functions print, on standard error"
    )
    add_json(command)


def _run(arguments):
    from minidl.check import check

    reports = []
    for spec in arguments.functions:
        for report in check(
            spec,
            layer=arguments.layer,
            dtype=arguments.dtype,
            limit=arguments.limit,
            seed=arguments.seed,
            full=arguments.full,
        ):
            reports.append(report)
            if not arguments.json:
                print(report, flush=True)
    if arguments.printed:
        for printed in dict.fromkeys(report.printed for report in reports):
            print(printed, end="", file=sys.stderr)
    if arguments.json:
        print(json.dumps([report.as_dict() for report in reports], indent=1))
    return 0 if all(reports) else 1
