"""Zips are the same bytes for the same files, wherever and whenever they are made."""

import io
import zipfile

from minidl.assignment.making.manifest import digest
from minidl.assignment.making.zips import zip_bytes


def test_the_bytes_follow_from_the_files_alone():
    made = zip_bytes({"b.py": b"x = 1\n", "a/é.txt": "ü".encode()})
    assert made == zip_bytes({"a/é.txt": "ü".encode(), "b.py": b"x = 1\n"})
    assert digest(made) == "e192972a3d874fdd87005340bdc399331e6a8e39619734c5253638a9d0f8cabf"


def test_others_can_read_them():
    files = {"b.py": b"x = 1\n", "a/c.txt": b""}
    with zipfile.ZipFile(io.BytesIO(zip_bytes(files))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files
        modes = {member.external_attr >> 16 for member in archive.infolist()}
    assert modes == {0o100644}
