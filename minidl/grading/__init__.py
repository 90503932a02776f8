"""Grade hand-ins of an assignment: many of them, whatever is in them."""

from minidl.grading.marked import Graded, grade_one
from minidl.grading.parcel import Parcel, read_parcel
from minidl.grading.results.results import make_results
from minidl.grading.running.many import Run, grade
from minidl.grading.taking.intake import Taken, take
from minidl.grading.taking.listing import Refused
from minidl.grading.taking.submissions import Submission, find_submissions

__all__ = [
    "Graded",
    "Parcel",
    "Refused",
    "Run",
    "Submission",
    "Taken",
    "find_submissions",
    "grade",
    "grade_one",
    "make_results",
    "read_parcel",
    "take",
]
