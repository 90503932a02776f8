"""Assignments: functions to be written, handed out without their bodies, checked and marked."""

from minidl.assignment.building import Built, NotBuilt, build
from minidl.assignment.bundle import Bundle, open_bundle, write_bundle
from minidl.assignment.checked_text import checked_text
from minidl.assignment.checking import Checked, check, require_tasks
from minidl.assignment.doctor import Finding, examine
from minidl.assignment.outcome import CheckOutcome, Marks, TaskOutcome, TrialOutcome
from minidl.assignment.packing import Packed, pack
from minidl.assignment.points import hidden_points, number, public_points
from minidl.assignment.scaffold import new, templates
from minidl.assignment.spec import Assignment, Check, Limits, Task
from minidl.assignment.trial import Cache

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
