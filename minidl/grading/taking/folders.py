"""A folder from anybody: nothing in it is followed, and nothing opened that is no file."""

import os
import stat

from minidl.grading.taking.listing import (
    Listing,
    Refused,
    is_junk,
    mebibytes,
    require_few,
    require_small,
    shown,
)

DEEPEST = 12  # folders below each other
FLAGS = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_BINARY"))
ODD = {
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def list_folder(path, limits):
    """Return the :class:`~minidl.grading.taking.listing.Listing` of a folder.

    Raises
    ------
    Refused
        If it holds too much.
    """
    listing, size = Listing(), 0
    for name, entry in _entries(path, "", 0, listing):
        facts = _facts(entry)
        if facts is None or not stat.S_ISREG(facts.st_mode) or _is_reparsed(facts):
            kind = "unreadable" if facts is None else ODD.get(stat.S_IFMT(facts.st_mode), "a link")
            listing.odd[name] = kind
            continue
        listing.readers[name] = _reader(entry.path, name)
        size += facts.st_size
        require_few(len(listing.readers) + len(listing.odd), limits)
    require_small(size, limits)
    return listing


def read_file(path, most, name):
    """Return the bytes of an ordinary file.

    Raises
    ------
    Refused
        If it is a link or no file, cannot be read, or holds more than ``most`` bytes.
    """
    try:
        with open(os.open(path, os.O_RDONLY | FLAGS), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Refused(f"{shown(name)} is no ordinary file")
            data = file.read(most + 1)
    except OSError as error:
        raise Refused(f"{shown(name)} cannot be read: {error.strerror}") from None
    if len(data) > most:
        raise Refused(f"{shown(name)} holds more than the {mebibytes(most)} that are allowed")
    return data


def _entries(path, below, depth, listing):
    """Yield (name, entry) of all that is no folder, in an order that is always the same."""
    if depth > DEEPEST:
        raise Refused(f"its folders lie more than {DEEPEST} deep in each other")
    try:
        with os.scandir(path) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        if not below:
            raise Refused(f"it cannot be read: {error.strerror}") from None
        listing.odd[below.removesuffix("/")] = "unreadable"
        return
    for entry in entries:
        name = below + entry.name
        if is_junk(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False) and not _is_junction(entry):
            yield from _entries(entry.path, f"{name}/", depth + 1, listing)
        else:
            yield name, entry


def _is_junction(entry):
    """Whether a folder of Windows is a link by another name."""
    facts = _facts(entry)
    return facts is None or _is_reparsed(facts)


def _is_reparsed(facts):
    mark = getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0)
    return bool(getattr(facts, "st_file_attributes", 0) & mark)


def _facts(entry):
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None


def _reader(path, name):
    return lambda most: read_file(path, most, name)
