"""Many hand-ins: the same results whatever the jobs, and a run that goes on after any end."""

import dataclasses
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from small_assignment import RIGHT, handed_in, small, written_bundle, zipped
from stand_in_marks import mark

from minidl.assignment import Check
from minidl.grading import grade, speed_apart
from minidl.grading.running.lock import locked

HALF = RIGHT.split("\n\n\n", maxsplit=1)[0]
TEXTS = {
    "ada": RIGHT,
    "bob": HALF,
    "cy": "# nothing",
    "di": RIGHT + "# hidden",
    "eve": "stumble",
    "flo": RIGHT + "# mess",
}
POINTS = {"ada": 25, "bob": 15, "cy": 0, "di": 17, "eve": 0, "flo": 25}


@pytest.fixture
def bundle(tmp_path):
    return written_bundle(tmp_path / "grader")


@pytest.fixture
def subs(tmp_path):
    folder = handed_in(tmp_path / "subs", TEXTS)
    (folder / "gil.zip").write_bytes(b"PK")
    return folder


def records(out):
    return {path.stem: json.loads(path.read_bytes()) for path in records_of(out)}


def records_of(out):
    return sorted(pathlib.Path(out, "records").glob("*.json"))


def as_bytes(out):
    return {path.name: path.read_bytes() for path in records_of(out)}


def test_one_job(tmp_path, bundle, subs):
    run = grade([subs], bundle, tmp_path / "out", mark=mark)
    found = records(tmp_path / "out")
    assert {key: r["points"] for key, r in found.items()} == POINTS | {"gil": 0}
    assert {r["out_of"] for r in found.values()} == {25}
    statuses = {key: r["status"] for key, r in found.items() if r["status"] != "graded"}
    assert statuses == {"eve": "grader error", "gil": "refused"}
    assert (run.graded, run.unchanged, run.errors) == (list(POINTS), ["gil"], ["eve"])
    assert found["gil"]["says"].startswith("it is a damaged zip; hand in a zip")
    assert found["eve"]["marks"]["tasks"][0]["status"] == "grader error"


def test_a_fault_of_the_grader_is_one_line_and_a_log(tmp_path, bundle, subs):
    grade([subs], bundle, tmp_path / "out", mark=mark)
    says = records(tmp_path / "out")["eve"]["says"]
    assert says == "OSError: no room in hand-in at <object object at 0x...>"
    log = (tmp_path / "out" / "log" / "eve.txt").read_text()
    assert "Traceback" in log
    assert os.listdir(tmp_path / "out" / "log") == ["eve.txt"]


def test_records_know_no_times_and_no_places(tmp_path, bundle, subs):
    grade([subs], bundle, tmp_path / "out", mark=mark)
    for text in as_bytes(tmp_path / "out").values():
        assert str(tmp_path).encode() not in text
        assert b"/tmp" not in text
        assert b"\\u001b" not in text
    times = json.loads((tmp_path / "out" / "times.json").read_text())
    assert set(times) == set(POINTS)
    assert times["ada"]["seconds"] >= 0


@pytest.mark.parametrize("how", ["2 jobs", "threads"])
def test_results_are_the_same_byte_for_byte(tmp_path, bundle, subs, how):
    grade([subs], bundle, tmp_path / "one", mark=mark)
    if how == "2 jobs":
        grade([subs], bundle, tmp_path / "other", jobs=2, mark=mark)
    else:
        with ThreadPoolExecutor(3) as executor:
            grade([subs], bundle, tmp_path / "other", executor=executor, mark=mark)
    assert as_bytes(tmp_path / "one") == as_bytes(tmp_path / "other")


def test_what_is_unchanged_is_not_graded_again(tmp_path, bundle, subs):
    out = tmp_path / "out"
    grade([subs], bundle, out, mark=mark)
    run = grade([subs], bundle, out, mark=mark)
    assert run.graded == ["eve"]  # the grader's own fault may be gone by now
    (subs / "cy.zip").write_bytes(zipped({"layers.py": RIGHT, "new.txt": ""}))
    (subs / "bob.zip").write_bytes(zipped({"layers.py": HALF, "new.txt": ""}))
    (subs / "eve.zip").write_bytes(zipped({"layers.py": HALF}))
    run = grade([subs], bundle, out, mark=mark)
    assert run.graded == ["cy", "eve"]
    assert records(out)["cy"]["points"] == 25
    assert records(out)["bob"]["notes"] == ["ignored: 'new.txt'"]
    assert os.listdir(out / "log") == []
    other = written_bundle(tmp_path / "grader2", small(seconds=3))
    assert len(grade([subs], other, out, mark=mark).graded) == 6


def test_only(tmp_path, bundle, subs):
    out = tmp_path / "out"
    run = grade([subs], bundle, out, only=["bob"], mark=mark)
    assert list(records(out)) == run.graded == ["bob"]
    assert grade([subs], bundle, out, only=["bob"], mark=mark).graded == ["bob"]
    with pytest.raises(ValueError, match="there is no hand-in 'bib'; did you mean 'bob'?"):
        grade([subs], bundle, out, only=["bib"], mark=mark)


