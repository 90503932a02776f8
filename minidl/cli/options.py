"""What the options of several commands share."""

import argparse
import math
import os


def add_command(commands, name, run, purpose, example):
    """Add a command with a help page that ends with an example; return its parser."""
    command = commands.add_parser(
        name,
        help=purpose,
        description=purpose[0].upper() + purpose[1:] + ".",
        epilog=f"example: {example}",
    )
    command.add_argument("--debug", action="store_true", help="show where an error was raised")
    command.set_defaults(run=run)
    return command


def add_json(command):
    """Add ``--json``, for programs that read what a command prints."""
    command.add_argument("--json", action="store_true", help="print JSON")


def positive(text):
    """Return a whole number of at least 1."""
    number = natural(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {number}")
    return number


def natural(text):
    """Return a whole number of at least 0."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number, got {text!r}")
    return int(text)


def number(text):
    """Return a number, whichever it is."""
    return _number(text, "", lambda _: True)


def above_zero(text):
    """Return a number above 0."""
    return _number(text, " above 0", lambda number: 0 < number < math.inf)


def not_negative(text):
    """Return a number of at least 0."""
    return _number(text, " of at least 0", lambda number: 0 <= number < math.inf)


def _number(text, rule, fits):
    try:
        value = float(text)
        if fits(value):
            return value
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"must be a number{rule}, got {text!r}")


def output_file(*endings):
    """Return a type of option: a file that can be written, tried before hours of work.

    Parameters
    ----------
    *endings : str
        Those that its name may have, such as ".png"; any if there are none.
    """

    def writable(path):
        if path == "-":
            return path
        ending = os.path.splitext(path)[1].lower()
        if endings and ending not in endings:
            got = repr(ending) if ending else "none"
            raise argparse.ArgumentTypeError(
                f"{path!r} must end in {', '.join(endings)}, got {got}"
            )
        if os.path.isdir(path):
            raise argparse.ArgumentTypeError(f"{path!r} is a folder; name a file in it")
        new = not os.path.lexists(path)
        try:
            with open(path, "ab"):
                pass
            if new:
                os.remove(path)
        except OSError as error:
            raise argparse.ArgumentTypeError(f"cannot write {path!r}: {error.strerror}") from None
        return path

    return writable
