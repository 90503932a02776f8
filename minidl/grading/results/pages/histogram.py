"""How points are spread over a class, as bars and as a table behind them."""

import itertools

from minidl.grading.results.pages.parts import text

BINS = 10
WIDTH, HEIGHT = 640, 180  # of the drawing
SIDE, BELOW, ABOVE = 24, 28, 24  # room around the bars
GAP = 4


def histogram(sheet):
    """Return the spread of the points of all that were graded, as HTML."""
    reached = [row.points for row in sheet.graded]
    if not reached or not sheet.rows[0].out_of:
        return ""
    out_of = sheet.rows[0].out_of
    counts, names = count(reached, out_of), _names(out_of)
    said = ", ".join(f"{name} points: {n}" for name, n in zip(names, counts, strict=True) if n)
    return (
        f'<section><h2>Points</h2>\n<svg class="histogram" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img" aria-label="{text(said)}">\n{_bars(counts, out_of)}\n</svg></section>'
    )


def count(reached, out_of):
    """Return how many of ``reached`` fall into each tenth of ``out_of``; the last is closed."""
    counts = [0] * BINS
    for number in reached:
        counts[min(int(BINS * number / out_of), BINS - 1)] += 1
    return counts


def _names(out_of):
    edges = [out_of * k / BINS for k in range(BINS + 1)]
    return [f"{low:g} to {high:g}" for low, high in itertools.pairwise(edges)]


def _bars(counts, out_of):
    step = (WIDTH - 2 * SIDE) / BINS
    room, base = HEIGHT - ABOVE - BELOW, HEIGHT - BELOW
    drawn = []
    for k, number in enumerate(counts):
        high = room * number / max(counts)
        left, middle, top = SIDE + k * step, SIDE + (k + 0.5) * step, base - high
        drawn.append(
            f'<rect x="{left + GAP / 2:.1f}" y="{top:.1f}" width="{step - GAP:.1f}" '
            f'height="{high:.1f}"/>'
        )
        if number:
            drawn.append(f'<text class="count" x="{middle:.1f}" y="{top - 6:.1f}">{number}</text>')
    edges = "".join(
        f'<text x="{SIDE + k * step:.1f}" y="{HEIGHT - 6}">{out_of * k / BINS:g}</text>'
        for k in range(BINS + 1)
    )
    drawn.append(f'<g class="edges">{edges}</g>')
    drawn.append(f'<path class="base" d="M{SIDE} {base}H{WIDTH - SIDE}"/>')
    return "\n".join(drawn)
