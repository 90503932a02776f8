"""What the options of several commands share."""

import argparse
import math


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


def above_zero(text):
    """Return a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"must be a number above 0, got {text!r}")
    return number
