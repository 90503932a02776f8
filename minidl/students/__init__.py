"""Run functions that students wrote, in a process of their own and within a limit of time."""

from minidl.students.failures import (
    CallFailed,
    CannotBuild,
    CannotLoad,
    Crashed,
    Ended,
    Lost,
    NotWritten,
    Raised,
    StudentError,
    TimedOut,
    WrongResult,
    WrongSignature,
)
from minidl.students.student import Call, Change, Here, Student, name_of
from minidl.students.wire import Foreign, Kept

__all__ = [
    "Call",
    "CallFailed",
    "CannotBuild",
    "CannotLoad",
    "Change",
    "Crashed",
    "Ended",
    "Foreign",
    "Here",
    "Kept",
    "Lost",
    "NotWritten",
    "Raised",
    "Student",
    "StudentError",
    "TimedOut",
    "WrongResult",
    "WrongSignature",
    "name_of",
]
