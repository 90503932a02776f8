"""Tables for spreadsheets and gradebooks: ``grades.csv`` and ``items.csv``."""

import csv
import io

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def grades(sheet):
    """Return one line for each hand-in: its points in all, of each task, and why."""
    header = ["id", "points", "out_of", "status", *(task.id for task in sheet.tasks)]
    header += ["overridden", "says", "from"]
    rows = []
    for row in sheet.rows:
        points = {line.task.id: line.points for line in row.lines}
        first = (row.id, row.points, row.out_of, row.record["status"])
        last = ("; ".join(row.overrides), row.record["says"], row.record["from"])
        rows.append((*first, *(points.get(task.id, "") for task in sheet.tasks), *last))
    return _csv(header, rows)


def items(sheet):
    """Return one line for each part of each check: how many hand-ins passed it, of how many."""
    header = ("task", "check", "part", "cases", "points", "passed", "of", "mean_points")
    rows = []
    for task in sheet.tasks:
        for (kind, part), checks in sheet.checks_of(task.id).items():
            passed = sum(check.status == "passed" for check in checks)
            mean = round(sum(check.points for check in checks) / len(checks), 3)
            first = checks[0]
            facts = (task.id, kind, part, first.cases, first.out_of, passed, len(checks), mean)
            rows.append(facts)
    return _csv(header, rows)


def _csv(header, rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([list(map(_cell, row)) for row in (header, *rows)])
    return text.getvalue().encode()


def _cell(value):
    """Return a cell that no spreadsheet takes for a formula: an apostrophe says that it is text."""
    if not isinstance(value, str):
        return f"{value:g}" if isinstance(value, float) else value
    return f"'{value}" if value.lstrip(" ").startswith(FORMULAS) else value
