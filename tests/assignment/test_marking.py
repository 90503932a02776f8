"""Marking: points and statuses of hand-ins that are right, wrong, untouched or full of traps."""

import json
import re
from dataclasses import replace

import pytest
from tiny_assignment import (
    ASSIGNMENT,
    NET,
    SOURCE,
    STUB,
    TASKS,
    write_hand_in,
    write_source,
    write_stand_ins,
)

from minidl.assignment.cases.trials import prepare
from minidl.assignment.marking import calling
from minidl.assignment.marking.marking import mark
from minidl.assignment.outcome import Marks, marks_from_dict
from minidl.assignment.spec import PARTS

LOOP = "while True: pass"
CRASH = "import ctypes; ctypes.string_at(0)"


@pytest.fixture(scope="module")
def trials(tmp_path_factory):
    return prepare(ASSIGNMENT, write_source(tmp_path_factory.mktemp("small") / "assignment"))


@pytest.fixture(scope="module")
def stand_ins(tmp_path_factory):
    return write_stand_ins(tmp_path_factory.mktemp("stand-ins"))


@pytest.fixture
def marks(tmp_path, trials):
    """Return what marks a hand-in of these texts; tasks by id."""

    def run(layers=SOURCE, net=NET, assignment=ASSIGNMENT, own_trials=trials, **more):
        folder = write_hand_in(tmp_path / "hand-in", layers, net)
        told = mark(assignment, folder, own_trials, **more)
        assert marks_from_dict(json.loads(json.dumps(told.as_dict()))) == told
        return {task.id: task for task in told.tasks}

    return run


@pytest.fixture
def many(marks, trials):
    """Return what marks several versions of one function, each as a task of its own."""

    def run(task_id, parameters, bodies):
        names = [f"version_{k}" for k in range(len(bodies))]
        task = ASSIGNMENT.task(task_id)
        tasks = tuple(replace(task, id=name, function=name) for name in names)
        text = "import numpy as np\nK = []\n" + "".join(
            f"def {name}{parameters}:\n    {body}\n"
            for name, body in zip(names, bodies, strict=True)
        )
        one = replace(ASSIGNMENT, tasks=tasks)
        told = marks(text, assignment=one, own_trials=dict.fromkeys(names, trials[task_id]))
        return list(told.values())

    return run


def changed(**bodies):
    """Return the source with other bodies of some functions, in one line each."""
    text = SOURCE
    for name, body in bodies.items():
        pattern = rf"(def {name}\(.*\):\n)(?:    .*\n|\n(?=    ))+"
        text, count = re.subn(pattern, lambda found, body=body: f"{found[1]}    {body}\n", text)
        assert count == 1
    return text


def check_of(task, kind, part="public"):
    return next(check for check in task.checks if (check.kind, check.part) == (kind, part))


def test_what_is_right_gets_all_points(marks, stand_ins):
    tasks = marks(stand_ins=stand_ins)
    assert {task.status for task in tasks.values()} == {"passed"}
    assert [task.points for task in tasks.values()] == [5, 7, 2, 5, 4]
    assert all(type(task.points) is int for task in tasks.values())
    assert Marks(tuple(tasks.values())).out_of == ASSIGNMENT.points


def test_what_is_untouched_gets_none_and_says_so(marks, stand_ins):
    stubs = "".join(STUB.format(task.function) for task in TASKS if task.file == "layers.py")
    tasks = marks(stubs, STUB.format("score"), stand_ins=stand_ins)
    assert [(task.status, task.points) for task in tasks.values()] == [("not attempted", 0)] * 5
    first, *others = tasks["squares"].checks
    assert first.status == "not attempted"
    assert {check.status for check in others} == {"skipped"}
    assert tasks["score"].replaced == ("affine_forward", "relu_forward", "squares")


