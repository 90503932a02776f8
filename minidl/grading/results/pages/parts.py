"""What the pages are built from: a document that nothing can be loaded into, tables, bars."""

import base64
import hashlib
import html
import re
from importlib import resources

DOCUMENT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""
CLASSES = {  # by status
    "passed": "passed",
    "graded": "passed",
    "not attempted": "open",
    "skipped": "open",
    "not finished": "open",
    "speed to come": "open",
    "grader error": "ours",
}


def text(value):
    """Return a text as HTML shows it, whatever is in it."""
    return html.escape(str(value))


def document(title, body):
    """Return a whole page, which runs no script and loads nothing.

    Parameters
    ----------
    title : str
        As text.
    body : str
        As HTML.
    """
    style = resources.files("minidl.grading.results.pages").joinpath("page.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    return DOCUMENT.format(policy=policy, title=text(title), style=style, body=body)


def anchor(name):
    """Return a name as it can be linked to."""
    return re.sub(r"[^\w.-]+", "-", name)


def badge(status):
    """Return a status as HTML; its words and not its colour alone say what it is."""
    return f'<span class="badge {CLASSES.get(status, "failed")}">{text(status)}</span>'


def points(reached, out_of):
    """Return points as HTML."""
    return f'<span class="points">{reached:g} <small>of {out_of:g}</small></span>'


def table(caption, header, rows, numbers=()):
    """Return a table as HTML, in a box that scrolls by itself where it does not fit.

    Roles say what its parts are also where the style makes blocks of them, on a phone.

    Parameters
    ----------
    caption : str
        As text.
    header : sequence of str
        As text.
    rows : sequence of sequences of str
        As HTML; the first cell of each heads its row.
    numbers : sequence of int
        Columns to align to the right.
    """
    kinds = ['class="number"' if k in numbers else "" for k in range(len(header))]
    head = "".join(
        f'<th role="columnheader" scope="col" {kind}>{text(name)}</th>'
        for name, kind in zip(header, kinds, strict=True)
    )
    body = "\n".join(f'<tr role="row">{_cells(row, kinds)}</tr>' for row in rows)
    return (
        f'<div class="scrolls" tabindex="0" role="region" aria-label="{text(caption)}">\n'
        f'<table role="table">\n<caption>{text(caption)}</caption>\n<thead role="rowgroup">'
        f'<tr role="row">{head}</tr></thead>\n<tbody role="rowgroup">\n{body}\n</tbody>\n'
        "</table>\n</div>"
    )


def _cells(row, kinds):
    first, *others = row
    cells = [f'<th role="rowheader" scope="row">{first}</th>']
    cells += [
        f'<td role="cell" {kind}>{cell}</td>' for cell, kind in zip(others, kinds[1:], strict=True)
    ]
    return "".join(cells)


def bar(share):
    """Return a bar for a share from 0 to 1, with the share in words beside it."""
    width = round(100 * share, 1)
    return (
        f'<span class="share"><svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" '
        f'aria-hidden="true"><rect class="rail" width="100" height="8"/><rect class="fill" '
        f'width="{width:g}" height="8"/></svg> {share:.0%}</span>'
    )


def bullets(items):
    """Return texts as a list, or nothing if there are none."""
    found = "".join(f"<li>{text(item)}</li>" for item in items)
    return f"<ul>{found}</ul>" if found else ""
