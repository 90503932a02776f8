"""Every wrong hand-in loses points, on the right task and only there; the page says where."""

import hand_ins
import make_what_checks_catch as page
import pytest

from minidl.students.pyx import Builds, can_build

TEMPLATES = ("layers", "convolution")


@pytest.fixture(scope="module", params=TEMPLATES)
def rows(request):
    """Return (wrong hand-in, marks) of what needs no compiler."""
    return request.param, list(page.marked(request.param, compiled=False))


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """Return (wrong hand-in, marks) of what does."""
    ok, words = can_build()
    if not ok:
        pytest.skip(words)
    builds = Builds(tmp_path_factory.mktemp("builds"))
    rows = page.marked("convolution", builds)
    return [(wrong, marks) for wrong, marks in rows if wrong.task == "conv_forward_fast"]


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
