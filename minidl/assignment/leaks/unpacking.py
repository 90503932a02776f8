"""Files in files: what lies in a zip, in a notebook, and what is compressed."""

import gzip
import io
import json
import zipfile
import zlib

DEEPEST = 3  # zips in zips
MOST = 256 << 20  # bytes that are unpacked of one file
BROKEN = (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, zlib.error)


def unpacked(name, data, depth=0):
    """Yield (name, bytes) of a file and of everything in it.

    Parameters
    ----------
    name : str
        What lies in a file is called ``archive.zip/member``, ``notes.ipynb/cell 3``.
    data : bytes
        What cannot be unpacked is taken as it is.
    depth : int
        How many archives it lies in.
    """
    yield name, data
    if depth == DEEPEST:
        return
    for inner, content in _parts(name, data):
        yield from unpacked(f"{name}/{inner}", content, depth + 1)


def _parts(name, data):
    try:
        if data.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(data)) as file:
                yield "unpacked", file.read(MOST)
        elif b"PK\x05\x06" in data[-70_000:]:  # the end of a zip, before its comment
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for info in archive.infolist():
                    if not info.is_dir() and info.file_size <= MOST:
                        yield info.filename, archive.read(info)
        elif name.endswith(".ipynb"):
            yield from _cells(data)
    except BROKEN:
        return


def _cells(data):
    try:
        for k, cell in enumerate(json.loads(data)["cells"], start=1):
            yield f"cell {k}", "".join(cell["source"]).encode()
    except (KeyError, RecursionError, TypeError, ValueError):
        return
