"""A hand-in is the same zip for the same files, and is not made of what nobody can mark."""

import io
import json
import zipfile

import pytest

from minidl.assignment import pack
from minidl.assignment.making.manifest import digest


def test_a_hand_in_holds_what_was_to_be_written(handed):
    (handed / "net.py").write_bytes(b"def two_layer_loss(*_):\r\n    return 1\r\n")
    packed = pack(handed, "ada")
    assert packed.path == handed / "layers-ada.zip"
    data = packed.path.read_bytes()
    assert digest(data) == packed.sha256
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["layers.py", "manifest.json", "net.py"]
        assert archive.read("net.py") == (handed / "net.py").read_bytes()
        about = json.loads(archive.read("manifest.json"))
        assert about["assignment"] == "layers"
        assert about["files"]["net.py"] == digest(archive.read("net.py"))
    assert "affine_forward" in packed.untouched
    assert "two_layer_loss" not in packed.untouched
    assert pack(handed, out=handed / "again.zip").sha256 == packed.sha256


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "net.py is missing; take it from the hand-out again, or put yours back"),
        (b"def f(:\n", r"net.py:1: invalid syntax"),
        (b"x = (1,\n", r"net.py:1: '\(' was never closed"),
        ("x = 1\n".encode("utf-16"), "net.py is UTF-16; save it as UTF-8"),
        (b"# \xe9\n", "net.py is not UTF-8: byte 0xe9 in line 1; save it as UTF-8"),
        (b"x = 1\0\n", "net.py holds a zero byte in line 1"),
    ],
)
def test_what_nobody_can_mark_is_refused(content, message, handed):
    if content is None:
        (handed / "net.py").unlink()
    else:
        (handed / "net.py").write_bytes(content)
    with pytest.raises(ValueError, match=f"pack: nothing is written: {message}"):
        pack(handed)
    assert not list(handed.glob("*.zip"))


def test_all_that_is_wrong_is_said_at_once(handed):
    (handed / "net.py").unlink()
    (handed / "layers.py").write_text("def f(:\n")
    with pytest.raises(ValueError, match=r"layers.py:1: .*; net.py is missing"):
        pack(handed)


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfx = 1\n", b"x = 1\r\ny = 2\r\n", b""])
def test_what_python_reads_is_packed(content, handed):
    (handed / "net.py").write_bytes(content)
    with zipfile.ZipFile(pack(handed).path) as archive:
        assert archive.read("net.py") == content


@pytest.mark.parametrize("name", ["", "../ada", "a/b", "-x", "a b"])
def test_a_name_is_a_part_of_a_files_name(name, handed):
    with pytest.raises(ValueError, match="may hold letters, digits"):
        pack(handed, name)


def test_names_have_any_letters(handed):
    assert pack(handed, "jörg.müller-2").path.name == "layers-jörg.müller-2.zip"


def test_a_place_that_is_not_there_is_named(handed):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        pack(handed, out=handed / "nowhere" / "x.zip")
