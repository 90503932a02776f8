"""Hand-ins that are folders, or files by themselves."""

import os

import pytest
from small_assignment import RIGHT, small, zipped

from minidl.grading.taking.intake import take

ASSIGNMENT = small()
needs_fifo = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")


def handed_in(tmp_path, files):
    folder = tmp_path / "ada"
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def linked(path, target):
    try:
        path.symlink_to(target)
    except OSError:
        pytest.skip("no links here")


def test_a_folder(tmp_path):
    files = {"layers.py": RIGHT, "a/b.txt": "", ".git/config": "", "__pycache__/layers.pyc": ""}
    result = take(handed_in(tmp_path, files), ASSIGNMENT)
    assert result.files == {"layers.py": RIGHT.encode()}
    assert result.notes == ("ignored: 'a/b.txt'",)


def test_a_folder_in_the_folder(tmp_path):
    result = take(handed_in(tmp_path, {"hw1/layers.py": RIGHT}), ASSIGNMENT)
    assert list(result.files) == ["layers.py"]
    assert result.notes == ("taken from the folder 'hw1/'",)


def test_a_zip_alone_in_a_folder(tmp_path):
    result = take(handed_in(tmp_path, {"layers.zip": zipped({"layers.py": RIGHT})}), ASSIGNMENT)
    assert result.files == {"layers.py": RIGHT.encode()}
    assert result.notes == ("taken from 'layers.zip'",)


def test_links_are_not_followed(tmp_path):
    secret = tmp_path / "secret.py"
    secret.write_text("password")
    folder = handed_in(tmp_path, {"a.txt": ""})
    linked(folder / "layers.py", secret)
    result = take(folder, ASSIGNMENT)
    assert result.refused == "'layers.py' is a link; hand in the file itself"
    assert result.files == {}


def test_loops_and_links_that_nobody_asked_for(tmp_path):
    folder = handed_in(tmp_path, {"layers.py": RIGHT})
    linked(folder / "again", folder)
    linked(folder / "nowhere", tmp_path / "missing")
    result = take(folder, ASSIGNMENT)
    assert list(result.files) == ["layers.py"]
    assert result.notes == ("ignored: 'again', 'nowhere'",)


@needs_fifo
def test_a_pipe_is_not_waited_for(tmp_path):
    folder = handed_in(tmp_path, {"a.txt": ""})
    os.mkfifo(folder / "layers.py")
    assert take(folder, ASSIGNMENT).refused == "'layers.py' is a pipe; hand in the file itself"
    assert "no ordinary file" in take(folder / "layers.py", ASSIGNMENT).refused
    os.mkfifo(tmp_path / "ada.zip")
    assert "no ordinary file" in take(tmp_path / "ada.zip", ASSIGNMENT).refused


def test_too_much(tmp_path):
    folder = handed_in(tmp_path, {f"{k}.txt": "" for k in range(12)} | {"layers.py": RIGHT})
    refused = take(folder, small(submission_files=10)).refused
    assert refused.startswith("it holds 11 files, and 10 are allowed")
    (folder / "layers.py").write_bytes(bytes(2 << 20))
    refused = take(folder, small(submission_mb=1)).refused
    assert refused.startswith("it holds 2.0 MiB, and 1 MiB are allowed")
    refused = take(folder / "layers.py", small(submission_mb=1)).refused
    assert refused == "'layers.py' holds more than the 1.0 MiB that are allowed"
    deep = handed_in(tmp_path, {"x/" * 14 + "a.txt": ""})
    assert "deep in each other" in take(deep, ASSIGNMENT).refused


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="everything can be read by who runs this"
)
def test_unreadable(tmp_path):
    folder = handed_in(tmp_path, {"layers.py": RIGHT})
    (folder / "layers.py").chmod(0)
    assert "cannot be read" in take(folder, ASSIGNMENT).refused
    folder.chmod(0)
    try:
        assert "it cannot be read" in take(folder, ASSIGNMENT).refused
    finally:
        folder.chmod(0o700)


def test_what_is_missing(tmp_path):
    assert take(tmp_path / "nowhere", ASSIGNMENT).refused.startswith("it cannot be read")
    assert take(handed_in(tmp_path, {".x": ""}), ASSIGNMENT).refused == (
        "it is empty; layers.py is needed"
    )


@pytest.mark.parametrize(
    ("base", "taken"),
    [
        ("layers.py", True),
        ("ada_123_456_layers.py", True),
        ("ada_123_456_layers-2.py", True),
        ("solution.py", True),
        ("solution.txt", False),
    ],
)
def test_a_file_alone(tmp_path, base, taken):
    path = tmp_path / base
    path.write_text(RIGHT)
    result = take(path, ASSIGNMENT)
    assert bool(result.files) == taken
    assert bool(result.refused) != taken
    if taken and base != "layers.py":
        assert result.notes == (f"'{base}' is taken as layers.py",)


def test_files_by_themselves(tmp_path):
    paths = [
        tmp_path / f"ada_1_{k}_{name}" for k, name in enumerate(["net.py", "layers.py", "x.py"])
    ]
    for path in paths:
        path.write_text(path.name)
    result = take(paths, small(("layers.py", "net.py")))
    assert result.files == {"net.py": b"ada_1_0_net.py", "layers.py": b"ada_1_1_layers.py"}
    assert result.notes[-1] == "ignored: 'ada_1_2_x.py'"
    assert take(paths[2:], small(("layers.py", "net.py"))).refused == (
        "it holds no layers.py or net.py, but 'ada_1_2_x.py'"
    )
