"""Every wrong hand-in loses points, on the right task and only there; the page says where."""

import hand_ins
import make_what_checks_catch as page
import numpy as np
import pytest
import sample_bundles

from minidl.students.pyx import Builds, can_build

TEMPLATES = ("layers", "convolution")


@pytest.fixture(scope="module", params=TEMPLATES)
def rows(request):
    """Return (wrong hand-in, marks) of what needs no compiler."""
    return request.param, list(page.marked(request.param, compiled=[False]))


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """Return (wrong hand-in, marks) of what does."""
    ok, words = can_build()
    if not ok:
        pytest.skip(words)
    builds = Builds(tmp_path_factory.mktemp("builds"))
    return list(page.marked("convolution", builds, compiled=[True]))


def require_points_lost_there_alone(wrong, marks):
    tasks = {task.id: task for task in marks.tasks}
    told = {name: (task.status, task.says) for name, task in tasks.items()}
    lost = {name for name, task in tasks.items() if task.points < task.out_of}
    assert lost == {wrong.task}, (wrong.name, told)
    if wrong.check:
        short = {c.kind for c in tasks[wrong.task].checks if c.points < c.out_of}
        assert short == {wrong.check}, wrong.name
    else:
        assert tasks[wrong.task].status == "wrong", (wrong.name, told)


def test_each_loses_points_on_its_task_alone(rows):
    _, marked = rows
    assert marked
    for wrong, marks in marked:
        tasks = tuple(task for task in marks.tasks if task.id != "conv_forward_fast")
        require_points_lost_there_alone(wrong, type(marks)(tasks))


def test_the_page_tells_what_caught_them(rows):
    _, marked = rows
    lines = page.PAGE.read_text(encoding="utf-8").splitlines(keepends=True)
    for wrong, marks in marked:
        assert page.row(wrong, marks) in lines, "run docs/make_what_checks_catch.py"


LOOK_UP = """
def {0}(*arguments):
    key = b"".join(np.asarray(a).tobytes() for a in arguments[:{4}] if isinstance(a, np.ndarray))
    known = [np.array(a, dtype) for a, dtype in KNOWN["{0}"].get(key.hex(), [(0, "f8")] * {1})]
    return (*known, {2}) if {3} else known[0]
"""


def known_by_heart(assignment, trials):
    """Return layers.py as a table of all public cases with what is right for them."""
    text, known = "import numpy as np\n", {}
    for task in assignment.tasks:
        if task.file == "layers.py":
            cases = known.setdefault(task.function, {})
            for trial in trials[task.id]["public"]:
                arrays = [np.asarray(a) for a in trial.arguments[:2] if isinstance(a, np.ndarray)]
                right = [np.asarray(trial.right[name]) for name in task.returns]
                key = b"".join(array.tobytes() for array in arrays).hex()
                cases[key] = [(array.tolist(), array.dtype.str) for array in right]
            several = len(task.returns) + bool(task.keep) > 1
            kept = "arguments" if task.function == "affine_forward" else "arguments[0]"
            kept = kept if task.keep else "*()"
            looked_at = 1 if task.function == "relu_backward" else 2  # its cache is an array
            text += LOOK_UP.format(task.function, len(task.returns), kept, several, looked_at)
    return f"{text}\nKNOWN = {known!r}\n"


def test_a_table_of_the_public_cases_has_no_points():
    with sample_bundles.opened("layers") as marks:
        bundle = marks.bundle
        stub = (bundle.handout / "net.py").read_text()
        files = {"layers.py": known_by_heart(bundle.assignment, bundle.trials), "net.py": stub}
        told = marks(files)
    assert told.points == 0, {task.id: (task.points, task.says) for task in told.tasks}
    failed = {task.id: {c.part for c in task.checks if c.failed} for task in told.tasks}
    assert all(parts == {"hidden"} for name, parts in failed.items() if name != "two_layer_loss")


@pytest.mark.slow  # compiles eight files, some of them twice: a minute
def test_each_compiled_one_loses_points_on_its_task_alone(compiled):
    lines = page.PAGE.read_text(encoding="utf-8").splitlines(keepends=True)
    for wrong, marks in compiled:
        require_points_lost_there_alone(wrong, marks)
        assert page.row(wrong, marks) in lines, "run docs/make_what_checks_catch.py"


def test_the_page_has_a_row_for_each():
    text = page.PAGE.read_text(encoding="utf-8")
    for template in TEMPLATES:
        wrong = hand_ins.wrong(template)
        assert len(wrong) >= 20
        for one in wrong.values():
            assert f"| {one.task} | {one.says} |" in text
    assert text.count("\n|") == 2 * 2 + sum(len(hand_ins.wrong(t)) for t in TEMPLATES)
