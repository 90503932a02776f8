"""Files of an assignment's folder: which names they may have, and their text."""

import os
import re

FOREIGN = {  # first bytes of texts that are no UTF-8
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"\xef\xbb\xbf": "UTF-8 with a byte order mark",
}
COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
WINDOWS = {
    "aux",
    "con",
    "nul",
    "prn",
    *(f"{port}{k}" for port in ("com", "lpt") for k in range(10)),
}


def decoded(data, name):
    """Return the text of a file, line ends as they are.

    Parameters
    ----------
    data : bytes
    name : str
        Of the file, for messages.

    Raises
    ------
    ValueError
        If it is no UTF-8; if it is, but says that it is not; or if it has a byte order mark.
    """
    for first, encoding in FOREIGN.items():
        if data.startswith(first):
            raise ValueError(f"{name}:1: is written as {encoding}; save it as UTF-8")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise ValueError(f"{name}:{line}: holds a zero byte, so it is no text; save it as UTF-8")
    for k, line in enumerate(data.split(b"\n", 2)[:2]):
        cookie = COOKIE.match(line) if not name.endswith(".toml") else None
        if cookie and cookie[1].lower() not in (b"utf-8", b"utf8"):
            raise ValueError(
                f"{name}:{k + 1}: says that it is written as {cookie[1].decode('ascii', 'replace')}"
                "; save it as UTF-8, and take the line out"
            )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{name}:{line}: byte 0x{data[error.start]:02x} is no UTF-8; save the file as UTF-8"
        ) from None
    lone = re.search(r"\r(?!\n)", text)
    if lone:
        line = text.count("\n", 0, lone.start()) + 1
        raise ValueError(f"{name}:{line}: holds a carriage return that ends no line; take it out")
    return text


def what_is_wrong(folder, name):
    """Return why a name of a file within a folder cannot be taken, or None.

    Parameters
    ----------
    folder : path-like
    name : str
        With ``/`` between folders.
    """
    parts = name.split("/")
    path = os.path.join(folder, *parts)
    root = os.path.join(os.path.realpath(folder), "")
    odd = re.compile(r'[<>:"|?*\x00-\x1f]|\.$')
    rules = (
        ("\\" not in name, "has a backslash; write / between folders"),
        (
            not re.match(r"/|[A-Za-z]:", name),
            "is absolute; write it as seen from the folder",
        ),
        (".." not in parts, "leads out of the folder"),
        (
            all(part not in ("", ".") and part == part.strip() for part in parts),
            "is no plain name of a file",
        ),
        (
            not any(odd.search(part) for part in parts),
            "cannot be a name on every system; use letters, digits, _ and -",
        ),
        (
            not any(part.split(".")[0].lower() in WINDOWS for part in parts),
            "is a device on Windows; give it another name",
        ),
        (
            "\0" in name or os.path.realpath(path).startswith(root),
            "is a link that leads out of the folder",
        ),
        (
            "\0" in name or not os.path.lexists(path) or os.path.isfile(path),
            "is no ordinary file",
        ),
    )
    return next((f"{name!r} {what}" for holds, what in rules if not holds), None)
