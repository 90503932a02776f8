"""Tables, the progress bar and pictures, as text."""

import io

import numpy as np

from minidl.terminal import draw, progress, side_by_side, table


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
