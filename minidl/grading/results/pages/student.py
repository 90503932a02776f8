"""The page for the one who handed in: every task, what failed and what may be the cause."""

from minidl.grading.results.pages.parts import anchor, badge, bullets, document, points, table, text
from minidl.grading.results.views import for_student

MOST_CASES = 5  # of one check that are told in full


def student_page(row):
    """Return the report of one hand-in as HTML.

    Of hidden checks it says whether they passed, and nothing else.
    """
    record = row.record
    tasks = [for_student(line) for line in row.lines]
    parts = [
        "<header>",
        f"<p>{text(record['title'])}</p>",
        f"<h1>{text(row.id)}</h1>",
        f'<p class="total">{points(row.points, row.out_of)} points {badge(record["status"])}</p>',
        _about(row),
        "</header>",
        "<main>",
        _overview(tasks),
        *map(_task, tasks),
        _hidden(tasks),
        "</main>",
        f"<footer><p>Graded by minidl {text(record['minidl'])} with bundle "
        f"<code>{text(record['bundle'][:12])}</code>; files taken: {_files(record)}.</p></footer>",
    ]
    return document(f"{row.id}: {record['title']}", "\n".join(filter(None, parts)))


def _about(row):
    says = row.record["says"]
    if row.record["status"] == "grader error":
        says = "The grader failed over this hand-in; that is not your fault, and it is tried again."
    lines = [says, *row.overrides, *row.record["notes"]]
    return bullets(filter(None, lines))


def _files(record):
    files = [
        f"<code>{text(name)}</code> (sha256 {text(digest[:12])})"
        for name, digest in sorted(record["files"].items())
    ]
    return ", ".join(files) or "none"


def _overview(tasks):
    rows = [
        (
            f'<a href="#{anchor(task.id)}">{text(task.id)}</a>',
            text(task.title),
            badge(task.status),
            points(task.points, task.out_of),
        )
        for task in tasks
    ]
    return table("Tasks", ("Task", "What", "Status", "Points"), rows, numbers=(3,))


def _task(task):
    is_told = any(check.told for check in task.checks)
    lines = [f"<p>{text(task.says)}</p>" if task.says and not is_told else ""]
    if task.override:
        lines.append(f'<p class="override">{text(task.override)}</p>')
    if task.replaced:
        lines.append(
            f"<p>Marked with the reference's {text(', '.join(task.replaced))} in the place of "
            "yours, so that it costs no points here.</p>"
        )
    if task.likely:
        lines.append(f'<div class="likely"><h3>Likely causes</h3>{bullets(task.likely)}</div>')
    rows = [
        (text(check.name), badge(check.status), _told(check), points(check.points, check.out_of))
        for check in task.checks
    ]
    checks = table(
        f"Checks of {task.id}", ("Check", "Status", "What failed", "Points"), rows, numbers=(3,)
    )
    return (
        f'<section id="{anchor(task.id)}">\n<h2>{text(task.title)} '
        f"<code>{text(task.id)}</code></h2>\n<p>{badge(task.status)} "
        f"{points(task.points, task.out_of)}</p>\n{''.join(lines)}\n{checks}\n</section>"
    )


def _told(check):
    if check.part == "hidden" and check.status != "passed":
        return '<span class="quiet">not told</span>'
    told = list(check.told[:MOST_CASES])
    if len(check.told) > MOST_CASES:
        told.append(f"and {len(check.told) - MOST_CASES} more")
    return bullets(told)


def _hidden(tasks):
    if not any(check.part == "hidden" for task in tasks for check in task.checks):
        return ""
    return (
        '<p class="quiet">Hidden cases ask for the same as the public ones, with other numbers; '
        "what they are is not told.</p>"
    )
