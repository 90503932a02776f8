"""What tests of pages that show commands and what they print have in common."""

import re

import make_pages
import pytest
import transcripts

CHARTS = make_pages.has_matplotlib()


def text(name):
    """Return the text of a page of the docs."""
    return (make_pages.DOCS / name).read_text(encoding="utf-8")


def consoles(page):
    """Return the blocks with commands."""
    return [block for block in transcripts.blocks(page) if block.language == "console"]


def printing(page):
    """Return the blocks of Python whose output is shown."""
    return [block for block in transcripts.blocks(page) if block.printed]


def pictures(page):
    """Return the names of the pictures that a page shows."""
    return set(re.findall(r"pictures/(\w+\.png)", page))


def require_charts(code):
    """Skip a test of what is drawn where nothing can draw."""
    if make_pages.draws(code) and not CHARTS:
        pytest.skip("no matplotlib here")


def require_same_console(shown, today):
    """Hold what a page shows of commands to what they print today."""
    require_charts(shown.text)
    now = transcripts.commands(today.text)
    for (command, before), (same, printed) in zip(
        transcripts.commands(shown.text), now, strict=True
    ):
        assert same == command
        expected = transcripts.comparable(command, before)
        assert transcripts.comparable(command, printed) == expected, command


def require_same_print(shown, today):
    """Hold what a page shows of a block of Python to what it prints today."""
    require_charts(shown.text)
    assert today.printed.text == shown.printed.text
