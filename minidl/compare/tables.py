"""Comparisons as text: a table for people, Markdown, CSV and JSON."""

import csv
import io
import json

from minidl.compare.plan import shape_text
from minidl.compare.speedup import CONFIDENCE
from minidl.terminal import table

ORDER = ("naive", "im2col", "fast", "torch", "yours")
UNCLEAR = "no clear difference"


def report(comparisons, wide=False):
    """Return comparisons as a table for people, and under it what differs and what is missing.

    Parameters
    ----------
    comparisons : list of Comparison
    wide : bool
        Also errors of two kinds, spreads, intervals, GFLOP/s and memory.
    """
    comparisons = list(comparisons)
    header, rows, left = cells(comparisons, wide)
    return "\n".join([table(header, rows, left), *("\n" + line for line in remarks(comparisons))])


def report_markdown(comparisons):
    """Return comparisons as a table in Markdown, with everything that the wide table has."""
    comparisons = list(comparisons)
    header, rows, left = cells(comparisons, wide=True)
    rule = ["---"] * left + ["---:"] * (len(header) - left)
    lines = [f"| {' | '.join(line)} |" for line in [header, rule, *rows]]
    return "\n".join([*lines, *(f"\n* {line}" for line in remarks(comparisons))])


def report_csv(comparisons):
    """Return comparisons as CSV, one line for each side of each."""
    text = io.StringIO()
    writer = csv.DictWriter(text, CSV_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for c in comparisons:
        for side in _sides([c]) or ("",):
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


def cells(comparisons, wide=False):
    """Return the header of a table, its rows, and how many columns stand to the left."""
    sides = _sides(comparisons)
    swept = next((c.swept for c in comparisons if c.swept), None)
    rivals = [side for side in sides if side != "naive"] or ["fast"]
    columns = [
        ("layer", lambda c: c.layer),
        ("pass", lambda c: c.which),
        ("results", lambda c: "equal" if c.equal else "DIFFERS"),
    ]
    if swept:
        columns.append((swept, lambda c: str(c.sizes[swept])))
    if wide:
        columns.append(("max error", lambda c: f"{c.max_absolute:.0e}"))
    columns.append(("relative" if wide else "difference", lambda c: f"{c.difference:.0e}"))
    for side in sides:
        columns.append((f"{side} ms", lambda c, side=side: _milliseconds(c.seconds(side))))
        if wide:
            columns.append(("+-", lambda c, side=side: _spread(c, side)))
    shown = rivals if wide else ["fast"]
    for side in shown:
        label = "speed-up" if side == "fast" else f"{side}: speed-up"
        columns.append((label, lambda c, side=side: _speedup(c, side)))
        if wide:
            columns.append(("95% interval", lambda c, side=side: _interval(c, side)))
    if wide:
        for side in sides:
            if side != "naive" and any(c.gflops(side) for c in comparisons):
                columns.append((f"{side} GFLOP/s", lambda c, side=side: _gflops(c, side)))
        for side in sides:
            if any(c.extra_bytes.get(side) is not None for c in comparisons):
                columns.append((f"{side} MB", lambda c, side=side: _megabytes(c, side)))
    return [name for name, _ in columns], [[cell(c) for _, cell in columns] for c in comparisons], 3


def _sides(comparisons):
    timed = {side for c in comparisons for side in c.timings}
    return [side for side in ORDER if side in timed]


def _milliseconds(seconds):
    return "" if seconds is None else f"{seconds * 1e3:,.3f}"


def _spread(c, side):
    return f"{c.timings[side].spread:.0%}" if side in c.timings else ""


def _speedup(c, side):
    known = c.speedup_of(side)
    if known is None:
        return ""
    return f"{known.ratio:,.1f} x" if c.clear(side) else UNCLEAR


def _interval(c, side):
    known = c.speedup_of(side)
    if known is None or not known.confidence:  # of one round nothing is known
        return ""
    text = f"{known.low:,.1f}..{known.high:,.1f}"
    return text if known.confidence >= CONFIDENCE else f"{text} ({known.confidence:.0%})"


def _gflops(c, side):
    rate = c.gflops(side)
    return "" if rate is None else f"{rate:.3g}"


def _megabytes(c, side):
    size = c.extra_bytes.get(side)
    return "" if size is None else f"{size / 1e6:.2f}"


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
