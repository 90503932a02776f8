"""The one command: measure, print Markdown tables, and if asked write JSON, pages and charts."""

import argparse
import json
import pathlib
import sys

from benchmarks import cells, chart, machine, memory, pages, startup, tables
from benchmarks.process import PARTS
from benchmarks.processes import FailedError, can_keep_memory, run_python
from benchmarks.setting import find_torch

ALL_PARTS = [*PARTS, "startup", "memory"]


def main(words=None):
    """Run the command; its exit status is 1 for unequal results, 2 for a wrong command."""
    parser = _parser()
    wanted = parser.parse_args(words)
    wanted.parts = wanted.parts or ALL_PARTS
    if wanted.quick and wanted.write_docs:
        parser.error("--write-docs wants figures worth keeping: leave --quick out")
    try:
        if wanted.write_docs:
            chart.require()  # before minutes of measuring, not after
        record = _read(wanted.read) if wanted.read else measure(wanted)
        for table in tables.written(record).values():
            print(f"\n{table}")
        if wanted.json:
            wanted.json.write_text(json.dumps(record, indent=1) + "\n")
        if wanted.write_docs:
            chart.draw(record, pages.DOCS)
            pages.fill(pages.DOCS / "performance.md", tables.written(record))
    except FailedError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    except (ImportError, OSError, ValueError) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    return 0


def measure(wanted):
    """Return everything that was asked for, as JSON holds it."""
    with_torch = not wanted.no_torch and find_torch() is not None
    if not with_torch:
        print("PyTorch is not measured here: its columns are left out", file=sys.stderr)
    record = {
        "machine": machine.facts(with_torch),
        "settings": {
            "quick": wanted.quick,
            "settle ms": wanted.settle,
            "allocator": wanted.allocator if can_keep_memory() else "default",
        },
        "limits": {},
        "parts": {},
    }
    flags = ["--settle", wanted.settle, "--allocator", wanted.allocator]
    flags += ["--quick"] * wanted.quick + ["--no-torch"] * (not with_torch)

    def run(part, threads, *more):
        print(f"{part}, {cells.threads(threads)}", file=sys.stderr)
        asked = ["-m", "benchmarks.process", part, "--threads", threads, *flags, *more]
        return json.loads(run_python(*asked, threads=threads))

    for threads in wanted.threads:
        limits = record["limits"][str(threads)] = run("limits", threads)
        for part in wanted.parts:
            if part in PARTS:
                rows = run(part, threads, "--limits", json.dumps(limits))
                record["parts"].setdefault(part, []).extend(rows)
    if "startup" in wanted.parts:
        record["parts"]["startup"] = startup.measure(wanted.quick, with_torch)
    if "memory" in wanted.parts:
        record["parts"]["memory"] = memory.measure(wanted.threads, wanted.quick, with_torch)
    return record


def _read(path):
    """Return what an earlier run wrote with ``--json``."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        missing = {"machine", "settings", "limits", "parts"} - set(record)
    except (TypeError, ValueError):
        missing = {"JSON"}
    if missing:
        raise ValueError(f"--read: {path} was not written by --json: no {', '.join(missing)}")
    return record


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure minidl beside PyTorch, the course's im2col, and the machine's limit.",
        epilog="example: python -m benchmarks convolution --threads 1 --json out.json",
    )
    parser.add_argument(
        "parts", nargs="*", metavar="PART", type=_part, help=f"of {', '.join(ALL_PARTS)} (all)"
    )
    parser.add_argument(
        "--threads", type=_positive, nargs="+", default=[1, 2], help="each in a process (1 2)"
    )
    parser.add_argument(
        "--allocator",
        choices=["steady", "default"],
        default="steady",
        help="steady: glibc keeps freed memory; default: what a user gets (steady)",
    )
    parser.add_argument(
        "--settle",
        type=_milliseconds,
        default=15.0,
        metavar="MS",
        help="repeat a call so long before it is timed, with 2 threads and more (15)",
    )
    parser.add_argument("--no-torch", action="store_true", help="without PyTorch's columns")
    parser.add_argument("--quick", action="store_true", help="a few cases, once each: for trying")
    parser.add_argument("--json", type=_file, metavar="FILE", help="write all numbers")
    parser.add_argument("--read", type=pathlib.Path, metavar="FILE", help="do not measure: use it")
    parser.add_argument(
        "--write-docs", action="store_true", help="fill docs/performance.md and its charts"
    )
    return parser


def _part(text):
    if text not in ALL_PARTS:
        raise argparse.ArgumentTypeError(f"no part {text!r}; there are {', '.join(ALL_PARTS)}")
    return text


def _positive(text):
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"must be a whole number of at least 1, got {text!r}")
    return int(text)


def _file(text):
    path = pathlib.Path(text)
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent}")
    return path


def _milliseconds(text):
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1000:
        raise argparse.ArgumentTypeError(f"must be milliseconds from 0 to 1000, got {text!r}")
    return number


if __name__ == "__main__":
    sys.exit(main())
