"""``minidl demo``: see what minidl does."""

from minidl.cli.options import add_command, natural, positive


def add(commands):
    """Add the command."""
    command = add_command(commands, "demo", _run, "show what minidl does", "minidl demo --epochs 8")
    command.add_argument("--epochs", type=positive, default=4, help="passes over the digits (4)")
    command.add_argument("--seed", type=natural, default=0, help="of weights and order (0)")


def _run(arguments):
    from minidl import demo

    return 0 if demo.run(arguments.epochs, arguments.seed) else 1
