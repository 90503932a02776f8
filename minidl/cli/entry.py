"""Parse the words of a command line, run its command, and turn what goes wrong into one line.

Exit status 0 means that all is well, 1 that what was checked failed, 2 that the command was wrong.
"""

import argparse
import os
import sys

import minidl
from minidl.cli import assignment, check, compare, demo, info, trace, train

COMMANDS = (demo, compare, check, trace, train, assignment, info)


def main(argv=None):
    """Run one command and return its exit status."""
    _open_streams()
    arguments = _parser().parse_args(argv)
    if hasattr(sys.stdout, "reconfigure"):  # a file's name may not be in a terminal's alphabet
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = arguments.run(arguments)
        sys.stdout.flush()  # here, where a reader that has left can still be answered
        return status
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has seen enough
        _discard_output()
        return 1
    except (ImportError, OSError, TypeError, ValueError) as error:
        if arguments.debug:
            raise
        print(f"minidl: {_words(error)}", file=sys.stderr)
        if _is_of_output(error):
            _discard_output()
            return 1
        return 2


def _open_streams():
    """Let there be an output and an error stream, which write all text in one way or another.

    Python has none where they were closed before it started.  A character that a terminal has no
    code for is written as its number, so that a name in a line ends no run.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            setattr(sys, name, open(nowhere, "w", closefd=False))  # noqa: SIM115 - to the end
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")


def _words(error):
    """Return what is wrong in words; where a system says it, without the system's number."""
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    reason = error.strerror[0].lower() + error.strerror[1:]
    if _is_of_output(error):
        return f"the output cannot be written: {reason}"
    return f"{error.filename or repr(error.filename)}: {reason}"


def _is_of_output(error):
    """Whether an error comes from printing: the system gave it a number, and no file has a name."""
    return bool(getattr(error, "errno", None)) and error.filename is None


def _discard_output():
    """Let what is still to be printed go nowhere, or Python fails again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser():
    parser = argparse.ArgumentParser(
        prog="minidl",
        description="Deep learning, small and readable.",
        epilog="example: minidl demo",
    )
    parser.add_argument("--version", action="version", version=f"minidl {minidl.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser
