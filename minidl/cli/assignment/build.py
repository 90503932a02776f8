"""``minidl assignment build``: the hand-out and the grader's bundle."""

import sys

from minidl.cli.options import add_command
from minidl.terminal import table


def add(commands):
    """Add the command."""
    command = add_command(
        commands,
        "build",
        _run,
        "make the hand-out and the grader's bundle, after proving that they can be marked",
        "minidl assignment build my-course",
    )
    command.add_argument(
        "folder", nargs="?", default=".", metavar="FOLDER", help="with assignment.toml (.)"
    )


def _run(arguments):
    from minidl.assignment import NotBuilt, build

    try:
        built = build(arguments.folder, say=_say)
    except NotBuilt as error:
        if arguments.debug:
            raise
        for problem in error.problems:
            print(f"minidl: build: {problem}", file=sys.stderr)
        print("nothing was built", file=sys.stderr)
        return 1
    print()
    print(_table(built.assignment))
    print()
    size = built.zip.stat().st_size
    print(f"for students    {built.zip} ({size / 1024:.0f} KiB, {len(built.files)} files)")
    print(f"                {built.folder / 'handout'}, the same as a folder")
    print(f"for the grader  {built.folder / 'grader'}, which students must not get")
    return 0


def _say(what, how):
    print(f"{what:20}{how}", flush=True)


def _table(assignment):
    from minidl.assignment import hidden_points, number, public_points

    def row(name, file, *points):
        return [name, file, *map(number, points)]

    tasks = assignment.tasks
    rows = [row(t.id, t.file, public_points(t), hidden_points(t), t.points) for t in tasks]
    sums = [sum(map(points, tasks)) for points in (public_points, hidden_points)]
    rows.append(row("all", "", *sums, assignment.points))
    return table(["task", "file", "public", "hidden", "points"], rows, left=2)
