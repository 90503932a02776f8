"""The report of a student's check for people."""

from minidl.assignment.points import hidden_points, in_words, number
from minidl.terminal import labelled

STATUS = 15  # columns


def checked_text(checked):
    """Return what a check found as lines of text.

    Parameters
    ----------
    checked : Checked
    """
    tasks = checked.marks.tasks
    width = max(len(task.id) for task in tasks)
    lines = [f"{checked.assignment.title}: public checks"]
    told = set()
    for task in tasks:
        lines += _task(task, checked.assignment.task(task.id), width, told)
    reached, possible = number(checked.marks.points), in_words(checked.marks.out_of)
    lines.append(f"{reached} of {possible} by public checks{_hidden(checked)}")
    return "\n".join(lines)


def _hidden(checked):
    hidden = checked.hidden_points
    if not hidden:
        return "; no hidden check decides more"
    return f"; hidden checks decide {number(hidden)} more point{'s' * (hidden != 1)}"


def _task(outcome, task, width, told):
    """Return the lines of one task; what was told before is not told again."""
    points = f"{number(outcome.points)} of {number(outcome.out_of)}"
    hidden = f"   hidden: {number(hidden_points(task))} more" if hidden_points(task) else ""
    lines = [f"  {task.id:{width}}  {outcome.status:{STATUS}}{points:>12}{hidden}".rstrip()]
    if outcome.status == "passed":
        return lines + _speed(outcome)
    if outcome.status == "not attempted" and "NotImplementedError" in outcome.says:
        return lines
    if outcome.status in ("not attempted", "skipped"):
        return lines + _labelled("", outcome.says)
    seen = _seen(outcome)
    lines += seen or _labelled("", outcome.says)
    hints = task.hints if seen else ()  # which are no help against a typing error
    for text in dict.fromkeys((*outcome.likely, *hints)):
        if text not in told:
            lines += _labelled("hint" if text in task.hints else "likely", text)
            told.add(text)
    return [*lines, *_labelled("again", f"minidl assignment check {task.id}")]


def _seen(outcome):
    """Return the first case of each check that failed, and what else there is to say about it."""
    lines, said, alike = [], set(), []
    for check in outcome.checks:
        if check.failed and check.failed[0].says in said:
            alike.append(check.kind)
        elif check.failed:
            first = check.failed[0]
            more = f" and {len(check.failed) - 1} more" if len(check.failed) > 1 else ""
            lines += _labelled(check.kind, f"case {first.name!r}{more}: {first.case}")
            lines += _labelled("", first.says)
            said.add(first.says)
        if check.says:
            lines += _labelled(check.kind, check.says)
    return lines + (_labelled("also", ", ".join(alike)) if alike else [])


def _speed(outcome):
    return [
        line
        for check in outcome.checks
        if check.kind == "speed" and check.says
        for line in _labelled("speed", check.says)
    ]


def _labelled(label, text):
    return labelled(label, text, indent=6, width=10)
