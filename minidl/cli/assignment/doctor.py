"""``minidl assignment doctor``: whether all is there that an assignment needs."""

from minidl.cli.assignment.check import add_folder
from minidl.cli.options import add_command


def add(commands):
    """Add the command."""
    command = add_command(
        commands,
        "doctor",
        _run,
        "say what the assignment needs that is missing, and how to get it",
        "minidl assignment doctor",
    )
    add_folder(command)


def _run(arguments):
    from minidl.assignment import examine

    well = True
    for found in examine(arguments.folder):
        print(f"{found.state:9}{found.what:22}{found.says}", flush=True)
        well &= found.state != "missing"
    print("all is there" if well else "something is missing: see the lines above")
    return 0 if well else 1
