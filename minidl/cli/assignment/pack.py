"""``minidl assignment pack``: the zip that a student hands in."""

import sys

from minidl.cli.assignment.check import add_folder
from minidl.cli.options import add_command, output_file


def add(commands):
    """Add the command."""
    command = add_command(
        commands,
        "pack",
        _run,
        "make the zip to hand in",
        "minidl assignment pack --name ada",
    )
    command.add_argument(
        "--name", metavar="NAME", help="yours: goes into the name of the zip, layers-ada.zip"
    )
    command.add_argument(
        "-o",
        "--out",
        type=output_file(".zip"),
        metavar="FILE.zip",
        help="where to, instead of a file in this folder",
    )
    add_folder(command)


def _run(arguments):
    from minidl.assignment import pack

    packed = pack(arguments.folder, arguments.name, arguments.out)
    if packed.untouched:
        print(f"note: not written yet: {', '.join(packed.untouched)}", file=sys.stderr)
    for name, size in packed.files.items():
        print(f"  {name:30}{size:8} bytes")
    print(f"hand in {packed.path}")
    print(f"sha256  {packed.sha256}")
    return 0
