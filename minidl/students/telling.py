"""Text that others wrote, made fit for a line of a report."""

import os
import re
import tempfile
import unicodedata

LONGEST = 300  # characters of a line
LONGEST_NAME = 100
TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm")
ADDRESS = re.compile(r"0x[0-9a-fA-F]{5,}")


def one_line(text, folders=()):
    """Return a text on one line, without what differs between runs or steers a terminal.

    Parameters
    ----------
    text : str
    folders : sequence of str
        Their files are named without them.
    """
    text = text[: 10 * LONGEST]
    for folder in folders:
        text = text.replace(folder + os.sep, "").replace(folder, ".")
    for folder in (*TEMPORARY, tempfile.gettempdir()):
        text = re.sub(re.escape(folder) + r"[/\\]([^\s'\"]*[/\\])?", "", text)
    text = ADDRESS.sub("0x...", text)
    text = "".join(" " if unicodedata.category(one) in _UNSEEN else one for one in text)
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def printable(text):
    """Return a text of many lines without what steers a terminal."""
    text = text.replace("\r\n", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _UNSEEN)


def name_or(name, otherwise):
    """Return a name if it is one, of a sensible length, or else something in its place."""
    return name if name.isidentifier() and len(name) <= LONGEST_NAME else otherwise


_UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")  # control characters, halves of others
