"""Assignments: functions to be written, handed out without their bodies, checked and marked."""

from minidl.assignment.outcome import CheckOutcome, Marks, TaskOutcome, TrialOutcome
from minidl.assignment.spec import Assignment, Check, Limits, Task
from minidl.assignment.trial import Cache

__all__ = [
    "Assignment",
    "Cache",
    "Check",
    "CheckOutcome",
    "Limits",
    "Marks",
    "Task",
    "TaskOutcome",
    "TrialOutcome",
]
