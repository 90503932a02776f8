"""Tables, the progress bar and pictures, as text."""

import io

import numpy as np
import pytest

from minidl.terminal import columns, draw, progress, side_by_side, table


@pytest.fixture(autouse=True)
def no_columns(monkeypatch):
    """Nobody says how wide the terminal is."""
    monkeypatch.delenv("COLUMNS", raising=False)


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def test_table_aligns_words_left_and_numbers_right():
    assert table(("name", "n"), [("a", "1,000"), ("longer", "2")]) == (
        "name        n\n------  -----\na       1,000\nlonger      2"
    )


def test_progress_leaves_no_trace_where_nobody_looks():
    stream = io.StringIO()
    assert list(progress(iter("abc"), 3, "label", stream)) == ["a", "b", "c"]
    assert stream.getvalue() == ""


def test_progress_draws_a_bar_on_a_terminal_and_wipes_it():
    screen = Screen()
    assert list(progress(range(3), 3, "label", screen)) == [0, 1, 2]
    shown = screen.getvalue()
    assert shown.startswith("\rlabel [##########--------------------] 1/3, 0 s left")
    assert shown.endswith("\r\033[K")


@pytest.mark.parametrize(
    ("room", "shown"),
    [
        ("50", "\rlabel [#########------------------] 1/3, 0 s left"),
        ("44", "\rlabel [#######--------------] 1/3, 0 s left"),
        ("1", "\rlabel [#####------------] 1/3, 0 s left"),  # not less than 40
    ],
)
def test_a_bar_is_never_broken_into_lines(room, shown, monkeypatch):
    monkeypatch.setenv("COLUMNS", room)
    screen = Screen()
    assert list(progress(range(3), 3, "label", screen)) == [0, 1, 2]
    assert screen.getvalue().startswith(shown)
    screen = Screen()
    assert list(progress(range(3), 3, "a label of some length", screen)) == [0, 1, 2]
    first = screen.getvalue().split("\033[K")[0].removeprefix("\r")
    assert first.startswith("a label of some length")
    assert len(first) < max(int(room), 40)


def test_the_width_of_a_terminal(monkeypatch):
    assert columns(io.StringIO()) is None
    assert columns(Screen()) == 80
    for said, taken in [("50", 50), ("7", 40), ("0", 80), ("wide", 80), ("", 80)]:
        monkeypatch.setenv("COLUMNS", said)
        assert columns(Screen()) == taken


def test_progress_is_wiped_when_a_loop_ends_early():
    screen = Screen()
    for k in progress(range(9), 9, "label", screen):
        if k == 2:
            break
    assert screen.getvalue().endswith("\r\033[K")


def test_draw_a_digit():
    image = np.zeros((4, 3))
    image[:2, 1] = 1
    image[2:, 2] = 0.5
    assert draw(image) == [" @ ", "  +"]
    assert side_by_side([["ab", "cd"], ["ef", "g"]], gap="|") == "ab|ef\ncd|g"