def test_without_the_reference_a_student_is_told_what_to_write_first(marks):
    stub = STUB.format("affine_forward")
    net = NET.replace("affine_forward, relu", "affine_forward as affine_forward, relu")
    tasks = marks(SOURCE + stub, net, parts=("public",))
    assert tasks["affine_forward"].status == "not attempted"
    for name in ("affine_backward", "score"):
        assert tasks[name].status == "skipped"
        assert tasks[name].says == "needs affine_forward, which is not written yet"


def test_a_wrong_function_loses_the_points_of_what_is_wrong(marks, stand_ins):
    wrong = "return (x.reshape(len(x), -1) @ w + b) * (x.ndim == 3), (x, w, b)"
    tasks = marks(changed(affine_forward=wrong), stand_ins=stand_ins)
    forward = tasks["affine_forward"]
    assert (forward.status, forward.points) == ("wrong", 2)  # those for dtype and purity
    assert re.match(r"values, case 'ordinary': out\[", forward.says)
    failed = check_of(forward, "values").failed[0]
    assert (failed.name, failed.case) == ("ordinary", "x (3, 4), w (4, 5), b (5,), float64")
    for name, needs in (("affine_backward", 7), ("score", 4)):
        assert tasks[name].points == needs
        assert tasks[name].replaced == ("affine_forward",)
    assert tasks["relu_forward"].replaced == ()


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (("public",), "counts as soon as one result comes out right that is more than zeros"),
        (PARTS, "counts as soon as one result of a hidden case comes out right"),
    ],
)
def test_zeros_of_the_right_form_get_nothing(marks, parts, says):
    zeros = "return np.zeros((len(x), w.shape[1]), x.dtype), (x, w, b)"
    forward = marks(changed(affine_forward=zeros), parts=parts)["affine_forward"]
    assert (forward.status, forward.points) == ("wrong", 0)
    assert re.match(r"values, case 'ordinary': out\[", forward.says)
    form = check_of(forward, "dtype")
    assert (form.status, form.points, form.out_of, form.says) == ("skipped", 0, 1, says)


def test_public_cases_cannot_tell_of_hidden_ones(marks, trials):
    """What a function saw in hidden cases is not there when another one talks in a public case."""
    functions = {
        "relu_forward": "SEEN.append(x.shape); return np.maximum(x, 0), x",
        "squares": "raise ValueError(str(sorted(set(SEEN))))",
    }
    text = changed(**functions).replace("import numpy as np\n", "import numpy as np\nSEEN = []\n")
    shapes = {part: {t.arguments[0].shape for t in trials["relu_forward"][part]} for part in PARTS}
    assert shapes["hidden"] - shapes["public"]
    says = marks(text)["squares"].says
    assert f"raised ValueError: {sorted(shapes['public'])}" in says


def test_what_is_needed_indirectly_is_replaced_too(marks, stand_ins, trials):
    """The net needs ReLU, which is made to need the affine layer."""
    *others, score = TASKS
    relu = others[2]
    assert relu.id == "relu_forward"
    others[2] = replace(relu, needs=("affine_forward",))
    score = replace(score, needs=("relu_forward", "squares"))
    wrong = changed(affine_forward="return x @ w - b, (x, w, b)")
    chain = replace(ASSIGNMENT, tasks=(*others, score))
    tasks = marks(wrong, assignment=chain, stand_ins=stand_ins)
    assert tasks["score"].replaced == ("affine_forward",)
    assert tasks["score"].points == 4


def test_without_the_reference_a_mistake_is_met_again(marks):
    tasks = marks(changed(affine_forward="return x @ w - b, (x, w, b)"))
    assert tasks["score"].points == 0
    assert tasks["score"].replaced == ()


def test_public_numbers_known_by_heart_do_not_pass_hidden_cases(marks, trials):
    (public,) = [t for t in trials["relu_forward"]["public"] if t.name == "ordinary"]
    known = f"np.array({public.arguments[0].tolist()})"
    body = f"return (np.maximum(x, 0) if np.array_equal(x, {known}) else x * 0), x"
    tasks = marks(changed(relu_forward=body))
    assert check_of(tasks["relu_forward"], "values").status == "skipped"
    assert check_of(tasks["relu_forward"], "values", "hidden").status == "wrong"
    assert tasks["relu_forward"].points == 0
    assert re.fullmatch(r"values: wrong in \d+ of 27 hidden cases", tasks["relu_forward"].says)