def test_resume_needs_no_names(tmp_path, bundle, subs, monkeypatch):
    out = tmp_path / "out"
    monkeypatch.chdir(tmp_path)
    grade(["subs"], "grader", "out", only=["ada"], mark=mark)
    monkeypatch.chdir("/")
    run = grade([], None, out, resume=True, mark=mark)
    assert run.graded == list(POINTS)[1:]
    assert run.unchanged == ["ada", "gil"]


def test_records_of_hand_ins_that_are_gone_stay(tmp_path, bundle, subs):
    out = tmp_path / "out"
    grade([subs], bundle, out, mark=mark)
    (subs / "ada.zip").unlink()
    assert grade([], None, out, resume=True, mark=mark).gone == ["ada"]
    assert records(out)["ada"]["points"] == 25


def test_a_damaged_record_is_made_anew(tmp_path, bundle, subs):
    out = tmp_path / "out"
    grade([subs], bundle, out, mark=mark)
    before = as_bytes(out)
    (out / "records" / "ada.json").write_bytes(before["ada.json"][:100])
    assert grade([subs], bundle, out, mark=mark).graded == ["ada", "eve"]
    assert as_bytes(out) == before


def test_a_folder_of_something_else_is_refused(tmp_path, bundle, subs):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").touch()
    with pytest.raises(ValueError, match=r"holds chapter.tex and is no folder of a grading"):
        grade([subs], bundle, tmp_path / "thesis", mark=mark)
    with pytest.raises(ValueError, match="is a file; -o names a folder"):
        grade([subs], bundle, subs / "ada.zip", mark=mark)
    with pytest.raises(ValueError, match="holds no grading to go on with"):
        grade([], None, tmp_path / "thesis", resume=True, mark=mark)


def test_a_folder_of_another_assignment_is_refused(tmp_path, bundle, subs):
    out = tmp_path / "out"
    grade([subs], bundle, out, mark=mark)
    other = written_bundle(tmp_path / "grader2", dataclasses.replace(small(), name="other"))
    with pytest.raises(ValueError, match="holds hand-ins of 'small', and these are of 'other'"):
        grade([subs], other, out, mark=mark)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"resume": True, "submissions": ["x"]}, "name none"),
        ({"submissions": []}, "name hand-ins, or go on"),
        ({"bundle": None}, "name the bundle"),
        ({"jobs": 2, "executor": "dask://x:1"}, "an executor has its own"),
        ({"executor": "dask:/x"}, "is no address of a cluster"),
    ],
)
def test_wrong_calls(tmp_path, bundle, subs, arguments, says):
    out = tmp_path / "out"
    grade([subs], bundle, out, mark=mark)
    with pytest.raises(ValueError, match=says):
        grade(**{"submissions": [subs], "bundle": bundle, "out": out, "mark": mark} | arguments)
    with pytest.raises(TypeError, match="must be one of concurrent.futures"):
        grade([subs], bundle, out, executor=3, mark=mark)


def test_two_runs_in_one_folder_do_not_mix(tmp_path, bundle, subs):
    out = tmp_path / "out"
    grade([subs], bundle, out, mark=mark)
    with (
        locked(out / ".lock", "taken"),
        pytest.raises(ValueError, match="another run writes to"),
    ):
        grade([subs], bundle, out, mark=mark)


def test_speed_comes_last_and_one_by_one(tmp_path, monkeypatch):
    """Only of tasks that are right, in this process, whatever the jobs; a run may end before."""
    said = tmp_path / "said"
    monkeypatch.setenv("SPEEDS", str(said))
    speed = Check("speed", points=5, public=("big",), against="layers.py:slow", steps=((2, 5),))
    double, triple = small().tasks
    tasks = dataclasses.replace(double, points=20, checks=(*double.checks, speed)), triple
    bundle = written_bundle(tmp_path / "grader", dataclasses.replace(small(), tasks=tasks))
    subs = handed_in(tmp_path / "subs", {"ada": RIGHT, "bob": HALF, "cy": "#", "di": RIGHT})
    grade([subs], bundle, tmp_path / "out", jobs=2, mark=mark)
    lines = [line.split(maxsplit=2) for line in said.read_text().splitlines()]
    assert [is_speed for _, is_speed, _ in lines] == ["False"] * 4 + ["True"] * 3
    assert {only for _, is_speed, only in lines if is_speed == "True"} == {"('double',)"}
    assert {int(pid) for pid, is_speed, _ in lines if is_speed == "True"} == {os.getpid()}
    found = records(tmp_path / "out")
    assert [r["points"] for r in found.values()] == [30, 20, 0, 30]
    assert {(r["status"], r["out_of"]) for r in found.values()} == {("graded", 30)}
    checks = found["cy"]["marks"]["tasks"][0]["checks"]
    assert [(c["kind"], c["status"]) for c in checks][-1] == ("speed", "skipped")

    with monkeypatch.context() as patched:
        patched.setattr(speed_apart, "second", stopped)
        with pytest.raises(KeyboardInterrupt):
            grade([subs], bundle, tmp_path / "half", mark=mark)
    statuses = [r["status"] for r in records(tmp_path / "half").values()]
    assert statuses == ["speed to come", "speed to come", "graded", "speed to come"]
    said.unlink()
    grade([], None, tmp_path / "half", resume=True, mark=mark)
    assert said.read_text().count("False") == 0  # what was known is not marked again
    assert as_bytes(tmp_path / "half") == as_bytes(tmp_path / "out")


