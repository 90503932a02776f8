"""What stands in the cells of a table of comparisons: a short one, and a long one with everything.

A line of the long table is one pass with its naive and its fast side next to each other.  More
sides would make it too wide to read, so that each has a line of its own then.  A sweep is sorted
by pass (and side), so that times grow downwards from size to size.
"""

from minidl.compare.speedup import CONFIDENCE

ORDER = ("naive", "im2col", "fast", "torch", "yours")
NEXT_TO_EACH_OTHER = 2  # sides, in the long table
UNCLEAR = "no clear difference"
UNCLEAR_IN_SHORT = "unclear"


def short_cells(comparisons):
    """Return the header of a table, its rows, and how many columns stand to the left."""
    sides, swept = sides_of(comparisons), swept_over(comparisons)
    columns = [
        ("layer", lambda c: c.layer),
        ("pass", lambda c: c.which),
        ("results", lambda c: "equal" if c.equal else "DIFFERS"),
    ]
    if swept:
        columns.append((swept, lambda c: str(c.sizes[swept])))
    columns.append(("difference", lambda c: f"{c.difference:.0e}"))
    for side in sides:
        columns.append((f"{side} ms", lambda c, side=side: _milliseconds(c, side)))
    columns.append(("speed-up", lambda c: _ratio(c, "fast")))
    return [name for name, _ in columns], [[cell(c) for _, cell in columns] for c in comparisons], 3


def long_cells(comparisons):
    """Return the same of a table with spreads, intervals, GFLOP/s and memory."""
    apart = line_a_side(comparisons)
    sides, swept = sides_of(comparisons), swept_over(comparisons)
    lines = [(c, own) for c in comparisons for own in (_one_by_one(c) if apart else [sides])]
    columns = [("pass", lambda c, _: _title(c))]
    if apart:
        columns.append(("side", lambda _, own: "".join(own)))
    said_once = len(columns)
    columns.append(("results", lambda c, own: _results(c, own if apart else ORDER)))
    left = len(columns)
    if swept:
        columns.append((swept, lambda c, _: str(c.sizes[swept])))
        order = list(dict.fromkeys(map(_title, comparisons)))
        lines.sort(key=lambda line: (order.index(_title(line[0])), *map(ORDER.index, line[1])))
    for side in sides if not apart else ():
        columns.append((f"{side} ms", lambda c, _, side=side: _time(c, side)))
    if apart:
        columns.append(("ms", lambda c, own: "".join(_time(c, side) for side in own)))
    columns.append(("speed-up", lambda c, own: "".join(_speedup(c, side) for side in own)))
    if any(c.gflops(side) for c in comparisons for side in sides):
        columns.append(("GFLOP/s", _gflops))
    if any(known is not None for c in comparisons for known in c.extra_bytes.values()):
        columns.append(("extra MB", _megabytes))
    rows = [[cell(*line) for _, cell in columns] for line in lines]
    return [name for name, _ in columns], _without_repeats(rows, said_once), left


def line_a_side(comparisons):
    """Return whether each side has a line of its own in the long table."""
    held = {gap.side for c in comparisons for gap in c.gaps}
    return len({"naive", *held, *sides_of(comparisons)}) > NEXT_TO_EACH_OTHER


def sides_of(comparisons):
    """Return the sides that were timed, in order."""
    timed = {side for c in comparisons for side in c.timings}
    return [side for side in ORDER if side in timed]


def swept_over(comparisons):
    """Return the letter of a sweep, or None."""
    return next((c.swept for c in comparisons if c.swept), None)


def _one_by_one(c):
    """Return each side in a list of its own; where results differ, those that were held to it."""
    held = {gap.side for gap in c.gaps}
    return [[side] for side in sides_of([c]) or [side for side in ORDER if side in held]]


def _title(c):
    """Return the name of a pass: "conv forward", or "mse_loss" alone, which says it already."""
    return c.layer if c.layer.endswith(c.which) else f"{c.layer} {c.which}"


def _without_repeats(rows, n):
    """Return rows whose first ``n`` cells stay empty where they repeat those above."""
    before, found = [None] * n, []
    for row in rows:
        new = next((k for k in range(n) if row[k] != before[k]), n)
        found.append([""] * new + row[new:])
        before = row[:n]
    return found


def _results(c, sides):
    gaps = [gap for gap in c.gaps if gap.side in sides]
    if not gaps:
        return ""  # of the naive side, the definition
    absolute, relative = (max(getattr(g, n) for g in gaps) for n in ("absolute", "relative"))
    word = "equal" if all(gap.equal for gap in gaps) else "DIFFERS"
    return f"{word} {_error(absolute)}/{_error(relative)}" if absolute else f"{word} exactly"


def _error(value):
    """Return one digit and its exponent: 6e-7."""
    mantissa, _, exponent = f"{value:.0e}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def _milliseconds(c, side):
    seconds = c.seconds(side)
    return "" if seconds is None else f"{seconds * 1e3:,.3f}"


def _time(c, side):
    """Return four digits of the median, and how far apart the rounds are if there are several."""
    if side not in c.timings:
        return ""
    timing = c.timings[side]
    milliseconds = timing.median * 1e3
    text = _rounded(milliseconds, 3)
    return text if len(timing.seconds) == 1 else f"{text} +-{timing.spread:.0%}"


def _ratio(c, side):
    known = c.speedup_of(side)
    if known is None:
        return ""
    return f"{times(known.ratio)} x" if c.clear(side) else UNCLEAR


def _speedup(c, side):
    known = c.speedup_of(side)
    if known is None:
        return ""
    word = f"{times(known.ratio)} x" if c.clear(side) else UNCLEAR_IN_SHORT
    if not known.confidence:  # of one round nothing is known
        return word
    star = "*" * (known.confidence < CONFIDENCE)
    return f"{word} ({times(known.low)} to {times(known.high)}){star}"


def times(ratio):
    """Return how many times faster something is, with as many decimals as mean something."""
    return f"{ratio:,.{(ratio < 2) + (ratio < 100)}f}"


def _rounded(value, most):
    """Return a number with at most so many decimals: one fewer from 10 on, two from 100 on."""
    return f"{value:,.{most - (value >= 10) - (value >= 100)}f}"


def _gflops(c, sides):
    rates = [c.gflops(side) for side in sides if side != "naive" or len(sides) == 1]
    return "".join(f"{rate:.3g}" for rate in rates if rate is not None)


def _megabytes(c, sides):
    sizes = [c.extra_bytes.get(side) for side in sides]
    return "/".join(_rounded(size / 1e6, 2) for size in sizes if size is not None)
