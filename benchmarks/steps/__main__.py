"""Compile the steps, check that all give the definition's numbers, time them, print tables."""

import argparse
import json
import sys

from benchmarks import machine, pages
from benchmarks.processes import NO_POOL, FailedError, run_python
from benchmarks.steps.one_case import CASES

PAGE = pages.DOCS / "fast_convolution.md"


def main(words=None):
    """Run the command and return its exit status: 1 if something was unequal or missing."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.steps",
        description="One convolution in eight steps, from loops to the shipped kernel.",
        epilog="example: change step6_offsets.pyx, then python -m benchmarks.steps",
    )
    parser.add_argument("--quick", action="store_true", help="each step once: for trying")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--write-docs", action="store_true", help=f"fill docs/{PAGE.name}")
    wanted = parser.parse_args(words)
    if wanted.quick and wanted.write_docs:
        parser.error("--write-docs wants figures worth keeping: leave --quick out")
    flags = ["--quick"] * wanted.quick
    found = {}
    try:
        for case in CASES:
            asked = ["-m", "benchmarks.steps.one_case", case]
            found[case] = json.loads(run_python(*asked, *flags))
            memory = json.loads(run_python(*asked, "memory", environment=NO_POOL))
            for row in found[case]:
                row["extra"] = memory.get(row["step"])
    except FailedError as error:
        print(f"benchmarks.steps: {error}", file=sys.stderr)
        return 1
    tables = {f"steps, {case}": table(rows) for case, rows in found.items()}
    facts = machine.facts(with_torch=False)
    if wanted.json:
        print(json.dumps({"machine": facts, "steps": found}, indent=1))
    else:
        for case, written in tables.items():
            print(f"\n{case}\n\n{written}")
    if wanted.write_docs:
        pages.fill(PAGE, tables | {"steps, machine": sentence(facts, found)})
    return 0


def table(rows):
    """Return the rows of one case as Markdown."""
    lines, first, before = [], rows[0]["seconds"], None
    for number, row in enumerate(rows, start=1):
        own = row["seconds"]
        lines.append(
            (
                *(str(number), row["what"], f"{own * 1e3:,.2f}", f"{row['gflops']:,.2f}"),
                f"{row['gflops'] / row['limit']:.1%}",
                "" if before is None else f"{before / own:,.1f}",
                "" if before is None else f"{first / own:,.0f}",
                "" if row["extra"] is None else f"{row['extra'] / 1e6:,.2f}",
            )
        )
        before = own
    times = ("times faster than the step before", "than the first")
    header = ("step", "what", "ms", "GFLOP/s", "of one core's limit", *times, "extra memory, MB")
    return pages.markdown(header, lines)


def sentence(facts, found):
    """Return on what the steps were measured, in one sentence."""
    blas = facts["numpy's BLAS"]
    limit = next(iter(found.values()))[0]["limit"]
    versions = f"Python {facts['python']}, NumPy {facts['numpy']} with {blas}"
    return (
        f"Measured on {facts['date']}: {facts['processor']}, {facts['cpu level']}, "
        f"{facts['compiler']}, {versions}; a core's limit is {limit:.0f} GFLOP/s."
    )


if __name__ == "__main__":
    sys.exit(main())
