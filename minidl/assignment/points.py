"""Points of tasks: which ones public checks decide, which ones hidden checks, and in words."""


def number(points):
    """Return points as people write them: 10, 2.5."""
    return f"{round(points, 6):g}"


def in_words(points):
    """Return points with their noun: "1 point", "2.5 points"."""
    return f"{number(points)} point{'s' * (points != 1)}"


def public_points(task):
    """Return the points that public checks of a task give."""
    return sum(check.points for check in task.checks)


def hidden_points(task):
    """Return the points that hidden checks of a task give."""
    return sum(check.hidden_points for check in task.checks)
