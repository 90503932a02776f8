"""What the ways of handing in share: a list of files that are only read if they are wanted."""

import unicodedata
from dataclasses import dataclass, field

MEBI = 1 << 20


class Refused(ValueError):  # noqa: N818 - it says what happened
    """A hand-in cannot be taken; the message says why, for the one who handed it in."""


@dataclass(slots=True)
class Listing:
    """The files of a zip or of a folder.

    Attributes
    ----------
    readers : dict of str to callable
        By name, with "/" between folders: takes the most bytes that there may be, returns them all.
    odd : dict of str to str
        Names of what is no ordinary file, and what it is: "a link".
    from_zip : bool
    """

    readers: dict = field(default_factory=dict)
    odd: dict = field(default_factory=dict)
    from_zip: bool = False


def is_junk(name):
    """Whether a name is of what editors, systems and Python leave behind."""
    parts = name.split("/")
    return any(part.startswith(".") or part in ("__pycache__", "__MACOSX") for part in parts)


def same_place(name):
    """Return what is equal for names that some file system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def shown(name):
    """Return a name as it may stand in a line of text: short, and without control characters."""
    text = repr(name)
    return text if len(text) <= 80 else f"{text[:60]}...{text[-15:]}"


def mebibytes(size):
    """Return a size in words: "1.4 MiB"."""
    return f"{size / MEBI:.1f} MiB"


def require_few(count, limits):
    """Refuse more files than a hand-in may have."""
    if count > limits.submission_files:
        raise Refused(
            f"it holds {count} files, and {limits.submission_files} are allowed; hand in only "
            "what is asked for"
        )


def require_small(size, limits, what="it holds"):
    """Refuse more bytes than a hand-in may have."""
    if size > limits.submission_mb * MEBI:
        raise Refused(
            f"{what} {mebibytes(size)}, and {limits.submission_mb} MiB are allowed; hand in only "
            "what is asked for"
        )