def test_each_check_sees_what_it_is_for(many):
    """One worker runs them all, as each is a task of its own."""
    cases = [
        ("w *= 2; return x @ w / 2 + b, (x, w / 2, b)", "purity", "w[0, 0] was"),
        ("x[0, 0] = 0; return x @ w + b, (x, w, b)", "purity", "read-only"),
        ("return x, (x, w, b)", "purity", "a result lies in the memory of x"),
        ("K.append(x @ w + b); return K[0], (x, w, b)", "purity", "the memory of one result"),
        ("return (x @ w + b) * (1 + 1e-4 * np.random.rand()), x", "purity", "another result"),
        ("return np.float64(x) @ w + b, (x, w, b)", "dtype", "out came out as float64"),
        ("return (x @ w + b).astype('f4'), (x, w, b)", "values", "numbers are wrong"),
        ("return (x @ w + b)[0], (x, w, b)", "values", "out has shape (5,), must be (3, 5)"),
        ("return (x @ w + b).tolist(), (x, w, b)", "values", "out is a list of 3"),
        ("return x @ w + b", "values", "must return out, cache"),
        ("return x @ v, x", "values", "raised NameError: name 'v' is not defined (layers.py, line"),
    ]
    tasks = many("affine_forward", "(x, w, b)", [body for body, _, _ in cases])
    for task, (_, kind, says) in zip(tasks, cases, strict=True):
        assert task.status == "wrong"
        assert says in " ".join(one.says for one in check_of(task, kind).failed)
        assert check_of(task, kind).points == 0


def test_a_wrong_gradient_is_seen_without_the_right_one(marks):
    task = marks(changed(squares="return 0.5 * reg * np.sum(w * w), w"))["squares"]
    assert check_of(task, "shape").status == "passed"
    assert "the right forward pass grows by" in check_of(task, "gradient").failed[0].says
    gradient = check_of(task, "gradient", "hidden")
    assert (gradient.status, gradient.cases, gradient.ran) == ("wrong", 2, 2)


def test_after_a_time_out_the_rest_is_not_tried(marks, stand_ins):
    limits = replace(ASSIGNMENT.limits, seconds=2)
    quick = replace(ASSIGNMENT, limits=limits)
    tasks = marks(changed(relu_forward=LOOP), assignment=quick, stand_ins=stand_ins)
    relu = tasks["relu_forward"]
    assert (relu.status, relu.points) == ("timed out", 0)
    assert "did not end within 2 s" in relu.says
    hidden = check_of(relu, "values", "hidden")
    assert (hidden.status, hidden.ran, len(hidden.failed)) == ("timed out", 0, 27)
    assert hidden.failed[0].says == "not run, as case 'ordinary' did not end in time"
    assert tasks["squares"].points == 5
    assert tasks["score"].points == 4


def test_cases_that_are_slow_one_by_one_are_not_all_tried(marks, monkeypatch):
    """Each keeps to the limit, and a hundred of them would take a hundred times as long."""
    monkeypatch.setattr(calling, "MOST_LIMITS", 0.02)
    slow = "import time; time.sleep(0.1); return np.maximum(x, 0), x"
    relu = marks(changed(relu_forward=slow))["relu_forward"]
    assert relu.status == "timed out"
    hidden = check_of(relu, "values", "hidden")
    assert (hidden.status, hidden.ran) == ("timed out", 0)
    assert hidden.failed[0].says == "not run, as cases before it took 0.1 s in all"


def test_after_three_crashes_the_rest_is_not_tried(marks, stand_ins):
    tasks = marks(changed(relu_forward=CRASH), stand_ins=stand_ins)
    relu = tasks["relu_forward"]
    assert (relu.status, relu.points) == ("crashed", 0)
    hidden = check_of(relu, "values", "hidden")
    assert (hidden.ran, len(hidden.failed)) == (2, 27)
    assert hidden.failed[-1].says == "not run, as 3 cases before it ended the process"
    assert tasks["squares"].points == 5


