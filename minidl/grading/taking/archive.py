"""A zip from anybody, read member by member against what a hand-in may be.

Nothing is ever unpacked to a disk: members that are wanted are read into memory, with a cap.  What
a header says is compared with what is there, and never used to ask for memory.
"""

import io
import re
import stat
import unicodedata
import zipfile
import zlib

from minidl.grading.taking.listing import (
    MEBI,
    Listing,
    Refused,
    is_junk,
    require_few,
    require_small,
    same_place,
    shown,
)

COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1 | 0x40 | 0x2000  # the data, more strongly, the list of names
MOST_RATIO = 200  # program text shrinks to a quarter
RATIO_COUNTS_FROM = MEBI  # below it, zeros in a small file of numbers may shrink as they like
LOCAL_HEADER = 30  # bytes, without the name
ENTRY_MARK = b"PK\x01\x02"  # begins each entry of the list at the end of a zip
OTHERS = {  # first bytes of files that are handed in instead
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "rar",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
}


def list_zip(data, limits):
    """Return the :class:`~minidl.grading.taking.listing.Listing` of a zip.

    Parameters
    ----------
    data : bytes
    limits : minidl.assignment.Limits

    Raises
    ------
    Refused
        If it is no zip, or holds anything that a hand-in has no need of.
    """
    if data.count(ENTRY_MARK) > 100 * limits.submission_files:  # before each costs memory
        raise Refused(f"it holds more than {100 * limits.submission_files} files")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except UnicodeDecodeError:
        raise Refused("a name in it is not UTF-8, and says that it is; zip it anew") from None
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError) as error:
        raise Refused(f"it is {_what(data)}; hand in a zip ({error})") from None
    members = archive.infolist()
    names = {}
    for info in members:
        name = _name(info)
        _require_plain(info, name)
        if name in names and not info.is_dir():
            raise Refused(f"it holds {shown(name)} twice")
        names[name] = info
    _require_apart(names)
    _require_no_overlap(archive, members)
    files = {n: info for n, info in names.items() if not info.is_dir() and not is_junk(n)}
    require_few(len(files), limits)
    _require_small(files.values(), len(data), limits)
    readers = {name: _reader(archive, info, name) for name, info in files.items()}
    return Listing(readers, from_zip=True)


def _what(data):
    if not data:
        return "empty"
    if data[257:262] == b"ustar":
        return "a tar archive"
    known = [f"a {what} archive" for first, what in OTHERS.items() if data.startswith(first)]
    return known[0] if known else "a damaged zip" if data.startswith(b"PK") else "no zip"


def _name(info):
    """Return a member's name if it is a plain path below the folder that a zip stands for."""
    name = info.orig_filename  # as it is written; Python cuts the other one at a zero
    plain = name.removesuffix("/")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        raise Refused(f"it holds the name {shown(name)}, with characters that are none")
    if "\\" in name:
        raise Refused(
            f"it holds the name {shown(name)}, with a backslash; zip the files with the system's "
            "own means"
        )
    if name.startswith("/") or re.match("[A-Za-z]:", name):
        raise Refused(f"it holds the absolute name {shown(name)}; zip the files' folder instead")
    parts = [part for part in plain.split("/") if part != "."]
    if ".." in parts:
        raise Refused(f"it holds {shown(name)}, which leads out of the folder that is handed in")
    if "" in parts:
        raise Refused(f"it holds the name {shown(name)}, in which a folder has no name")
    return "/".join(parts)


def _require_plain(info, name):
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise Refused(f"it holds {shown(name)}, which is a link; hand in the file itself")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused(f"it holds {shown(name)}, which is a device or a pipe, and no file")
    if info.flag_bits & ENCRYPTED:
        raise Refused(f"it holds {shown(name)} encrypted; zip the files without a password")
    if info.compress_type not in COMPRESSIONS:
        raise Refused(
            f"it holds {shown(name)} compressed by method {info.compress_type}; only stored and "
            "deflated files are read"
        )


def _require_apart(names):
    """Refuse names that differ by case or accents only: on some systems they are one file."""
    first = {}
    for name in names:
        other = first.setdefault(same_place(name), name)
        if other != name:
            raise Refused(f"it holds both {shown(other)} and {shown(name)}, one file to some")


def _require_no_overlap(archive, members):
    """Refuse members that share bytes, from which small zips get their huge sums."""
    free = 0
    for info in sorted(members, key=lambda info: info.header_offset):
        if info.header_offset < free:
            raise Refused(f"it holds {shown(info.filename)} on top of another file")
        named = len(info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437"))
        free = info.header_offset + LOCAL_HEADER + named + info.compress_size
    if free > archive.start_dir:
        raise Refused("it is damaged: its list of files begins inside of a file")


def _require_small(files, size, limits):
    claimed = sum(info.file_size for info in files)
    require_small(claimed, limits, "unpacked it would hold")
    if claimed > RATIO_COUNTS_FROM and claimed > MOST_RATIO * size:
        raise Refused(
            f"it would be {claimed // size} times as large when unpacked, and {MOST_RATIO} are "
            "allowed"
        )


def _reader(archive, info, name):
    def read(most):
        try:
            with archive.open(info) as member:
                data = member.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as e:
            raise Refused(f"{shown(name)} in it is damaged: {_words(e)}; zip it anew") from None
        if len(data) != info.file_size:
            raise Refused(
                f"{shown(name)} in it has another size than the {info.file_size} bytes that the "
                "zip says; zip it anew"
            )
        return data

    return read


def _words(error):
    return re.sub(r"\s+", " ", str(error))[:120] or type(error).__name__
