"""Files that are text, and files that are not."""

import pytest

from minidl.assignment.encoding import unreadable

TEXT = 'def f(x):\n    return "\u00fc"\n'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.replace("\n", "\r\n").encode(),
        b"# -*- coding: latin-1 -*-\n" + TEXT.encode("latin-1"),
    ],
)
def test_what_python_takes(data):
    compile(data, "layers.py", "exec")
    assert unreadable("layers.py", data) == ""


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (TEXT.encode("utf-16"), "is UTF-16; save it as UTF-8"),
        (TEXT.encode("utf-16-le"), "is UTF-16; save it as UTF-8"),
        (TEXT.encode("utf-16-be"), "is UTF-16; save it as UTF-8"),
        (TEXT.encode("utf-32"), "is UTF-32; save it as UTF-8"),
        (TEXT.encode("latin-1"), "is not UTF-8: byte 0xfc in line 2; save it as UTF-8"),
        (b"x = 1\n\0\n", "holds a zero byte in line 2; save it as UTF-8"),
        (b"# coding: klingon\n", ": unknown encoding: klingon; save it as UTF-8"),
        (b"PK\x03\x04rest", "is a zip and no text; hand in the file that is in it"),
    ],
)
def test_what_it_does_not_take(data, says):
    with pytest.raises((SyntaxError, ValueError)):
        compile(data, "layers.py", "exec")
    assert unreadable("layers.py", data).removeprefix("layers.py").strip() == says
