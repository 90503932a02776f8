"""The report for a terminal: hand-ins with their points, then how each task went."""

import collections
import statistics

from minidl.terminal import table

MOST_TASKS = 2  # of one status that are named in a hand-in's line
WIDEST = 70  # characters of what is said of a hand-in


def report(sheet):
    """Return all hand-ins and all tasks as text."""
    if not sheet.rows:
        return "no hand-ins"
    parts = [f"{sheet.title}: {in_short(sheet)}", _hand_ins(sheet), _tasks(sheet)]
    overrides = [f"{row.id}, {what}" for row in sheet.rows for what in row.overrides]
    if overrides:
        parts.append("\n".join(["overridden", *(f"  {line}" for line in overrides)]))
    if sheet.is_mixed:
        parts.append("these were not all graded with one bundle and one version; grade them again")
    return "\n\n".join(parts)


def in_short(sheet):
    """Return in one line how many hand-ins there are, and what they reached."""
    count = collections.Counter(row.record["status"] for row in sheet.rows)
    words = [f"{len(sheet.rows)} hand-in{'s' * (len(sheet.rows) != 1)}"]
    words += [f"{number} {status}" for status, number in sorted(count.items())]
    points = [row.points for row in sheet.graded]
    if points:
        words.append(
            f"points of {sheet.rows[0].out_of:g}: mean {statistics.fmean(points):.1f}, "
            f"median {statistics.median(points):g}, from {min(points):g} to {max(points):g}"
        )
    return ", ".join(words)


def _hand_ins(sheet):
    rows = [(row.id, _what(row), f"{row.points:g}", f"{row.out_of:g}") for row in sheet.rows]
    return table(("hand-in", "status", "points", "of"), rows, left=2)


def _what(row):
    """Return in a few words what is to be known of a hand-in."""
    overridden = "overridden; " if row.overrides else ""
    if row.is_graded:
        return overridden + (row.failed(MOST_TASKS) or "all passed")
    says = f"{row.record['status']}: {row.record['says']}"
    return overridden + (says if len(says) <= WIDEST else f"{says[: WIDEST - 3]}...")


def _tasks(sheet):
    if not sheet.graded:
        return "no hand-in was graded"
    rows = []
    for task in sheet.tasks:
        lines = sheet.lines_of(task.id)
        count = collections.Counter(line.task.status for line in lines)
        others = ", ".join(f"{n} {s}" for s, n in count.most_common() if s != "passed")
        mean = statistics.fmean(line.points for line in lines)
        share = f"{count['passed'] / len(lines):.0%}"
        rows.append((task.id, others, f"{mean:.1f}", f"{task.out_of:g}", share))
    return table(("task", "not passed", "mean", "of", "passed"), rows, left=2)
