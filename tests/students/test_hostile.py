"""Hand-ins that mean harm: each comes to its right end, and nothing is left of it.

Whatever a function of `hostile.py` does, the call ends as it should, the next call gets its right
answer, no process stays behind, and no file.
"""

import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

import numpy as np
import pytest

from minidl import students
from minidl.students import Box, CallFailed, Foreign, Student, boxed

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="hostile.py forks and kills")

HOSTILE = str(pathlib.Path(__file__).with_name("hostile.py"))
SECRET = "MINIDL_TEST_SECRET"
X = np.arange(6.0).reshape(2, 3)
PATIENT, QUICK = 30, 0.3  # seconds: for what has to end by itself, and for what never does


class Exhibits:
    """One student in one kind of box, with patience or without."""

    def __init__(self, confine):
        self.box = Box(confine=confine, memory_mb=300, file_mb=4, output_kb=4, processes=40)
        self.confined = confine and "network" in students.confinement(self.box)
        self.student = Student(HOSTILE, limit=PATIENT, box=self.box)

    def call(self, name, *arguments, limit=PATIENT, returns=("out",)):
        """Call a function, and a good one after it."""
        self.require_of_interest(name)
        self.student.limit = limit
        try:
            return self.student.call(name, *(arguments or (X,)), returns=returns)
        finally:
            self.student.limit = PATIENT
            after = self.student.call("fine", X, returns=("out",))
            np.testing.assert_array_equal(after.values[0], 2 * X)

    def require_of_interest(self, name):
        if self.box.confine is False and name in SAME:
            pytest.skip("the same in namespaces")

    def require(self, measure):
        if measure not in self.student.confinement:
            pytest.skip(f"not in force here: {measure}")


def processes_at_home_in(folder):
    """Return the processes that have their home in a folder below this one."""
    found = []
    for name in os.listdir("/proc") if os.path.isdir("/proc") else ():
        try:
            environment = pathlib.Path("/proc", name, "environ").read_bytes()
        except OSError:
            continue
        if b"HOME=" + bytes(folder) in environment:
            found.append(name)
    return found


@pytest.fixture(scope="module", params=["auto", False], ids=["confined", "not_confined"])
def exhibits(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("working")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(folder))
        patch.setattr(boxed, "GRACE", 0.2)
        patch.setenv(SECRET, SECRET)
        exhibits = Exhibits(request.param)
        yield exhibits
        exhibits.student.close()
        until = time.monotonic() + 20
        while processes_at_home_in(folder) and time.monotonic() < until:
            time.sleep(0.02)
        assert processes_at_home_in(folder) == []
        assert list(folder.iterdir()) == []


@pytest.fixture
def confined(exhibits):
    if not exhibits.confined:
        pytest.skip("of use, or safe to try, in namespaces only")
    return exhibits


@pytest.mark.parametrize(
    "name",
    [
        "loops",
        "loops_out_of_reach",
        "sleeps",
        "sleeps_through_signals",
        "answers_late",
        "stops_itself",
        "leaves_a_grandchild_and_loops",
        "floods_for_ever",
        "raises_endlessly",
    ],
)
def test_what_does_not_end_is_ended(exhibits, name):
    start = time.monotonic()
    with pytest.raises(students.TimedOut, match=f"{name}: did not end within 0.3 s"):
        exhibits.call(name, limit=QUICK)
    assert time.monotonic() - start < 60  # the parent does not hang


