"""Speed of a student's function, as a ratio to another one of the same hand-in."""

from minidl.assignment.outcome import CheckOutcome


def speed_outcome(check, part, trials, students, against):
    """Return the outcome of a check of speed."""
    return CheckOutcome(check.kind, part, "skipped", 0, check.points, len(trials), 0)
