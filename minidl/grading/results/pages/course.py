"""The page for the instructor: how the whole class did, task by task and check by check."""

import collections
import statistics

from minidl.grading.results.pages.histogram import histogram
from minidl.grading.results.pages.parts import (
    anchor,
    badge,
    bar,
    bullets,
    document,
    points,
    table,
    text,
)
from minidl.grading.results.text import in_short

MOST_SAID = 5  # of what is said about a task


def course_page(sheet):
    """Return the report of all hand-ins as HTML; it tells hidden cases, too."""
    overrides = [f"{row.id}, {what}" for row in sheet.rows for what in row.overrides]
    parts = [
        "<header>",
        "<p>All hand-ins</p>",
        f"<h1>{text(sheet.title)}</h1>",
        f"<p>{text(in_short(sheet))}</p>",
        '<p class="quiet">For the instructor: this page tells hidden cases. The pages that it '
        "links to do not.</p>",
        "</header>",
        "<main>",
        histogram(sheet),
        _tasks(sheet),
        _hand_ins(sheet),
        _section("Overridden", bullets(overrides)),
        *(_task(sheet, task) for task in sheet.tasks),
        "</main>",
    ]
    return document(sheet.title, "\n".join(filter(None, parts)))


def _section(title, body):
    return f"<section><h2>{text(title)}</h2>{body}</section>" if body else ""


def _tasks(sheet):
    if not sheet.graded:
        return ""
    rows = []
    for task in sheet.tasks:
        lines = sheet.lines_of(task.id)
        passed = sum(line.task.status == "passed" for line in lines)
        mean = statistics.fmean(line.points for line in lines)
        name = f'<a href="#{anchor(task.id)}">{text(task.id)}</a>'
        rows.append(
            (name, text(task.title), bar(passed / len(lines)), points(round(mean, 1), task.out_of))
        )
    header = ("Task", "What", "Passed by", "Mean points")
    return _section("Tasks", table("Tasks", header, rows, numbers=(3,)))


def _hand_ins(sheet):
    rows = [
        (
            f'<a href="{text(row.id)}.html">{text(row.id)}</a>',
            badge(row.record["status"]),
            _what(row),
            points(row.points, row.out_of),
        )
        for row in sheet.rows
    ]
    header = ("Hand-in", "Status", "What failed", "Points")
    return _section("Hand-ins", table("Hand-ins", header, rows, numbers=(3,)))


def _what(row):
    told = [row.record["says"], row.failed() if row.is_graded else ""]
    overridden = ["<em>overridden</em>"] if row.overrides else []
    return "; ".join([*map(text, filter(None, told)), *overridden])


def _task(sheet, task):
    lines = sheet.lines_of(task.id)
    if not lines:
        return ""
    rows = [_check(kind, part, checks) for (kind, part), checks in sheet.checks_of(task.id).items()]
    header = ("Check", "Passed by", "Failed in", "Of points")
    failed = [line.task for line in lines if line.task.status != "passed"]
    said = collections.Counter(task.says for task in failed if task.says)
    statuses = collections.Counter(line.task.status for line in lines)
    return (
        f'<section id="{anchor(task.id)}">\n<h2>{text(task.title)} <code>{text(task.id)}</code>'
        f"</h2>\n<p>{' '.join(f'{badge(s)} {n}' for s, n in statuses.most_common())}</p>\n"
        f"{table(f'Checks of {task.id}', header, rows, numbers=(3,))}\n"
        f"{_said(said)}\n</section>"
    )


def _said(said):
    lines = [f"{number} times: {says}" for says, number in said.most_common(MOST_SAID)]
    return f"<h3>Said most often</h3>{bullets(lines)}" if lines else ""


def _check(kind, part, checks):
    passed = sum(check.status == "passed" for check in checks)
    cases = collections.Counter(trial.name for check in checks for trial in check.failed)
    told = "; ".join(f"{text(name)} {number}" for name, number in cases.most_common())
    return f"{text(kind)}, {text(part)}", bar(passed / len(checks)), told, f"{checks[0].out_of:g}"
