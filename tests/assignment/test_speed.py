"""Speed is marked from outside, with numbers that nobody knows, and only what is right has one."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from tiny_assignment import ASSIGNMENT, NET, SOURCE, write_hand_in, write_source, write_stand_ins

from minidl.assignment.cases.trial import Cache
from minidl.assignment.cases.trials import prepare
from minidl.assignment.marking.calling import status_of
from minidl.assignment.marking.workers import Workers
from minidl.assignment.spec import Check
from minidl.assignment.speed import race, speed
from minidl.assignment.speed.against import in_terms_of, parameters_of
from minidl.assignment.speed.fresh import fresh
from minidl.assignment.speed.race import LEAST, MOST, MOST_CALLS, Race, Round
from minidl.assignment.speed.sides import NoMeasureError, Sides
from minidl.assignment.speed.speed import speed_outcome
from minidl.assignment.speed.turns import turn
from minidl.students import CannotBuild

SPEED = Check("speed", 8, public=("ordinary",), against="layers.py:squares", steps=((2, 3), (4, 8)))


@pytest.fixture(scope="module")
def trials(tmp_path_factory):
    """Return the public trials of every task."""
    prepared = prepare(ASSIGNMENT, write_source(tmp_path_factory.mktemp("small") / "assignment"))
    return {
        task: tuple(trial for trial in parts["public"] if trial.name == "ordinary")
        for task, parts in prepared.items()
    }


@pytest.fixture
def workers(tmp_path):
    """Return what makes the workers of a hand-in, with the reference at hand or without."""
    made = []

    def make(layers=SOURCE, marked=True, seconds=5):
        folder = write_hand_in(tmp_path / f"hand-in {len(made)}", layers, NET)
        stand_ins = write_stand_ins(tmp_path / f"stand-ins {len(made)}") if marked else None
        limits = replace(ASSIGNMENT.limits, seconds=seconds)
        made.append(Workers(replace(ASSIGNMENT, limits=limits), folder, stand_ins))
        return made[-1]

    yield make
    for one in made:
        one.close()


def outcome(workers, trials, task="squares", **more):
    """Return what came out of the speed of a task against itself."""
    task = ASSIGNMENT.task(task)
    check = replace(SPEED, **{"against": f"{task.file}:{task.function}", **more})
    return speed_outcome(task, check, "public", trials[task.id], workers)


class Clocked:
    """Sides whose calls take no time, but move a clock."""

    def __init__(self, monkeypatch, own, measure, idle=0.0):
        self.now, self.seen, self.judged = 0.0, [], []
        self.takes = {"own": own, "measure": measure, "idle": idle}
        monkeypatch.setattr(race.time, "perf_counter", lambda: self.now)

    def _call(self, name, arguments):
        def call():
            takes = self.takes[name]
            self.now += takes() if callable(takes) else takes
            self.seen.append((name, arguments))
            return name, arguments

        return call

    def own(self, arguments):
        return self._call("own", arguments)

    def measure(self, arguments):
        return self._call("measure", arguments)

    def idle(self, arguments):
        return self._call("idle", arguments)

    def rest(self):
        self.seen.append(("rest", None))

    def hold(self, call):
        assert call[0] == "measure"

    def judge(self, trial, call, measured):
        assert call[1] == measured[1]
        self.judged.append(call[1])

    def judge_by_reference(self, trial, arguments, call):
        assert call[1] == arguments
        self.judged.append(arguments)


def drawn():
    """Return a function that draws 0, 1, 2, ..."""
    numbers = iter(range(10_000))
    return lambda: next(numbers)


def test_every_call_has_other_numbers_and_every_result_that_is_timed_is_judged(monkeypatch):
    sides = Clocked(monkeypatch, 0.01, 0.1, 0.002)
    found = Race().run(sides, None, drawn(), [100])
    own = [arguments for name, arguments in sides.seen if name == "own"]
    assert len(own) == len(set(own)) == 1 + LEAST * (1 + 10)  # about as long as the measure takes
    assert len(sides.judged) == 1 + LEAST * 10
    assert set(sides.judged) <= set(own)
    for k, (name, arguments) in enumerate(sides.seen):  # no result is there to be looked up
        if name == "measure":
            assert ("own", arguments) in sides.seen[:k]
            assert sides.seen[k - 1][0] == "rest"  # nor is anybody there who could hold it up
    assert found.ratio == pytest.approx(0.098 / 0.008)


def test_calls_in_a_round_have_a_limit_and_there_is_always_one(monkeypatch):
    for own, calls in ((1e-6, MOST_CALLS), (0.5, 1)):
        sides = Clocked(monkeypatch, own, 0.1)
        Race().run(sides, None, drawn(), [100])
        assert [name for name, _ in sides.seen].count("own") == 1 + LEAST * (1 + calls)


def test_near_a_step_there_are_more_rounds(monkeypatch):
    for ratio, rounds in ((10, LEAST), (26, MOST), (38, MOST), (41, LEAST)):
        sides = Clocked(monkeypatch, 1.0, ratio)
        assert len(Race().run(sides, None, drawn(), [1, 31]).rounds) == rounds


def test_one_slow_round_does_not_count(monkeypatch):
    slow = iter([1, 1, 1, 1, 90, *[1] * 1000])
    sides = Clocked(monkeypatch, lambda: next(slow), 10)
    assert Race().run(sides, None, drawn(), [100]).ratio == pytest.approx(10)


def test_the_way_is_left_out_but_never_more_than_half():
    assert Round(3, 21, 1).ratio == 10
    assert Round(1, 21, 1).ratio == 40
    assert Round(0.5, 21, 1).ratio == 80
    assert Round(1, 0.5, 1).ratio == 0


def test_fresh_arguments_are_like_others(rng):
    x, labels = np.abs(rng.standard_normal((3, 4))).astype(np.float32), np.arange(5)
    param = {"pad": 1, "mean": rng.standard_normal(6)}
    given = (x, labels, param, 2, "text", None, Cache("f", (x, 3)))
    one, other = fresh(given, "Fortran-ordered", rng), fresh(given, "Fortran-ordered", rng)
    assert one[0].shape == x.shape
    assert one[0].dtype == x.dtype
    assert one[0].flags.f_contiguous
    assert one[0].min() > 0
    assert one[0].max() <= x.max()
    assert sorted(one[1]) == sorted(labels)
    assert one[2]["pad"] == 1
    assert one[3:6] == (2, "text", None)
    assert one[6].function == "f"
    assert one[6].arguments[1] == 3
    for a, b in ((one[0], other[0]), (one[2]["mean"], other[2]["mean"]), (one[0], x)):
        assert not np.array_equal(a, b)
    assert not np.array_equal(one[6].arguments[0], x)
    assert not np.isclose(one[0].sum(), other[0].sum())


@pytest.mark.parametrize(
    ("text", "name", "names"),
    [
        ("def f(x, w=(1, 2), *, b: dict[str, int] = None): pass\n", "mine.py", ["x", "w", "b"]),
        ("def f(\n    x,\n    w,  # no, b\n):\n    pass\n", "mine.py", ["x", "w"]),
        ("def f(): pass\n", "mine.py", []),
        (
            "def f(const floating[:, :, ::1] x, double[:] w not None, Py_ssize_t pad=1, int k):\n"
            "    pass\n",
            "mine.pyx",
            ["x", "w", "pad", "k"],
        ),
    ],
)
def test_parameters_are_read_from_a_file(tmp_path, text, name, names):
    (tmp_path / name).write_text(text)
    assert parameters_of(tmp_path / name, "f") == names


def test_arguments_go_to_a_function_with_others():
    assert in_terms_of(["w", "x"], ["x", "w"], (1, 2)) == (2, 1)
    assert in_terms_of(["a", "b"], ["x", "w"], (1, 2)) == (1, 2)
    assert in_terms_of(["x", "param"], ["x", "stride", "pad"], (5, 2, 1)) == (
        5,
        {"stride": 2, "pad": 1},
    )
    with pytest.raises(ValueError, match=r"takes \(x, y, z\), and cannot be called with \(x, w\)"):
        in_terms_of(["x", "y", "z"], ["x", "w"], (1, 2))


def test_only_one_at_a_time_has_its_turn(tmp_path):
    lock, order = tmp_path / "lock", []

    def other():
        with turn(lock) as held:
            order.append(("other", held))

    with turn(lock) as held:
        assert held
        thread = threading.Thread(target=other)
        thread.start()
        with turn(lock, patience=0.2) as again:
            assert not again  # and goes on
        order.append("mine")
    thread.join(10)
    assert order == ["mine", ("other", True)]


@pytest.mark.parametrize(
    ("ratio", "points", "says"),
    [
        (1.9, 0, "less than 2 times as fast as squares"),
        (2.0, 3, "at least 2 times as fast as squares, and less than 4 times"),
        (4.0, 8, "at least 4 times as fast as squares"),
        (1e9, 8, "at least 4 times as fast as squares"),
    ],
)
def test_the_highest_step_counts(workers, trials, monkeypatch, ratio, points, says):
    monkeypatch.setattr(speed, "_ratio", lambda *_: ratio)
    monkeypatch.setattr(speed, "Sides", lambda *_: None)
    found = outcome(workers(), trials)
    assert (found.points, found.status, found.says) == (points, "passed", says)
    assert (found.out_of, found.cases, found.ran, found.failed) == (8, 1, 1, ())
    own = outcome(workers(marked=False), trials)
    assert own.says.startswith(f"{says}; about ")


def test_the_worst_case_counts(workers, trials, monkeypatch):
    ratios = iter([9.0, 3.0, 5.0])
    monkeypatch.setattr(speed, "Sides", lambda *_: None)
    monkeypatch.setattr(speed, "_ratio", lambda *_: next(ratios))
    task = ASSIGNMENT.task("squares")
    assert speed_outcome(task, SPEED, "public", trials["squares"] * 3, workers()).points == 3


def test_what_cannot_be_timed_is_skipped(workers, trials):
    task = ASSIGNMENT.task("squares")
    assert speed_outcome(task, SPEED, "public", (), workers()).status == "skipped"
    assert speed_outcome(task, SPEED, "hidden", trials["squares"], workers()).status == "skipped"


def test_a_function_is_timed_against_the_reference_through_all_workers(workers, trials):
    for task in ("squares", "affine_backward", "affine_forward"):
        found = outcome(workers(), trials, task, steps=((0, 8),))
        assert (found.status, found.points) == ("passed", 8), found
    slow = outcome(workers(), trials, steps=((1e9, 8),))
    assert (slow.status, slow.points) == ("passed", 0)


SQUARES = "\n\ndef squares(w, reg):\n"
RIGHT = "    return 0.5 * reg * np.sum(w * w), reg * w\n"
ENDS = {
    "remembers": (
        f"seen = []\n{SQUARES}    seen.append((0.5 * reg * np.sum(w * w), reg * w))\n"
        "    return seen[0]\n",
        "wrong",
        "loss is",
    ),
    "no number": (f"{SQUARES}    return None, reg * w\n", "wrong", "loss is None"),
    "other dtype": (
        f"{SQUARES}    return 0.5 * reg * np.sum(w * w), (reg * w).astype('f')\n",
        "wrong",
        "float32",
    ),
    "raises": (f"{SQUARES}    raise KeyError('me')\n", "wrong", "raised KeyError: 'me'"),
    "loops": (f"{SQUARES}    while True:\n        pass\n", "timed out", "did not end within 1 s"),
    "exits": (
        f"import os\ncalls = []\n{SQUARES}    calls.append(1)\n"
        f"    if len(calls) == 2:\n        os._exit(0)\n{RIGHT}",
        "crashed",
        "ended the process",
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_without_right_results_there_is_no_speed(workers, trials, name):
    text, status, says = ENDS[name]
    found = outcome(workers(f"import numpy as np\n{text}", seconds=1), trials, steps=((0, 8),))
    assert (found.status, found.points) == (status, 0)
    assert says in found.failed[0].says
    assert found.failed[0].name == "ordinary"
    assert found.failed[0].case


def test_a_file_that_cannot_be_imported_has_no_speed(workers, trials):
    found = outcome(workers("import numpy as np\n1 / 0\n"), trials)
    assert (found.status, found.points, found.failed) == ("wrong", 0, ())
    assert "ZeroDivisionError" in found.says


def test_clocks_of_the_worker_do_not_count(workers, trials):
    text = (
        f"import time\nsleep = time.sleep\nfor name in ('time', 'perf_counter', 'monotonic'):\n"
        f"    setattr(time, name, lambda: 0.0)\ntime.sleep = lambda _: None\n"
        f"{SQUARES}    sleep(0.03)\n{RIGHT}"
    )
    task, trial = ASSIGNMENT.task("squares"), trials["squares"][0]
    sides = Sides(task, SPEED.against, workers(f"import numpy as np\n{text}"), ())
    found = Race().run(sides, trial, lambda: trial.arguments, [1e9])
    assert all(one.own >= 0.03 for one in found.rounds)
    assert found.ratio < 1


def test_the_hand_in_has_no_part_in_the_measure(workers, trials):
    """Neither by its own function nor by what it does to NumPy is the measure made slow."""
    slow = SOURCE.replace("def squares(w, reg):", "def squares(w, reg):\n    time.sleep(9)")
    hand_in = workers(f"import time\n{slow}", seconds=1)
    reference = hand_in.reference(ASSIGNMENT.task("squares"))
    reference.call("squares", *trials["squares"][0].arguments)  # or else it would end here


def test_a_measure_that_does_not_work_is_no_fault_of_the_student(workers, trials):
    """In the student's own folder it is the student's own."""
    hand_in = workers(marked=False)
    found = outcome(hand_in, trials, against="layers.py:affine_backward")  # of no such arguments
    assert (found.status, found.points) == ("skipped", 0)
    assert found.says.startswith("affine_backward, the measure, does not work: affine_backward: ra")
    with pytest.raises(ValueError, match="layers.py:fly, the measure of its speed, is no task"):
        outcome(hand_in, trials, against="layers.py:fly")


def test_a_reference_that_does_not_work_is_our_fault(workers, trials, monkeypatch):
    def broken(*_):
        raise NoMeasureError("squares, the measure, does not work")

    monkeypatch.setattr(speed, "Sides", broken)
    found = outcome(workers(), trials)
    assert (found.status, found.points, found.says) == (
        "grader error",
        0,
        "squares, the measure, does not work",
    )


def test_what_cannot_be_compiled_is_wrong_or_takes_too_long():
    assert status_of(CannotBuild("mine.pyx, line 3: no", 3)) == "wrong"
    assert status_of(CannotBuild("mine.pyx: took too long", passing=True)) == "timed out"