FORGE = """
def forge():
    for number in range(3, 9):
        try:
            os.set_blocking(number, False)
            os.write(number, b"minidl:1" * 9)
        except OSError:
            pass
"""


def test_after_three_answers_that_are_none_the_rest_is_not_tried(marks):
    """Each of them ends the worker, as a crash does."""
    text = "import os\n" + FORGE + changed(relu_forward="forge(); return np.maximum(x, 0), x")
    relu = marks(text)["relu_forward"]
    assert relu.status == "wrong"
    assert "no results came" in relu.says
    hidden = check_of(relu, "values", "hidden")
    assert hidden.failed[-1].says == "not run, as 3 cases before it ended the process"


def test_how_a_call_ends_is_the_status(many):
    cases = {
        "import os; print('all passed'); os._exit(0)": "crashed",
        "raise ValueError('no')": "wrong",
        "raise MemoryError": "out of memory",
        "return (1 / 0 if len(x) == 1 else np.maximum(x, 0)), x": "wrong",
        "if len(x) == 1: raise NotImplementedError\n    return np.maximum(x, 0), x": "wrong",
        "return None, x": "wrong",
        "print('not yet'); raise NotImplementedError('mine')": "not attempted",
    }
    tasks = many("relu_forward", "(x)", cases)
    assert [task.status for task in tasks] == list(cases.values())
    assert not any(check_of(task, "values", "hidden").points for task in tasks)


@pytest.mark.parametrize(
    ("layers", "status", "says"),
    [
        (None, "not attempted", "there is no file layers.py"),
        ("", "not attempted", "layers.py has no function"),
        ("def relu_forward(x)\n", "wrong", "layers.py, line 1: expected ':'"),
        ("1 / 0\n", "wrong", "importing layers.py raised ZeroDivisionError"),
        ("import os\nos._exit(0)\n", "crashed", "importing layers.py: ended the process"),
        ("while True: pass\n", "timed out", "importing layers.py: did not end within 3 s"),
    ],
)
def test_a_file_that_is_not_there_or_cannot_be_imported(marks, stand_ins, layers, status, says):
    """All of its tasks are lost, and the net is marked on top of the reference."""
    quick = replace(ASSIGNMENT, limits=replace(ASSIGNMENT.limits, seconds=3))
    tasks = marks(layers, assignment=quick, stand_ins=stand_ins)
    for task in TASKS[:4]:
        assert (tasks[task.id].status, tasks[task.id].points) == (status, 0)
        assert says in tasks[task.id].says
    assert tasks["score"].points == 4


def test_a_file_that_imports_what_is_forbidden_loses_its_points(marks, stand_ins):
    without = replace(ASSIGNMENT, forbidden_imports=("socket",))
    tasks = marks("import socket\n" + SOURCE, assignment=without, stand_ins=stand_ins)
    for task in TASKS[:4]:
        assert (tasks[task.id].status, tasks[task.id].points) == ("wrong", 0)
        assert tasks[task.id].says.startswith("layers.py:1: imports socket")
    assert tasks["score"].points == 4


def test_an_import_in_a_function_is_the_matter_of_its_task(marks):
    without = replace(ASSIGNMENT, forbidden_imports=("socket",))
    text = changed(relu_forward="import socket; return np.maximum(x, 0), x")
    tasks = marks(text, assignment=without)
    line = 1 + text[: text.index("import socket")].count("\n")
    assert tasks["relu_forward"].says.startswith(f"layers.py:{line}: imports socket")
    assert {task.status for task in tasks.values() if task.id in ("squares", "affine_forward")} == {
        "passed"
    }


