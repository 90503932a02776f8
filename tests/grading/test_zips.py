"""A museum of zips: each is refused in words, or gives what was asked for and nothing else."""

import bz2
import io
import struct
import sys
import tarfile
import warnings
import zipfile

import pytest
from small_assignment import RIGHT, small, zipped

from minidl.grading.taking.intake import take

ASSIGNMENT = small()


def taken(tmp_path, data, assignment=ASSIGNMENT):
    path = tmp_path / "ada.zip"
    path.write_bytes(data)
    return take(path, assignment)


def refused(tmp_path, data, assignment=ASSIGNMENT):
    result = taken(tmp_path, data, assignment)
    assert result.files == {}
    assert "\n" not in result.refused
    return result.refused


def with_attributes(name, mode):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return info


def patched(data, signature, offset, form, *values):
    """Return a zip with numbers of its first header with a signature replaced."""
    data, start = bytearray(data), data.index(signature)
    struct.pack_into(form, data, start + offset, *values)
    return bytes(data)


def test_a_plain_zip(tmp_path):
    result = taken(tmp_path, zipped({"layers.py": RIGHT, "notes.txt": "x", "__MACOSX/._l": "y"}))
    assert result.files == {"layers.py": RIGHT.encode()}
    assert result.notes == ("ignored: 'notes.txt'",)
    assert result.refused == ""


def test_what_pack_has_added_is_not_worth_a_note(tmp_path):
    files = {"layers.py": RIGHT, "manifest.json": "{}", "old/manifest.json": "{}"}
    assert taken(tmp_path, zipped(files)).notes == ("ignored: 'old/manifest.json'",)


@pytest.mark.parametrize("top", ["hw1/", "./", "Users/ada/hw 1/"])
def test_files_in_one_folder(tmp_path, top):
    result = taken(tmp_path, zipped({f"{top}layers.py": RIGHT, f"{top}README.md": "x"}))
    assert list(result.files) == ["layers.py"]


def test_the_folder_nearest_to_the_top_counts(tmp_path):
    result = taken(tmp_path, zipped({"hw/old/layers.py": "old", "hw/layers.py": "new"}))
    assert result.files == {"layers.py": b"new"}
    message = refused(tmp_path, zipped({"hw/layers.py": "1", "hw2/layers.py": "2"}))
    assert message == ("2 of its folders hold layers.py: 'hw/', 'hw2/'; hand in one of them")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../layers.py", "leads out"),
        ("hw/../../layers.py", "leads out"),
        ("/etc/layers.py", "absolute"),
        ("C:layers.py", "absolute"),
        ("c:/layers.py", "absolute"),
        ("hw\\layers.py", "backslash"),
        ("..\\layers.py", "backslash"),
        ("hw//layers.py", "no name"),
        ("a\x1b[31m.py", "characters"),
        ("lay\x00ers.py", "characters"),
    ],
)
def test_names_that_lead_elsewhere(tmp_path, name, says):
    info = zipfile.ZipInfo("x" * len(name))
    data = zipped({info: "x", "layers.py": RIGHT}).replace(b"x" * len(name), name.encode())
    assert says in refused(tmp_path, data)


@pytest.mark.parametrize(
    ("mode", "says"), [(0o120777, "a link"), (0o010644, "a pipe"), (0o020644, "a device")]
)
def test_members_that_are_no_files(tmp_path, mode, says):
    data = zipped({with_attributes("layers.py", mode): "/etc/passwd"})
    assert says in refused(tmp_path, data)


