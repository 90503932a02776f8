"""Text that goes into a record: one line, not long, and the same on every machine."""

import re

MOST = 300  # characters
FOLDERS = re.compile(r"(?<![\w./\\])(?:[A-Za-z]:[\\/]|/)(?:[^\s/\\:'\"()]+[\\/])+")
ADDRESSES = re.compile(r"0x[0-9a-fA-F]{4,}")
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


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
    >>> plain_text("importing /tmp/x1/layers.py raised\n<f at 0x7f00aa10>")
    'importing layers.py raised <f at 0x...>'
    """
    text = str(text)[: 40 * MOST]
    for folder in map(str, folders):
        for end in ("/", "\\", ""):
            text = text.replace(f"{folder}{end}", "")
    text = " ".join(UNSEEN.sub(" ", text).split())
    text = ADDRESSES.sub("0x...", FOLDERS.sub("", text))
    return text if len(text) <= MOST else f"{text[: MOST - 3]}..."