def stopped(*_):
    raise KeyboardInterrupt


needs_signals = pytest.mark.skipif(os.name == "nt", reason="no SIGKILL to send there")


@needs_signals
def test_a_worker_that_is_killed_loses_nothing(tmp_path, bundle, monkeypatch):
    """One that is killed each time is a fault of the grader; the others have their points."""
    monkeypatch.setenv("KILLED", str(tmp_path / "killed"))
    texts = {"ada": RIGHT, "bob": RIGHT + "# kill once", "cy": RIGHT + "# kill always", "di": HALF}
    subs = handed_in(tmp_path / "subs", texts)
    run = grade([subs], bundle, tmp_path / "out", jobs=2, mark=mark)
    found = records(tmp_path / "out")
    assert [r["points"] for r in found.values()] == [25, 25, 0, 15]
    assert run.errors == ["cy"]
    assert found["cy"]["says"] == "RuntimeError: its worker was lost 3 times"


SCRIPT = """
import sys
from stand_in_marks import mark
from minidl.assignment import Check
from minidl.grading import grade, speed_apart
if __name__ == "__main__":
    subs, bundle, out, jobs = sys.argv[1:]
    try:
        grade([subs], bundle, out, jobs=int(jobs), mark=mark)
    except KeyboardInterrupt:
        sys.exit(130)
"""


def hung_up(tmp_path, bundle, subs, jobs, monkeypatch):
    """Start a grading in a process of its own, and wait until it hangs."""
    script, hanging = tmp_path / "script.py", tmp_path / "hanging"
    script.write_text(SCRIPT)
    tests = str(pathlib.Path(__file__).parents[1])
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = os.environ | {
        "HANGING": str(hanging),
        "PYTHONPATH": tests,
        "TMPDIR": str(temporary),
    }
    process = subprocess.Popen(
        [sys.executable, script, subs, bundle, tmp_path / "out", str(jobs)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not hanging.exists():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process, temporary


@needs_signals
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_was_ended_goes_on(tmp_path, bundle, monkeypatch, jobs, how):
    texts = {"a": RIGHT, "b": HALF, "c": "hang", "d": RIGHT + "# wait", "e": HALF + "# wait"}
    subs = handed_in(tmp_path / "subs", texts)
    process, temporary = hung_up(tmp_path, bundle, subs, jobs, monkeypatch)
    process.send_signal(how)
    errors = process.communicate(timeout=30)[1]
    assert process.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL)
    if how == signal.SIGINT:
        assert "Traceback" not in errors
        assert os.listdir(temporary) == []
    out = tmp_path / "out"
    found = records(out)
    assert list(found) == list("abcde")
    assert found["c"]["status"] == "not finished"
    assert found["c"]["points"] == 0
    handed_in(subs, {"c": RIGHT})
    run = grade([], None, out, resume=True, mark=mark)
    assert "c" in run.graded
    grade([subs], bundle, tmp_path / "fresh", mark=mark)
    assert as_bytes(out) == as_bytes(tmp_path / "fresh")


@needs_signals
def test_no_worker_outlives_a_run_that_is_killed(tmp_path, bundle, monkeypatch):
    subs = handed_in(tmp_path / "subs", {"c": "hang", "d": RIGHT})
    process, _ = hung_up(tmp_path, bundle, subs, 2, monkeypatch)
    command = ["ps", "-o", "pid=", "--ppid", str(process.pid)]
    children = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    if not children:
        process.kill()
        process.communicate()
        pytest.skip("ps does not tell children here")
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 30
    while any(alive(int(child)) for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_script_need_not_guard_its_beginning(tmp_path, bundle):
    """Nothing of the script that grades runs again in its processes."""
    script = tmp_path / "script.py"
    guard = 'if __name__ == "__main__":'
    script.write_text(SCRIPT.replace(guard, "print('once')\nif True:"))
    subs = handed_in(tmp_path / "subs", {"ada": RIGHT, "bob": HALF})
    tests = str(pathlib.Path(__file__).parents[1])
    shown = subprocess.run(
        [sys.executable, script, subs, bundle, tmp_path / "out", "2"],
        env=os.environ | {"PYTHONPATH": tests},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == "once\n"
    assert [r["points"] for r in records(tmp_path / "out").values()] == [25, 15]
