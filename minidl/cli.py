"""The command line: ``minidl demo``, ``minidl compare``, ``minidl info``.

Exit status 0 means that all is well, 1 that what was checked failed, 2 that the command was wrong.
"""

import argparse
import json
import os
import sys

import minidl


def main(argv=None):
    """Run one command and return its exit status."""
    arguments = _parser().parse_args(argv)
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
    except OSError as error:
        print(f"minidl: {error}", file=sys.stderr)
        _discard_output()
        return 1
    except (ImportError, ValueError) as error:
        print(f"minidl: {error}", file=sys.stderr)
        return 2


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

    demo = _command(commands, "demo", _demo, "show what minidl does", "minidl demo --epochs 8")
    demo.add_argument("--epochs", type=_positive, default=4, help="passes over the digits (4)")
    demo.add_argument("--seed", type=_natural, default=0, help="of weights and order (0)")

    compare = _command(
        commands,
        "compare",
        _compare,
        "check that naive and fast layers agree, then time both",
        "minidl compare --layer conv --dtype float64",
    )
    compare.add_argument(
        "--layer", action="append", metavar="NAME", help="only this layer; may be repeated"
    )
    compare.add_argument(
        "--dtype", choices=["float32", "float64"], default="float32", help="precision (float32)"
    )
    compare.add_argument(
        "--three-ways",
        action="store_true",
        help="im2col and BLAS, too; only layers that have this third way (conv)",
    )
    compare.add_argument("--json", action="store_true", help="print JSON")

    info = _command(commands, "info", _info, "print versions, CPU level, threads", "minidl info")
    info.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _command(commands, name, run, purpose, example):
    command = commands.add_parser(
        name,
        help=purpose,
        description=purpose[0].upper() + purpose[1:] + ".",
        epilog=f"example: {example}",
    )
    command.set_defaults(run=run)
    return command


def _demo(arguments):
    from minidl import demo

    return 0 if demo.run(arguments.epochs, arguments.seed) else 1


def _compare(arguments):
    from minidl import compare
    from minidl.terminal import progress

    comparing = compare.compare(arguments.layer, arguments.dtype, arguments.three_ways)
    total = compare.count(arguments.layer, arguments.three_ways)
    comparisons = list(progress(comparing, total, "comparing"))
    print((compare.report_json if arguments.json else compare.report)(comparisons))
    return 0 if all(c.equal for c in comparisons) else 1


def _info(arguments):
    from minidl.info import info

    facts = info()
    if arguments.json:
        print(json.dumps(facts, indent=1))
    else:
        width = max(map(len, facts))
        for name, fact in facts.items():
            print(f"{name:{width}}  {fact}")
    return 0


def _positive(text):
    number = _natural(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {number}")
    return number


def _natural(text):
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be a whole number, got {text!r}")
    return int(text)
