"""``minidl assignment grade`` from the outside."""

import json
import os
import subprocess
import sys

import pytest
from small_assignment import RIGHT, handed_in, written_bundle
from stand_in_marks import mark

from minidl import cli
from minidl.grading import confinement, marked
from minidl.grading.running import executors


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Stand in the folder of an assignment, with hand-ins in ``subs``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(marked, "_mark", lambda: mark)
    monkeypatch.setattr(executors, "in_force", lambda required: ["hand-ins are confined:", "  a"])
    (tmp_path / "build").mkdir()
    written_bundle(tmp_path / "build" / "grader")
    handed_in(tmp_path / "subs", {"ada": RIGHT, "bob": RIGHT + "# public"})
    return tmp_path


def run(capsys, *words):
    status = cli.main(["assignment", "grade", *words])
    return status, *capsys.readouterr()


def test_a_whole_run(here, capsys):
    status, shown, told = run(capsys, "subs", "-o", "out")
    assert status == 0
    assert "ada      all passed" in shown
    assert "reports" in shown
    assert told == "hand-ins are confined:\n  a\n"
    status, again, told = run(capsys, "--resume", "-o", "out")
    assert (status, again) == (0, shown)
    assert "graded before and unchanged: 2" in told
    assert run(capsys, "--report", "-o", "out") == (0, shown, "")


def test_json(here, capsys):
    (here / "mine.csv").write_text("id,task,points,reason\nbob,,9,kind\n")
    status, shown, _ = run(capsys, "subs", "-o", "out", "--overrides", "mine.csv", "--json")
    assert status == 0
    found = {row["id"]: row for row in json.loads(shown)}
    assert found["ada"]["points"] == 25
    assert found["bob"]["points"] == 9
    assert found["bob"]["overridden"] == ["in all: 9 instead of 8 points, overridden: kind"]
    status, shown, _ = run(capsys, "--resume", "-o", "out")
    assert "overridden: kind" in shown


def test_a_fault_of_the_grader_is_exit_status_1(here, capsys):
    handed_in(here / "subs", {"eve": "stumble"})
    status, shown, _ = run(capsys, "subs", "-o", "out")
    assert status == 1
    assert "eve      grader error: OSError" in shown
    assert "the grader failed" in shown
    (here / "subs" / "eve.zip").unlink()
    status, _, told = run(capsys, "--resume", "-o", "out")
    assert status == 1
    assert "no longer there, and kept as they were graded: eve" in told


def test_after_a_wrong_word_the_right_one_may_follow(here, capsys):
    (here / "build").rename(here / "elsewhere")
    status, _, told = run(capsys, "subs", "-o", "out")
    assert status == 2
    assert "there is no build" in told
    assert run(capsys, "subs", "-o", "out", "--bundle", "subs")[0] == 2
    bundle = os.path.join("elsewhere", "grader")
    assert run(capsys, "subs", "-o", "out", "--bundle", bundle, "--only", "ada")[0] == 0


def test_a_hand_in_that_is_refused_is_no_failure(here, capsys):
    (here / "subs" / "gil.zip").write_bytes(b"")
    status, shown, _ = run(capsys, "subs", "-o", "out", "--only", "gil")
    assert status == 0
    assert "gil      refused: it is empty; hand in a zip" in shown


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-o", "out"), "grade: name hand-ins, or use --resume, or --report"),
        (("nowhere", "-o", "out"), "grade: there is no 'nowhere'"),
        (("subs", "-o", "out", "--only", "aad"), "no hand-in 'aad'; did you mean 'ada'"),
        (("subs", "-o", "out", "--resume"), "goes on with the hand-ins of the last run"),
        (("subs", "-o", "out", "--report"), "--report grades nothing, so hand-ins do not go"),
        (("-o", "out", "--report", "--resume"), "so --resume does not go with it"),
        (("-o", "out", "--report"), "'out' holds no grading to go on with"),
        (("-o", "out", "--resume"), "'out' holds no grading to go on with"),
        (("-o", "subs", "subs"), "'subs' holds ada.zip, bob.zip and is no folder of a grading"),
        (("subs", "-o", "out", "--bundle", "subs"), "'subs' holds no bundle"),
        (("subs", "-o", "out", "--bundle", "nowhere"), "nowhere"),
        (("subs", "-o", "out", "--executor", "dask:x"), "'dask:x' is no address of a cluster"),
        (("subs", "-o", "out", "--overrides", "no.csv"), "no.csv: no such file"),
    ],
)
def test_wrong_words(here, capsys, words, says):
    status, shown, told = run(capsys, *words)
    assert (status, shown) == (2, "")
    assert says in told
    assert told.count("\n") == 1


def test_the_bundle_is_to_be_named_elsewhere(here, capsys, monkeypatch):
    monkeypatch.chdir(here / "subs")
    status, _, told = run(capsys, "ada.zip", "-o", "../out")
    assert status == 2
    assert "here; name the bundle that minidl assignment build has made by --bundle" in told
    assert run(capsys, "ada.zip", "-o", "../out", "--bundle", "..")[0] == 0


def test_what_a_hand_in_can_still_reach_is_told(monkeypatch):
    monkeypatch.setattr(confinement, "confinement", lambda box: {"memory": "", "network": ""})
    first, second = confinement.in_force()
    assert first == "hand-ins are confined: memory, network"
    assert "no read-only, hidden, processes for that" in second
    whole = dict.fromkeys(confinement.OUT_OF_REACH, "")
    monkeypatch.setattr(confinement, "confinement", lambda box: whole)
    assert len(confinement.in_force()) == 1


def test_confinement_that_is_not_there(here, capsys, monkeypatch):
    def refused(box):
        raise confinement.NotStarted("Box: confine is True, and there are no namespaces here")

    monkeypatch.setattr(executors, "in_force", confinement.in_force)
    monkeypatch.setattr(confinement, "confinement", refused)
    status, _, told = run(capsys, "subs", "-o", "out", "--require-confinement")
    assert status == 2
    assert "no hand-in can be run here: Box: confine is True" in told
    records = [json.loads(path.read_text()) for path in (here / "out").glob("records/*")]
    assert [record["status"] for record in records] == []


@pytest.mark.parametrize("number", ["0", "many"])
def test_jobs_are_a_number(here, capsys, number):
    with pytest.raises(SystemExit) as stop:
        run(capsys, "subs", "-o", "out", "--jobs", number)
    assert stop.value.code == 2
    assert "--jobs: must be" in capsys.readouterr().err


def test_an_interrupt_says_how_to_go_on(here, capsys, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(marked, "_marks", stopped)
    status, _, told = run(capsys, "subs", "-o", "out")
    assert status == 130
    assert "go on with: minidl assignment grade --resume -o out" in told
    status, _, _ = run(capsys, "--report", "-o", "out")
    assert status == 1  # not all are graded


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_that_cannot_be_written_to(here, capsys):
    (here / "shut").mkdir(mode=0o500)
    status, _, told = run(capsys, "subs", "-o", "shut/out")
    assert status == 2
    assert "shut" in told


def test_help_has_an_example():
    command = [sys.executable, "-m", "minidl", "assignment", "grade", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "example: minidl assignment grade" in shown