CRASHES = [
    ("crashes", "Crashed", "crashes: crashed, SIGSEGV"),
    ("aborts", "Crashed", "aborts: crashed, SIGABRT"),
    ("ends_its_group", "Crashed", "crashed, SIGKILL"),
    ("prints_success", "Ended", "ended the process, exit code 0"),
    ("closes_everything", "Ended", "ended the process, exit code 1"),
    ("leaves_a_grandchild_and_goes", "Ended", "ended the process, exit code 0"),
    ("patches_the_builtins", "Ended", "ended the process, exit code 1"),
    ("exits_with_much", "Ended", r"ended by sys.exit\('aaa"),
    ("claims_a_crash", "Ended", "ended the process, exit code 1$"),
    ("recurses", "Raised", "raised RecursionError"),
    ("takes_memory", "OutOfMemory", "takes_memory: raised MemoryError: Unable to allocate"),
    ("fills_the_disk", "Raised", r"raised OSError: \[Errno 27\] File too large"),
    ("raises_brokenly", "Raised", r"raised Broken \(hostile.py, line"),
    ("raises_a_path", "Raised", r"directory: 'nothing here.txt' \(hostile.py, line"),
]
RESULTS = [
    ("any_length", "returned a tuple of 100, must return out alone"),
    ("equals_everything", "out is a Equal, which NumPy treats in ways of its own, must be an arr"),
    ("number_that_equals", "out is a Number, must be an array of numbers"),
    ("objects", "out is an array of shape (2,) and dtype object, must be an array"),
    ("whole_number_without_end", "out is an int, must be an array of numbers"),
]
FORGED = [
    ("writes_words", "bytes that are no message"),
    ("writes_nothing_real", "a message of another form"),
    ("writes_a_verdict", "a message of another form"),
    ("writes_a_failure_of_ours", "a message of another form"),
    ("writes_other_types", "a message of another form"),
    ("writes_other_arguments", "a message of another form"),
    ("writes_an_old_answer", "a message of another form"),
    ("writes_no_json", "a message that cannot be read: Expecting property name"),
    ("writes_deep_json", "a message that cannot be read: maximum recursion depth"),
    ("writes_deep_values", "a message that cannot be read: a dict that is too deep"),
    ("promises_long_json", "1152921504606846976 bytes, where there may be 1048576"),
    ("promises_a_long_block", "bytes too long together"),
    ("promises_a_terabyte", "an array of 1099511627776 bytes and 1 axes in 100 bytes"),
    ("promises_nothing_in_many_axes", "an array of 0 bytes and 100 axes in 0 bytes"),
    ("sends_objects", "a block that is no array of numbers"),
    ("sends_a_header_that_computes", "a block that is no array of numbers"),
]

SAME = {  # whether there are namespaces or not, so that once is enough
    *("loops", "sleeps", "floods_for_ever", "raises_endlessly", "aborts", "patches_the_builtins"),
    *("exits_with_much", "claims_a_crash", "recurses", "takes_memory", "raises_brokenly"),
    *("raises_a_path", "floods", "patches_everything_else", "empties_the_modules"),
    *(case[0] for case in FORGED[1:]),
    *(
        "prints_escapes",
        "looks_for_the_worker",
        "any_length",
        "number_that_equals",
        "whole_number_without_end",
    ),
}


@pytest.mark.parametrize(("name", "kind", "message"), CRASHES, ids=[case[0] for case in CRASHES])
def test_what_gives_no_result_says_so(exhibits, name, kind, message):
    with pytest.raises(getattr(students, kind), match=message) as error:
        exhibits.call(name)
    assert_is_one_line(str(error.value))


@pytest.mark.parametrize(("name", "message"), RESULTS, ids=[case[0] for case in RESULTS])
def test_what_is_no_result_is_none(exhibits, name, message):
    with pytest.raises(students.WrongResult, match=re.escape(message)):
        exhibits.call(name)
    if name != "any_length":
        assert isinstance(exhibits.call(name, returns=None).values[0], Foreign)


@pytest.mark.parametrize(("name", "message"), FORGED, ids=[case[0] for case in FORGED])
def test_what_is_written_to_every_file_is_no_answer(exhibits, name, message):
    with pytest.raises(students.WrongResult, match=re.escape(message)) as error:
        exhibits.call(name)
    assert str(error.value).startswith(f"{name}: no results came, but ")
    assert_is_one_line(str(error.value))


