"""Make docs/what_checks_catch.md tell the truth again: mark every wrong hand-in, write a table.

Run from anywhere: ``python docs/make_what_checks_catch.py``.  It takes a minute or two, most of it
for compiling.
"""

import pathlib
import sys
import tempfile

DOCS = pathlib.Path(__file__).resolve().parent
PAGE = DOCS / "what_checks_catch.md"
sys.path.insert(0, str(DOCS.parent / "tests"))

import hand_ins  # noqa: E402
import sample_bundles  # noqa: E402

from minidl.students.pyx import Builds, can_build  # noqa: E402

ORDER = ("layers", "convolution")
KINDS = ("shape", "values", "gradient", "dtype", "purity", "speed")
HEAD = """# What the checks catch

Each row is a hand-in of one of the two sample assignments with one mistake, as students make them.
They were written before the checks were looked at, and the table is made by marking them:
`python docs/make_what_checks_catch.py`. A cell says which part of a check did not pass: the public
one, which students see, the hidden one, or both. All other tasks of these hand-ins get all of their
points, also those that build on the wrong function: there the reference stands in for it.
"""
FOOT = """
What no check sees, because it is no mistake by the contract: a result that is laid out in another
order in memory, a gradient that is a view of a larger array, a loss that is a NumPy number.
"""


def main():
    """Mark all, and write the page."""
    require_compiler()
    with tempfile.TemporaryDirectory(prefix="minidl-") as kept:
        rows = {template: list(marked(template, Builds(kept))) for template in ORDER}
    PAGE.write_text(page(rows), encoding="utf-8")
    print(f"{PAGE.name}: {sum(map(len, rows.values()))} hand-ins")


def require_compiler():
    """End with a word if there is none."""
    ok, words = can_build()
    if not ok:
        sys.exit(words)


def marked(template, builds=None, compiled=(False, True)):
    """Yield wrong hand-ins with their marks.

    Parameters
    ----------
    template : str
    builds : Builds, optional
    compiled : collection of bool
        Whether to take those whose mistake is in a file to be compiled, and the others.
    """
    with sample_bundles.opened(template, builds) as marks:
        for wrong in hand_ins.wrong(template).values():
            if (wrong.task == "conv_forward_fast") in compiled:
                yield wrong, marks(wrong.files)


def page(rows):
    """Return the text of the page, of (wrong hand-in, marks) by template."""
    return HEAD + "".join(map(table, ORDER, (rows[name] for name in ORDER))) + FOOT


def table(template, rows):
    """Return a template's part of the page."""
    lines = [row(wrong, marks) for wrong, marks in rows]
    head = f"| task | mistake | {' | '.join(KINDS)} | points |\n|{'---|' * (len(KINDS) + 3)}\n"
    return f"\n## The assignment *{template}*\n\n{head}" + "".join(lines)


def row(wrong, marks):
    """Return one line of a table."""
    (task,) = (task for task in marks.tasks if task.id == wrong.task)
    cells = [seen(task.checks, kind) for kind in KINDS]
    points = f"{task.points} of {task.out_of}"
    return f"| {wrong.task} | {wrong.says} | {' | '.join(cells)} | {points} |\n"


def seen(checks, kind):
    """Return in words which parts of a check saw a mistake; " " if there is no such check."""
    parts = {check.part: check.status for check in checks if check.kind == kind}
    caught = [part for part, status in parts.items() if status not in ("passed", "skipped")]
    if kind == "speed" and parts and not caught:
        short = any(c.kind == kind and c.points < c.out_of for c in checks if c.status == "passed")
        caught = ["public"] if short else []
    if not parts:
        return " "
    return "both" if len(caught) == 2 else caught[0] if caught else "-"


if __name__ == "__main__":
    main()
