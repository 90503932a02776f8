"""Assignments: functions to be written, handed out without their bodies, checked and marked."""

from minidl.assignment.cases.trial import Cache
from minidl.assignment.making.building import Built, NotBuilt, build
from minidl.assignment.making.bundle import Bundle, open_bundle, write_bundle
from minidl.assignment.making.known import cases_of_layer, cases_of_tasks
from minidl.assignment.making.scaffold import new, templates
from minidl.assignment.outcome import CheckOutcome, Marks, TaskOutcome, TrialOutcome
from minidl.assignment.points import hidden_points, number, public_points
from minidl.assignment.spec import Assignment, Check, Limits, Task
from minidl.assignment.student_side.checked_text import checked_text
from minidl.assignment.student_side.checking import Checked, check, require_tasks
from minidl.assignment.student_side.doctor import Finding, examine
from minidl.assignment.student_side.packing import Packed, pack

__all__ = [
    "Assignment",
    "Built",
    "Bundle",
    "Cache",
    "Check",
    "CheckOutcome",
    "Checked",
    "Finding",
    "Limits",
    "Marks",
    "NotBuilt",
    "Packed",
    "Task",
    "TaskOutcome",
    "TrialOutcome",
    "build",
    "cases_of_layer",
    "cases_of_tasks",
    "check",
    "checked_text",
    "examine",
    "hidden_points",
    "new",
    "number",
    "open_bundle",
    "pack",
    "public_points",
    "require_tasks",
    "templates",
    "write_bundle",
]
