"""Comparisons as text: a table for people, Markdown, CSV and JSON."""

import csv
import io
import json
import textwrap

from minidl.compare.cells import long_cells, short_cells, sides_of
from minidl.compare.legend import legend
from minidl.compare.plan import shape_text
from minidl.terminal import table


def report(comparisons, wide=False):
    """Return comparisons as a table for people, and under it what differs and what is missing.

    Parameters
    ----------
    comparisons : list of Comparison
    wide : bool
        Also errors of two kinds, spreads, intervals, GFLOP/s and memory, and what those are.
    """
    comparisons = list(comparisons)
    header, rows, left = (long_cells if wide else short_cells)(comparisons)
    below = textwrap.wrap(legend(comparisons), WIDTH) if wide else []
    parts = [table(header, rows, left), "\n".join(below), *remarks(comparisons)]
    return "\n\n".join(part for part in parts if part)


def report_markdown(comparisons):
    """Return comparisons as a table in Markdown, with everything that the wide table has."""
    comparisons = list(comparisons)
    header, rows, left = long_cells(comparisons)
    rule = ["---"] * left + ["---:"] * (len(header) - left)
    lines = [f"| {' | '.join(line)} |" for line in [header, rule, *rows]]
    below = [legend(comparisons), *(f"* {r}" for r in remarks(comparisons))]
    return "\n".join([*lines, *(f"\n{part}" for part in below if part)])


def report_csv(comparisons):
    """Return comparisons as CSV, one line for each side of each."""
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for c in comparisons:
        for side in sides_of([c]) or ("",):
            writer.writerow(_flat(c, side))
    return text.getvalue().rstrip("\n")


def report_json(comparisons, machine=None):
    """Return comparisons as JSON: on what they were measured, and one record for each."""
    record = {"machine": machine, "comparisons": [c.as_dict() for c in comparisons]}
    return json.dumps(record, indent=1)


def remarks(comparisons):
    """Return one line for each result that differs, and for each side that was skipped."""
    wrong = [f"{c.label}, {gap}" for c in comparisons for gap in c.gaps if not gap.equal]
    return wrong + [f"{c.label}: {c.note}" for c in comparisons if c.note]


def too_slow(comparisons, side, ratio):
    """Return one line for each comparison in which a side is not ``ratio`` times faster."""
    lines = []
    for c in comparisons:
        known = c.speedup_of(side)
        if known is None and c.equal and (side in c.timings or c.note):
            lines.append(f"{c.label} ({side}): no speed-up is known, {ratio:g} x were asked for")
        elif known is not None and known.ratio < ratio:
            lines.append(
                f"{c.label} ({side}): {known.ratio:,.1f} x, less than the {ratio:g} x asked for"
            )
    return lines


WIDTH = 100  # of the lines below a table
CSV_COLUMNS = (
    *("layer", "pass", "dtype", "sizes", "equal", "max_absolute", "max_relative", "side"),
    *("median_seconds", "lower_quartile", "upper_quartile", "rounds"),
    *("speedup", "speedup_low", "speedup_high", "confidence", "gflops", "extra_bytes", "note"),
)


def _flat(c, side):
    row = {
        "layer": c.layer,
        "pass": c.which,
        "dtype": c.dtype,
        "sizes": shape_text(c.sizes),
        "equal": c.equal,
        "max_absolute": c.max_absolute,
        "max_relative": c.difference,
        "side": side,
        "note": c.note,
    }
    if side in c.timings:
        timing = c.timings[side].as_dict()
        row |= {"median_seconds": timing.pop("median"), **timing}
        row |= {"gflops": c.gflops(side), "extra_bytes": c.extra_bytes.get(side)}
    known = c.speedup_of(side) if side else None
    if known is not None:
        row |= {"speedup": known.ratio, "speedup_low": known.low, "speedup_high": known.high}
        row["confidence"] = known.confidence
    return row
