"""Tables in the documents: each between two comments, which a run of the measurements fills.

``<!-- table: training -->`` opens the place of the table "training"; ``<!-- end -->`` closes it.
"""

import pathlib
import re

DOCS = pathlib.Path(__file__).resolve().parents[1] / "docs"
PLACE = re.compile(r"(<!-- table: ([^>]+) -->\n).*?(<!-- end -->)", re.S)


def places(page):
    """Return the names of the tables that a page has places for."""
    return [name for _, name, _ in PLACE.findall(page.read_text(encoding="utf-8"))]


def fill(page, tables):
    """Put tables, a dict by name, into their places; other places stay as they are.

    Raises
    ------
    ValueError
        If a table has no place on the page.
    """
    homeless = sorted(set(tables) - set(places(page)))
    if homeless:
        raise ValueError(f"{page.name} has no place for the tables {', '.join(homeless)}")

    def filled(match):
        opening, name, closing = match.groups()
        return f"{opening}{tables[name]}\n{closing}" if name in tables else match[0]

    text = page.read_text(encoding="utf-8")
    page.write_text(PLACE.sub(filled, text), encoding="utf-8")


def markdown(header, rows):
    """Return rows of text as a table in Markdown, without columns that are empty throughout."""
    kept = [k for k in range(len(header)) if any(row[k] for row in rows)]
    lines = [[line[k] for k in kept] for line in [header, ["---"] * len(header), *rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