def test_duplicates(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile itself says that this is odd
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("layers.py", "x = 1")
            archive.writestr("layers.py", "x = 2")
    assert refused(tmp_path, buffer.getvalue()) == "it holds 'layers.py' twice"
    message = refused(tmp_path, zipped({"layers.py": "1", "Layers.py": "2"}))
    assert message == "it holds both 'layers.py' and 'Layers.py', one file to some"


def test_bombs(tmp_path):
    zeros = bytes(15 << 20)
    assert "as large when unpacked" in refused(tmp_path, zipped({"layers.py": zeros}))
    assert "unpacked it would hold 32.0 MiB" in refused(
        tmp_path, zipped({"layers.py": zeros, "more.npy": bytes(17 << 20)})
    )


def test_a_nested_bomb_stays_shut(tmp_path):
    inner = zipped({"layers.py": bytes(15 << 20)})
    message = refused(tmp_path, zipped({"inner.zip": inner}))
    assert message == "it holds no layers.py, but 'inner.zip'"
    assert taken(tmp_path, zipped({"inner.zip": inner, "layers.py": RIGHT})).files


def test_a_header_that_lies_about_the_size(tmp_path):
    """The list says 10 bytes, or 4 GB; the file has neither."""
    data = zipped({"layers.py": RIGHT})
    less = patched(data, b"PK\x01\x02", 24, "<I", 10)
    assert "'layers.py' in it" in refused(tmp_path, less)
    more = patched(data, b"PK\x01\x02", 24, "<I", 1000)
    assert "another size than the 1000 bytes" in refused(tmp_path, more)
    huge = patched(data, b"PK\x01\x02", 24, "<I", 0xFFFFFFF0)
    assert "unpacked it would hold 4096.0 MiB" in refused(tmp_path, huge)


def test_members_on_top_of_each_other(tmp_path):
    """One compressed block, pointed to by two entries."""
    data = zipped({"layers.py": RIGHT, "other1.py": RIGHT})
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    data = bytearray(data)
    struct.pack_into("<I", data, second + 42, 0)
    assert "on top of another" in refused(tmp_path, bytes(data))


@pytest.mark.parametrize("flag", [0x1, 0x40, 0x2000])
def test_encrypted(tmp_path, flag):
    data = patched(zipped({"layers.py": RIGHT}), b"PK\x01\x02", 8, "<H", flag)
    assert "encrypted" in refused(tmp_path, data)


def test_compressions(tmp_path):
    assert taken(tmp_path, zipped({"layers.py": RIGHT}, zipfile.ZIP_STORED)).files
    assert "by method 12" in refused(tmp_path, zipped({"layers.py": RIGHT}, zipfile.ZIP_BZIP2))
    unknown = patched(zipped({"layers.py": RIGHT}), b"PK\x01\x02", 10, "<H", 99)
    assert "by method 99" in refused(tmp_path, unknown)


def test_too_many(tmp_path):
    files = {f"{k}.txt": "" for k in range(300)} | {"layers.py": RIGHT}
    message = refused(tmp_path, zipped(files))
    assert message.startswith("it holds 301 files, and 200 are allowed")
    files = {f".git/{k}": "" for k in range(300)} | {"layers.py": RIGHT}
    assert taken(tmp_path, zipped(files)).files
    data = zipped({f"{k}.txt": "" for k in range(30)})
    assert "more than 300 files" in refused(
        tmp_path, data.replace(b"EOF", b"") + b"PK\x01\x02" * 300, small(submission_files=3)
    )


def test_a_wrong_checksum(tmp_path):
    data = zipped({"layers.py": RIGHT}, zipfile.ZIP_STORED).replace(b"2 * x", b"3 * x")
    message = refused(tmp_path, data)
    assert message == "'layers.py' in it is damaged: Bad CRC-32 for file 'layers.py'; zip it anew"


def test_damaged(tmp_path):
    data = zipped({"layers.py": RIGHT})
    for end in (1, 20, len(data) // 2, len(data) - 1):
        assert "damaged zip" in refused(tmp_path, data[:end]) or end == 1
    assert refused(tmp_path, b"").startswith("it is empty")
    garbled = data[:45] + bytes(12) + data[57:]
    assert "in it is damaged" in refused(tmp_path, garbled)


def test_an_empty_zip(tmp_path):
    assert refused(tmp_path, zipped({})) == "it is empty; layers.py is needed"


def test_other_archives(tmp_path):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("layers.py")
        info.size = 3
        archive.addfile(info, io.BytesIO(b"abc"))
    assert refused(tmp_path, buffer.getvalue()).startswith("it is a tar archive; hand in a zip")
    assert refused(tmp_path, bz2.compress(b"x")).startswith("it is a bzip2 archive")
    assert refused(tmp_path, RIGHT.encode()).startswith("it is no zip")


def test_names_that_are_not_utf8(tmp_path):
    """A name in some other alphabet does no harm; one that says it is UTF-8, and is not, does."""
    info = zipfile.ZipInfo("\u00fcbung.txt")
    data = zipped({info: "x", "layers.py": RIGHT})
    assert taken(tmp_path, data).files
    lying = data.replace("\u00fc".encode(), b"\xfc\xfc")
    assert "not UTF-8" in refused(tmp_path, lying)
    old = zipped({"xbung.txt": "x", "layers.py": RIGHT}).replace(b"xbung", b"\x81bung")
    assert list(taken(tmp_path, old).files) == ["layers.py"]


def test_near_misses_are_named(tmp_path):
    message = refused(tmp_path, zipped({"Layers.py": RIGHT}))
    assert message == "it holds no layers.py, but 'Layers.py'; did you mean 'layers.py'?"
    both = small(("layers.py", "net.py"))
    result = taken(tmp_path, zipped({"layers.py": RIGHT, "a": "", "nets.py": ""}), both)
    assert result.notes == ("ignored: 'nets.py', 'a'", "missing: net.py")


def test_no_zip_can_raise(tmp_path):
    """Any byte of a small zip changed: refused, or taken; never an error, never anything else."""
    data = zipped({"layers.py": RIGHT, "b.txt": "b"})
    outcomes = set()
    for place in range(len(data)):
        for value in (0, 0xFF):
            changed = data[:place] + bytes([value]) + data[place + 1 :]
            result = taken(tmp_path, changed)
            assert set(result.files) <= {"layers.py"}
            assert result.files or result.refused
            assert not result.files or result.files["layers.py"] == RIGHT.encode()
            outcomes.add(bool(result.files))
    assert outcomes == {True, False}


@pytest.mark.skipif(sys.platform == "win32", reason="names end at a zero there")
def test_long_names_are_cut_in_words(tmp_path):
    message = refused(tmp_path, zipped({"a/" * 400 + "../x": "1"}))
    assert len(message) < 300
