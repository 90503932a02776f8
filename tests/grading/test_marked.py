"""One hand-in, marked for real: by workers that run what is in it."""

import json
import os
import tempfile

import pytest
from small_assignment import RIGHT, small, written_bundle

from minidl.grading import Submission, Taken, grade_one, read_parcel
from minidl.grading.confinement import Confinement, made_from, places_to_hide
from minidl.grading.record import new_record


def test_few_places_are_hidden(tmp_path):
    (tmp_path / "out").mkdir()
    files = [tmp_path / "subs" / f"{k}.zip" for k in range(300)]
    hidden = places_to_hide(tmp_path / "out", tmp_path / "out" / "x", *files)
    assert hidden == (str(tmp_path / "out"), str(tmp_path / "subs"))
    assert places_to_hide(*files[:3]) == tuple(map(str, files[:3]))


def test_what_a_bundle_was_made_from_is_hidden_too(tmp_path):
    bundle = tmp_path / "build" / "grader"
    bundle.mkdir(parents=True)
    assert made_from(bundle) == []
    for name in ("assignment.toml", "source"):
        (tmp_path / name).touch()
    names = ("assignment.toml", "source", "build")
    assert made_from(bundle) == [str(tmp_path / name) for name in names]


@pytest.fixture(scope="module")
def parcel(tmp_path_factory):
    assignment = small(seconds=1.0)
    return read_parcel(written_bundle(tmp_path_factory.mktemp("bundle") / "grader", assignment))


def graded(parcel, data, **options):
    files = {"layers.py": data} if data is not None else {}
    taken = Taken(files, ())
    submission = Submission("ada", "ada.zip", ("ada.zip",))
    record = new_record(submission, taken, parcel.assignment, parcel.digest)
    return grade_one(record, files, parcel, **({"confinement": Confinement()} | options))


@pytest.mark.parametrize(
    ("data", "points", "status", "says"),
    [
        (b"\xef\xbb\xbf" + RIGHT.replace("\n", "\r\n").encode(), 25, "passed", ""),
        (RIGHT.encode("utf-16"), 0, "wrong", "layers.py is UTF-16; save it as UTF-8"),
        (b"def double(x:\n", 0, "wrong", "layers.py, line 1"),
        (RIGHT.replace("2 * x", "x if x[0] > 2 else x + x").encode(), 10, "wrong", "must be 8"),
        (None, 0, "not attempted", "there is no file layers.py"),
    ],
)
def test_statuses(parcel, data, points, status, says):
    result = graded(parcel, data)
    assert result.log == ""
    assert result.record["status"] == "graded"
    first = result.record["marks"]["tasks"][0]
    assert (result.record["points"], first["status"]) == (points, status)
    assert says in first["says"]


def test_a_loop_without_end_costs_its_own_points_only(parcel):
    result = graded(parcel, RIGHT.replace("return 2 * x", "while True: pass").encode())
    tasks = result.record["marks"]["tasks"]
    assert [task["status"] for task in tasks] == ["timed out", "passed"]
    assert result.record["points"] == 10


def test_nothing_is_left_behind(parcel, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code = "import os\nos.makedirs('a/b')\nos.chmod('a', 0)\n"
    graded(parcel, (code + RIGHT).encode())
    assert os.listdir(tmp_path) == []


def test_another_version_of_minidl_marks_nothing(parcel):
    record = graded(parcel, None).record | {"minidl": "9.9"}
    result = grade_one(record, {}, parcel)
    assert result.record["status"] == "grader error"
    assert "this worker has minidl" in result.record["says"]
    assert "9.9" in result.record["says"]


def test_a_bundle_that_is_damaged_is_a_fault_of_the_grader(parcel):
    import dataclasses

    files = {**parcel.files, "handout/layers.py": b"changed"}
    result = graded(dataclasses.replace(parcel, files=files), RIGHT.encode())
    assert result.record["status"] == "grader error"
    assert "handout/layers.py is not what was built" in result.record["says"]
    assert "Traceback" in result.log
    assert tempfile.gettempdir() not in json.dumps(result.record)