def test_what_is_forbidden_for_one_task_is_so_while_it_runs(marks):
    relu = replace(ASSIGNMENT.task("relu_forward"), forbidden_imports=("socket",))
    one = replace(ASSIGNMENT, tasks=tuple(relu if t.id == relu.id else t for t in TASKS))
    text = changed(
        relu_forward="__import__('sock' + 'et'); return np.maximum(x, 0), x",
        squares="__import__('sock' + 'et'); return 0.5 * reg * np.sum(w * w), reg * w",
    )
    tasks = marks(text, assignment=one, only=["relu_forward", "squares"])
    assert "import of socket is not allowed" in tasks["relu_forward"].says
    assert tasks["squares"].status == "passed"


def test_only_some_tasks_are_told_of_and_what_they_need_is_marked(marks, stand_ins):
    wrong = changed(affine_forward="return x @ w - b, (x, w, b)")
    tasks = marks(wrong, only=["score"], stand_ins=stand_ins)
    assert list(tasks) == ["score"]
    assert tasks["score"].replaced == ("affine_forward",)


def test_what_is_wrong_with_a_hidden_case_is_not_told_of_the_task(many):
    bodies = [
        "return (1 / 0 if x.ndim == 4 else np.maximum(x, 0)), x",
        "return (__import__('os')._exit(0) if x.ndim == 4 else np.maximum(x, 0)), x",
    ]
    raised, ended = many("relu_forward", "(x)", bodies)
    failed = len(check_of(raised, "values", "hidden").failed)
    assert raised.says == f"values: wrong in {failed} of 27 hidden cases"
    assert ended.says.startswith("values: crashed in ")


def test_only_names_tasks(tmp_path, trials):
    with pytest.raises(ValueError, match="there is no task 'scores'; there are affine_forward, "):
        mark(ASSIGNMENT, tmp_path, trials, only=["scores"])


def test_public_parts_alone(marks):
    tasks = marks(parts=("public",))
    assert {check.part for task in tasks.values() for check in task.checks} == {"public"}
    assert [task.out_of for task in tasks.values()] == [4, 5, 1, 3, 2]


def test_missing_cases_are_a_fault_of_ours_and_never_points(marks, trials):
    fewer = {**trials, "squares": {"public": trials["squares"]["public"], "hidden": ()}}
    del fewer["relu_forward"]
    tasks = marks(own_trials=fewer)
    assert tasks["squares"].status == tasks["relu_forward"].status == "grader error"
    assert (tasks["squares"].points, tasks["relu_forward"].points) == (0, 0)
    assert tasks["affine_forward"].status == tasks["score"].status == "passed"


def test_a_check_that_sees_nothing_is_not_passed(marks, trials):
    bare = tuple(replace(trial, slopes=()) for trial in trials["squares"]["public"])
    tasks = marks(own_trials={**trials, "squares": {**trials["squares"], "public": bare}})
    gradient = check_of(tasks["squares"], "gradient")
    assert (gradient.status, gradient.ran, gradient.points) == ("grader error", 0, 0)


def test_hints_are_for_public_cases_that_fail(marks):
    wrong = changed(affine_forward="return x @ w - b, (x, w, b)", relu_forward="return x > 0, x")
    tasks = marks(wrong, hints=True)
    assert tasks["affine_forward"].likely == ("the bias is subtracted", "x @ w + b")
    assert "this is the mask x > 0 alone" in " ".join(tasks["relu_forward"].likely)
    assert tasks["squares"].likely == ()


def test_without_hints_there_are_none(marks):
    assert marks(changed(relu_forward="return abs(x), x"))["relu_forward"].likely == ()


def test_the_same_hand_in_gives_the_same_record_wherever_it_lies(tmp_path, trials):
    text = changed(affine_forward="raise ValueError(f'{object()} in {__file__}')")
    told = []
    for place in ("one", "another place"):
        folder = write_hand_in(tmp_path / place, text)
        told += mark(ASSIGNMENT, folder, trials, only=["affine_forward"]).tasks
    assert told[0] == told[1]
    assert "<object object at 0x...> in layers.py" in told[0].says