def test_a_forged_answer_of_the_right_form_is_a_wrong_result_only(exhibits):
    student = exhibits.student
    assert student.call("writes_the_right_form", X, returns=("out",)).values == (7,)
    with pytest.raises(CallFailed):
        student.call("fine", X)
    assert student.call("fine", X).values[0][1, 2] == 10


def assert_is_one_line(text):
    assert len(text) <= 500
    assert text.isprintable()
    assert not re.search(r"0x\w{4}|/tmp|root:", text)


def test_a_message_is_made_fit_to_be_shown(exhibits):
    with pytest.raises(students.Raised) as error:
        exhibits.call("raises_loudly")
    assert str(error.value).startswith("raises_loudly: raised Loud: [31mred at 0x... in def.py aaa")
    assert_is_one_line(str(error.value))
    assert len(str(error.value)) == 300


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("stops_its_parent", 2),
        ("ends_its_parent", 2),
        ("leaves_a_grandchild", 2),
        ("floods", 2),
        ("prints_escapes", 2),
        ("patches_numpy", 3),
        ("patches_everything_else", 3),
        ("empties_the_modules", 3),
    ],
)
def test_what_changes_nothing(exhibits, name, times):
    exhibits.require_of_interest(name)
    with Student(HOSTILE, limit=PATIENT, box=exhibits.box) as student:
        if name.endswith("its_parent") and "user" in student.confinement:
            with pytest.raises(students.Raised, match="PermissionError"):
                student.call(name, X)
        else:
            np.testing.assert_array_equal(student.call(name, X).values[0], times * X)
        np.testing.assert_array_equal(student.call("fine", X).values[0], 2 * X)
        student.close()
        printed = student.printed
    assert len(printed) < 5000
    assert "\x1b" not in printed
    assert "\u202e" not in printed


def test_who_looks_for_the_worker_finds_it_and_gains_nothing(exhibits):
    exhibits.require_of_interest("looks_for_the_worker")
    exhibits.student.limit = QUICK
    with pytest.raises(CallFailed):
        exhibits.student.call("looks_for_the_worker", X)
    exhibits.student.limit = PATIENT
    exhibits.student.close()
    assert exhibits.student.call("fine", X).values[0][1, 2] == 10


def test_what_is_true_of_arguments_is_found_out_here(exhibits):
    (change,) = exhibits.call("changes_its_argument").changes
    assert (change.argument, change.index, change.before, change.after) == ("x", (0, 0), 0, 1)
    assert X[0, 0] == 0
    exhibits.call("leaves_threads")
    exhibits.student.close()


def test_a_number_that_is_none_comes_as_it_is(exhibits):
    assert np.isnan(exhibits.call("not_a_number").values[0]).all()


def test_no_files_and_few_variables_are_handed_on(exhibits):
    if sys.platform.startswith("linux"):
        files = exhibits.call("inherits_files").values[0].tolist()
        assert set(files) <= set(range(6))  # three usual ones, two pipes, and the folder it lists
    with Student(HOSTILE, limit=PATIENT, box=exhibits.box) as student:
        assert student.call("knows_its_surroundings", X).values[0]
        student.close()
        assert SECRET not in student.printed
        assert "'1', '0'] " in student.printed


def test_memory_that_was_used_up_before():
    """Not enough is left to receive the next call; that is said, and at once."""
    large = np.zeros(12 << 20)
    with Student(HOSTILE, limit=PATIENT, box=Box(memory_mb=300)) as student:
        if "memory" not in student.confinement:
            pytest.skip("not in force here: memory")
        student.call("leaves_little", X, returns=("out",))
        start = time.monotonic()
        with pytest.raises(students.OutOfMemory, match="fine: took more memory than"):
            student.call("fine", large, returns=("out",))
        assert time.monotonic() - start < PATIENT
        after = student.call("fine", X, returns=("out",))
        np.testing.assert_array_equal(after.values[0], 2 * X)


