"""What stands below the long table: its columns explained, those alone that it has."""

from minidl.compare.cells import UNCLEAR_IN_SHORT, line_a_side, sides_of
from minidl.compare.speedup import CONFIDENCE


def legend(comparisons):
    """Return one sentence with an explanation of every kind of cell that the long table has."""
    found = [c.speedup_of(side) for c in comparisons for side in sides_of([c])]
    known = [one for one in found if one is not None]
    parts = ["results: largest difference, absolute/relative"]
    if any(len(timing.seconds) > 1 for c in comparisons for timing in c.timings.values()):
        parts.append("+-: half of what lies between the quartiles")
    parts += _intervals(known)
    if any(c.speedup_of(side) and not c.clear(side) for c in comparisons for side in c.timings):
        parts.append(f"{UNCLEAR_IN_SHORT}: between the quartiles both take the same time")
    if any(c.extra_bytes for c in comparisons):
        both = "" if line_a_side(comparisons) else ", " + "/".join(sides_of(comparisons))
        parts.append(f"extra MB: memory beyond the results{both}")
    return "; ".join(parts)


def _intervals(known):
    """Return what the brackets behind speed-ups mean, and the star."""
    sure = [one.confidence for one in known if one.confidence]
    if not sure:
        return ["speed-up: of one round, how well it is known cannot be told"] if known else []
    parts = [f"in brackets: where the speed-up lies, {CONFIDENCE:.0%} sure"]
    less = sorted({one for one in sure if one < CONFIDENCE})
    if less:
        percent = " to ".join(dict.fromkeys(f"{less[k]:.0%}" for k in (0, -1)))
        parts.append(f"* {percent} sure, of few rounds")
    return parts
