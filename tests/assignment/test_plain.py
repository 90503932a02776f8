"""Text of a record: one line that is the same on every machine."""

import pytest

from minidl.assignment.plain import plain_text
from minidl.students.telling import LONGEST


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("one\ntwo\r\n\tthree", "one two three"),
        ("<object at 0x7f3a5c00b0d0>", "<object at 0x...>"),
        ("/tmp/minidl-x1/layers.py, line 3", "layers.py, line 3"),
        ("no file '/home/me/a b/x.npz'", "no file 'a b/x.npz'"),
        (r"C:\Users\me\layers.py is wrong", "layers.py is wrong"),
        ("fast.cpython-311-x86_64-linux-gnu.so: no", "fast.pyx: no"),
        (r"C:\builds\fast.cp311-win_amd64.pyd", "fast.pyx"),
        ("half of it: N/2 and a/b/c stay", "half of it: N/2 and a/b/c stay"),
        ("a \x1b[31mred\x1b[0m word\x00", "a [31mred [0m word"),
        ("right\u202e to left \ud800", "right to left"),
    ],
)
def test_texts_of_others(text, plain):
    assert plain_text(text) == plain


def test_a_known_folder_may_have_spaces():
    assert plain_text("importing /a b/c/layers.py", "/a b/c") == "importing layers.py"


def test_long_texts_are_cut():
    assert len(plain_text("x" * 10_000)) == LONGEST
    assert plain_text("x/" * 100_000 + "y").endswith("...")
