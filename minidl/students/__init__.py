"""Run functions that students wrote, in a process of their own and within limits."""

from minidl.students.box import Box
from minidl.students.boxed import confinement
from minidl.students.call import Call, Change
from minidl.students.failures import (
    CallFailed,
    CannotBuild,
    CannotLoad,
    Crashed,
    Ended,
    Lost,
    NotStarted,
    NotWritten,
    OutOfMemory,
    Raised,
    StudentError,
    TimedOut,
    WrongResult,
    WrongSignature,
)
from minidl.students.student import Here, Student, name_of
from minidl.students.wire import Foreign, Kept

__all__ = [
    "Box",
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
    "NotStarted",
    "NotWritten",
    "OutOfMemory",
    "Raised",
    "Student",
    "StudentError",
    "TimedOut",
    "WrongResult",
    "WrongSignature",
    "confinement",
    "name_of",
]
