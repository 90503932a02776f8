"""Text that goes into a record: one line, not long, and the same on every machine."""

import re

from minidl.students.telling import one_line

FOLDERS = re.compile(r"(?<![\w./\\])(?:[A-Za-z]:[\\/]|/)(?:[^\s/\\:'\"()]+[\\/])+")

COMPILED = re.compile(r"\b(\w+)\.[\w-]+\.(?:so|pyd)\b")  # its ending is that of one machine


def plain_text(text, *folders):
    r"""Return a text as one line without addresses, folders and unseen characters.

    Parameters
    ----------
    text : str
        It may be what a student's code says.
    *folders : path-like
        Folders whose names may hold spaces, so that only knowing them finds them.

    Examples
    --------
    >>> plain_text("importing /home/me/layers.py raised\n<f at 0x7f00aa10>")
    'importing layers.py raised <f at 0x...>'
    """
    text = one_line(str(text), [str(folder) for folder in folders])
    return COMPILED.sub(r"\1.pyx", FOLDERS.sub("", text))
