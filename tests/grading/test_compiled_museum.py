"""The museum's Cython: each file gets its status, within the limits, and no points for speed."""

import exhibits
import pytest
import sample_bundles

from minidl.assignment.making.bundle import open_bundle
from minidl.assignment.marking.marking import mark
from minidl.assignment.marking.workers import box_for
from minidl.students.pyx import Builds, can_build

TASK = "conv_forward_fast"
EXHIBITS = {
    name: one for name, one in exhibits.on_files("convolution").items() if name != "slow_naive"
}
SPEEDLESS = {"fast_clock", "fast_remembers"}

pytestmark = pytest.mark.slow  # compiles some twenty files: a minute or two


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Return what marks the Cython task of a hand-in's folder."""
    ok, words = can_build()
    if not ok:
        pytest.skip(words)
    folder = tmp_path_factory.mktemp("museum")
    path = sample_bundles.made(folder / "convolution", "convolution", seconds=3, build_seconds=10)
    with open_bundle(path) as bundle:
        limits = bundle.assignment.limits
        box = box_for(limits, hide=(str(bundle.folder),))
        builds = Builds(folder / "builds", limits.build_seconds, limits.memory_mb, box)

        def task(hand_in):
            (outcome,) = mark(
                bundle.assignment,
                hand_in,
                bundle.trials,
                bundle.folder / "stand_ins",
                only=[TASK],
                box=box,
                builds=builds,
            ).tasks
            return outcome

        yield task


@pytest.mark.parametrize("name", EXHIBITS)
def test_an_exhibit_gets_its_status(graded, tmp_path, name):
    EXHIBITS[name].write(tmp_path / "hand-in")
    task = graded(tmp_path / "hand-in")
    assert task.status in EXHIBITS[name].expected[TASK], (task.says, task.checks)
    if task.status == "passed":
        (speed,) = (check for check in task.checks if check.kind == "speed")
        assert (speed.points == 0) == (name in SPEEDLESS)
    else:
        assert task.points < task.out_of
        assert "\n" not in task.says
        assert len(task.says) <= 300
