"""Zips that depend on nothing but what is in them: no dates, no umask, no compressor."""

import io
import zipfile

THEN = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can hold
MODE = 0o100644 << 16  # an ordinary file, written to by its owner
UNIX = 3  # what the mode is to be understood as


def zip_bytes(files):
    """Return a zip of files, sorted by name, all with the same date and permissions.

    They are stored and not compressed, as versions of zlib differ in the bytes that they give.

    Parameters
    ----------
    files : dict of str to bytes
        By name, with "/" between folders.

    Returns
    -------
    bytes
    """
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, THEN)
            member.external_attr, member.create_system = MODE, UNIX
            archive.writestr(member, files[name])
    return memory.getvalue()
