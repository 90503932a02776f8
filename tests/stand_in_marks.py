"""Marking that runs nothing: what happens is written in the file that was handed in.

For tests of the grader around it; a function of a module, so that other processes find it.
"""

import os
import signal
import time
from pathlib import Path

from minidl.assignment.outcome import CheckOutcome, Marks, TaskOutcome, TrialOutcome
from minidl.grading.blank import nothing


def mark(assignment, folder, trials, only=None, stand_ins=None, hints=False, **_):
    """Mark by the words in layers.py."""
    path = Path(folder, "layers.py")
    text = path.read_text(errors="replace")
    assert Path(stand_ins).is_dir()
    assert hints
    assert {name for one in trials.values() for name in one} == {"public", "hidden"}
    if "stumble" in text:
        raise OSError(f"no room in {folder} at {object()}")
    if "wait" in text:
        time.sleep(0.3)
    if "hang" in text:
        Path(os.environ["HANGING"]).touch()
        time.sleep(60)
    if "kill once" in text and not os.path.exists(os.environ["KILLED"]):
        Path(os.environ["KILLED"]).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if "kill always" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "mess" in text:
        Path(folder, "deep").mkdir()
        Path(folder, "deep", "file").touch()
        Path(folder, "deep").chmod(0)
    kinds = {check.kind for task in assignment.tasks for check in task.checks}
    if "SPEEDS" in os.environ:
        with open(os.environ["SPEEDS"], "a") as file:
            file.write(f"{os.getpid()} {'speed' in kinds} {only}\n")
    if "no compiler" in text:
        return nothing(assignment, "grader error")
    tasks = tuple(_task(task, text) for task in assignment.tasks)
    return Marks(tuple(task for task in tasks if only is None or task.id in only))


def _task(task, text):
    checks = tuple(
        _check(check.kind, part, points, cases, f"def {task.function}" in text and part not in text)
        for check in task.checks
        for part, points, cases in (
            ("public", check.points, check.public),
            ("hidden", check.hidden_points, check.hidden),
        )
        if points or cases
    )
    failed = [check for check in checks if check.status != "passed"]
    return TaskOutcome(
        task.id,
        task.title,
        failed[0].status if failed else "passed",
        sum(check.points for check in checks),
        sum(check.out_of for check in checks),
        says=failed[0].failed[0].says if failed else "",
        likely=("the sign is wrong <b>",) if failed else (),
        checks=checks,
    )


def _check(kind, part, points, cases, passes):
    if passes:
        return CheckOutcome(kind, part, "passed", points, points, len(cases), len(cases))
    says = "out is 3, should be 4 <script>alert(1)</script> \x1b[31m" + (
        " SECRET NUMBERS" if part == "hidden" else ""
    )
    case = TrialOutcome(cases[0], "wrong", f"x (2,), the {part} case", says)
    return CheckOutcome(kind, part, "wrong", 0, points, len(cases), len(cases), (case,))


def no_minidl():
    """Stand in for what a worker answers that has no minidl."""
    raise ModuleNotFoundError("No module named 'minidl'")
