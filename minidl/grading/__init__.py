"""Grade hand-ins of an assignment: many of them, whatever is in them."""

from minidl.grading.intake import Taken, take
from minidl.grading.listing import Refused
from minidl.grading.submissions import Submission, find_submissions

__all__ = ["Refused", "Submission", "Taken", "find_submissions", "take"]