def test_too_many_processes(exhibits):
    """Refused one by one, or all of them ended, as the system counts them."""
    exhibits.require("process count")
    for name in ("starts_many", "many_threads"):
        with pytest.raises((students.Raised, students.Crashed), match="Error|more than 40 proc"):
            exhibits.call(name)
        exhibits.student.close()


def test_an_explosion_of_processes(confined):
    confined.require("process count")
    with pytest.raises((students.Raised, students.Crashed)):
        confined.student.call("explodes", X)
    confined.student.close()


def test_everything_that_it_may_end(confined):
    with pytest.raises(students.Raised, match="No such process"):
        confined.call("ends_everything_it_may")


def test_there_is_memory_again_when_there_was_none(exhibits):
    """Where it ran out, and whether Python still knew what to say, is a matter of chance."""
    with pytest.raises(CallFailed, match="takes_memory_and_answers: "):
        exhibits.call("takes_memory_and_answers")


def test_memory_of_several_processes(confined):
    confined.require("memory of all")
    with pytest.raises(students.OutOfMemory, match="took more memory than there is for it"):
        confined.call("takes_memory_with_others")


def test_many_files_fill_no_disk(confined):
    confined.require("read-only")
    with pytest.raises(students.Raised, match="No space left on device"):
        confined.call("fills_the_disk_with_files")


def test_nothing_is_written_outside(confined):
    confined.require("read-only")
    assert confined.call("writes_elsewhere").values[0] == 0


def test_nothing_is_read_that_is_hidden(confined, tmp_path):
    confined.require("hidden")
    secret = tmp_path / "answers.npz"
    secret.write_text(SECRET)
    shown = os.path.join(os.path.dirname(np.__file__), "tests")
    assert confined.call("reads", shown).values[0] > 0
    with pytest.raises(students.Raised, match="No such file"):
        confined.call("reads", str(secret))
    hidden = Box(hide=(shown, os.path.join(os.path.dirname(np.__file__), "__init__.pyi")))
    with Student(HOSTILE, limit=PATIENT, box=hidden) as student:
        for path in hidden.hide:
            assert student.call("reads", path).values[0] == 0


def test_our_memory_and_variables_are_out_of_reach(confined):
    confined.require("processes")
    assert confined.call("reads_our_secrets").values[0] == 0


def test_there_is_no_network(confined):
    confined.require("network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = np.array([server.getsockname()[1]])
        with pytest.raises(students.Raised, match="unreachable"):
            confined.call("connects", port)


def test_no_rights_are_gained(confined):
    confined.require("namespaces")
    assert confined.call("gains_rights").values[0].tolist() == [0, 0]


GRADER = """
import sys
from minidl.students import Box, Student

student = Student(sys.argv[1], limit=100, box=Box(confine="auto" if sys.argv[2] else False))
print("started", flush=True)
student.call("leaves_a_grandchild_and_loops", 1)
"""


def test_nothing_outlives_a_grader_that_is_killed(exhibits, tmp_path):
    if not sys.platform.startswith("linux"):
        pytest.skip("processes are looked for in /proc")
    (tmp_path / "grader.py").write_text(GRADER)
    command = [sys.executable, tmp_path / "grader.py", HOSTILE, "yes" * bool(exhibits.box.confine)]
    path = os.pathsep.join(filter(None, sys.path))
    variables = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": path}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=variables) as grader:
        assert grader.stdout.readline() == b"started\n"
        found = processes_at_home_in(tmp_path)
        assert len(found) >= 2  # of the guard and the worker
        grader.kill()
    until = time.monotonic() + 20
    while processes_at_home_in(tmp_path) and time.monotonic() < until:
        time.sleep(0.02)
    assert processes_at_home_in(tmp_path) == []
    assert [path.name for path in tmp_path.iterdir()] == ["grader.py"]
