"""The folder in which a student works: what it must be, and what may be odd about it."""

import json
import os

import pytest

from minidl.assignment import examine, new
from minidl.assignment.student_side.handed import open_handed


def states(folder):
    return {found.what: (found.state, found.says) for found in examine(folder)}


def test_a_fresh_hand_out_is_all_well(handed):
    opened = open_handed("check", handed)
    assert (opened.missing(), opened.changed()) == ([], [])
    assert {state for state, _ in states(handed).values()} == {"ok"}
    assert len(opened.trials()["sgd"]["public"]) == 6


def test_line_ends_of_windows_are_no_change(handed):
    for name in ("README.md", "assignment.json", "train.py"):
        data = (handed / name).read_bytes()
        (handed / name).write_bytes(data.replace(b"\n", b"\r\n"))
    assert open_handed("check", handed).changed() == []


def test_changes_and_losses_are_found(handed):
    (handed / "train.py").write_text("print(1)")
    (handed / "README.md").unlink()
    (handed / "net.py").unlink()
    opened = open_handed("check", handed)
    assert opened.changed() == ["train.py"]
    assert opened.missing() == ["net.py", "README.md"]
    found = states(handed)
    assert found["net.py"][0] == "missing"
    assert found["train.py"][0] == "changed"
    assert found["README.md"][1] == "it is not there; take it from the hand-out again"


def test_what_says_what_is_asked_must_be_as_handed_out(handed):
    facts = json.loads((handed / "assignment.json").read_text())
    facts["tasks"][0]["points"] = 99
    (handed / "assignment.json").write_text(json.dumps(facts))
    with pytest.raises(ValueError, match="assignment.json' is not as it was handed out; take it"):
        open_handed("check", handed)


def test_public_cases_must_be_as_handed_out(handed):
    path = handed / "public" / "sgd.npz"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match="sgd.npz' is not as it was handed out"):
        open_handed("check", handed).trials()
    path.unlink()
    with pytest.raises(ValueError, match="sgd.npz' is missing; take it from the hand-out again"):
        open_handed("check", handed).trials()


def test_other_folders_say_where_the_hand_out_may_be(layers, handed, tmp_path):
    folder, _ = layers
    new(tmp_path / "fresh")
    (tmp_path / "empty").mkdir()
    for place, message in [
        (folder, "it is an instructor's; run minidl assignment build, and work in build/handout"),
        (folder / "build" / "grader", "it is a grader's bundle"),
        (handed.parent, f"change to {os.fspath(handed)!r}"),
        (tmp_path / "empty", "change to the folder that you unpacked the hand-out to"),
        (tmp_path / "nowhere", "there is no folder"),
    ]:
        with pytest.raises(ValueError, match=r"^check: ") as refused:
            open_handed("check", place)
        assert message in str(refused.value)


def test_another_version_is_missing(handed, monkeypatch):
    monkeypatch.setattr("minidl.__version__", "0.7.0")
    state, says = states(handed)["minidl"]
    assert state == "missing"
    assert says.endswith('run pip install "minidl>=0.1,<0.2"')


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_to_is_named(handed):
    handed.chmod(0o500)
    try:
        assert states(handed)["folder"][0] == "missing"
    finally:
        handed.chmod(0o700)
