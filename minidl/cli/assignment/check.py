"""``minidl assignment check``: a student's own check, against the public cases."""

import json
import sys

from minidl.cli.options import above_zero, add_command, add_json


def add(commands):
    """Add the command."""
    command = add_command(
        commands,
        "check",
        _run,
        "check what you have written against the public cases",
        "minidl assignment check softmax_loss",
    )
    command.add_argument(
        "tasks", nargs="*", metavar="TASK", help="a task, or a file for all of its tasks (all)"
    )
    add_folder(command)
    command.add_argument(
        "--limit", type=above_zero, metavar="SECONDS", help="for each call (the assignment's)"
    )
    add_json(command)


def add_folder(command):
    """Add ``--folder``: where the hand-out lies."""
    command.add_argument(
        "--folder", default=".", metavar="FOLDER", help="of the hand-out, if it is not this one"
    )


def _run(arguments):
    from minidl.assignment import check, checked_text

    if sys.stderr.isatty():
        print("checking ...", end="\r", file=sys.stderr, flush=True)
    checked = check(arguments.folder, arguments.tasks, arguments.limit)
    if arguments.json:
        print(json.dumps(checked.as_dict(), indent=1))
        return 0 if checked.passed else 1
    for note in checked.notes:
        print(f"note: {note}", file=sys.stderr)
    print(checked_text(checked))
    return 0 if checked.passed else 1
