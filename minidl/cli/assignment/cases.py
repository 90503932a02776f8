"""``minidl assignment cases``: what cases there are, for the checks of ``assignment.toml``."""

import json
import textwrap

from minidl.cli.options import add_command, add_json

WIDTH = 100


def add(commands):
    """Add the command."""
    command = add_command(
        commands,
        "cases",
        _run,
        "list the cases that checks may name, for each task or for a layer",
        "minidl assignment cases --layer conv",
    )
    command.add_argument(
        "folder", nargs="?", metavar="FOLDER", help="with assignment.toml (., without --layer)"
    )
    command.add_argument("--layer", metavar="NAME", help="instead, the cases of a layer")
    add_json(command)


def _run(arguments):
    from minidl.assignment import cases_of_layer, cases_of_tasks

    if arguments.layer and arguments.folder:
        raise ValueError("cases: either a folder or --layer has cases; leave one out")
    if arguments.layer:
        found = {arguments.layer: cases_of_layer(arguments.layer)}
    else:
        found = cases_of_tasks(arguments.folder or ".")
    if arguments.json:
        print(json.dumps(found, indent=1))
        return 0
    for what, names in found.items():
        print(what)
        print(textwrap.fill("; ".join(names), WIDTH, initial_indent="  ", subsequent_indent="  "))
    print("behind a name may stand a dtype and a layout: ordinary, float32, Fortran-ordered")
    return 0
