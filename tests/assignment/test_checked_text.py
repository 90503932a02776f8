"""The report of a student's check: each thing said once, and what helps against it."""

from dataclasses import replace

from minidl.assignment import (
    Assignment,
    Check,
    Checked,
    CheckOutcome,
    Marks,
    Task,
    TaskOutcome,
    TrialOutcome,
    checked_text,
)

TASK = Task(
    "sgd",
    "A step",
    10,
    "layers.py",
    "sgd",
    checks=(Check("values", 5, 1), Check("dtype", 4)),
    hints=("w - ... is new",),
)
ASSIGNMENT = Assignment("small", "Small", ">=0.1", 1, ("layers.py",), tasks=(TASK,))
CASE = TrialOutcome("no config", "wrong", "w (3,), float64", "raised TypeError")
OUTCOME = TaskOutcome("sgd", "A step", "wrong", 0, 9, "values: raised TypeError")


def text(outcome):
    return checked_text(Checked(ASSIGNMENT, Marks((outcome,)), ()))


def failed(kind, *cases, says=""):
    return CheckOutcome(kind, "public", "wrong", 0, 5, 3, 3, cases, says)


def test_a_reason_that_checks_share_is_said_once():
    checks = failed("values", CASE, replace(CASE, name="other")), failed("dtype", CASE)
    shown = text(replace(OUTCOME, checks=checks, likely=("config may be None", *TASK.hints)))
    assert shown == (
        "Small: public checks\n"
        "  sgd  wrong                0 of 9   hidden: 1 more\n"
        "      values    case 'no config' and 1 more: w (3,), float64\n"
        "                raised TypeError\n"
        "      also      dtype\n"
        "      likely    config may be None\n"
        "      hint      w - ... is new\n"
        "      again     minidl assignment check sgd\n"
        "0 of 9 points by public checks; hidden checks decide 1 more point"
    )


def test_speed_that_is_too_low_is_told_with_hints():
    shown = text(replace(OUTCOME, checks=(failed("speed", says="about 2 times"),)))
    assert "      speed     about 2 times\n      hint      w - ... is new\n" in shown


def test_a_file_that_cannot_be_read_needs_no_hints():
    shown = text(replace(OUTCOME, says="layers.py, line 3: invalid syntax"))
    assert "                layers.py, line 3: invalid syntax\n      again " in shown


def test_what_is_not_written_is_told_in_one_line():
    stub = "sgd: not written yet (NotImplementedError: task sgd: yours to write)"
    shown = text(replace(OUTCOME, status="not attempted", says=stub))
    assert shown.count("\n") == 2
    shown = text(replace(OUTCOME, status="not attempted", says="layers.py has no function 'sgd'"))
    assert "layers.py has no function 'sgd'" in shown
    assert "again" not in shown


def test_what_passed_is_told_in_one_line():
    shown = text(replace(OUTCOME, status="passed", points=9, says=""))
    assert shown.splitlines()[1] == "  sgd  passed               9 of 9   hidden: 1 more"


def test_without_hidden_checks_that_is_said():
    task = replace(TASK, checks=(Check("values", 9),))
    assignment = replace(ASSIGNMENT, tasks=(task,))
    shown = checked_text(Checked(assignment, Marks((OUTCOME,)), ()))
    assert shown.endswith("0 of 9 points by public checks; no hidden check decides more")
