"""From what was seen in every case to checks, points and the status of a task."""

from dataclasses import replace

from minidl.assignment.cases.drawing import names_of_part
from minidl.assignment.cases.trials import trials_of
from minidl.assignment.marking.calling import Failed, status_of
from minidl.assignment.marking.verdicts import some_right, verdict
from minidl.assignment.outcome import CheckOutcome, TaskOutcome, TrialOutcome
from minidl.assignment.plain import plain_text
from minidl.students import CallFailed

WORST = (  # of several statuses, the first counts
    "grader error",
    "not attempted",
    "timed out",
    "out of memory",
    "crashed",
    "wrong",
    "skipped",
    "passed",
)
FORM, CONTENT = ("shape", "dtype", "purity"), ("values", "gradient")
NOTHING_RIGHT = {  # of which cases
    "public": "counts as soon as one result comes out right that is more than zeros",
    "hidden": "counts as soon as one result of a hidden case comes out right",
}
NOTHING_SEEN = "there was nothing to look at in any case"


class Tally:
    """Counts up one task.

    Parameters
    ----------
    task : Task
    trials : dict of str to tuple of Trial
        By part.
    parts : tuple of str
    replaced : tuple of str
        Ids of the tasks for which the reference stands in.
    folder : path-like
        Of the hand-in; it is taken out of messages.

    Attributes
    ----------
    seen : dict of str to dict
        By part and name of the case, what was seen: an ``Observed`` or a ``Failed``.
    """

    def __init__(self, task, trials, parts, replaced, folder):
        self._task, self._trials, self._replaced, self._folder = task, trials, replaced, folder
        self._parts = [
            (check, part)
            for check in task.checks
            for part in parts
            if _points(check, part) or getattr(check, part)
        ]
        self.seen = {part: {} for part in parts}
        self._came_right = set()  # parts of which at least one result did

    def wanted(self):
        """Yield (part, trial, twice) for every case that is to be called, each once."""
        asked = {}
        for check, part in self._parts:
            if check.kind == "speed":
                continue
            for trial in self._of(check, part):
                key = part, trial.name
                twice = check.kind == "purity" or (key in asked and asked[key][1])
                asked[key] = trial, twice
        order = {"public": 0, "hidden": 1}
        for part, name in sorted(asked, key=lambda key: order[key[0]]):
            yield part, *asked[part, name]

    def add(self, part, trial, seen):
        """Note what was seen in a case."""
        self.seen[part][trial.name] = seen

    def outcome(self, speed):
        """Return what came out of the task.

        Parameters
        ----------
        speed : callable
            Takes a check, its part and its trials; asked only if all other checks passed.
        """
        checks = {
            (check.kind, part): self._check(check, part)
            for check, part in self._parts
            if check.kind != "speed"
        }
        decisive = self._decisive()
        if decisive not in self._came_right:
            checks = {key: _without_points(check, decisive) for key, check in checks.items()}
        is_right = all(check.status == "passed" for check in checks.values())
        for check, part in self._parts:
            if check.kind == "speed":
                trials = self._of(check, part)
                told = speed(check, part, trials) if is_right else self._none(check, part)
                checks[check.kind, part] = told
        checks = tuple(checks[check.kind, part] for check, part in self._parts)
        return self._task_outcome(checks, _first_says(checks))

    def all(self, status, says):
        """Return the outcome of a task of which no case was tried."""
        checks = []
        for check, part in self._parts:
            shown = "skipped" if status == "not attempted" and checks else status
            checks.append(self._none(check, part, shown))
        return self._task_outcome(tuple(checks), says, status)

    def _task_outcome(self, checks, says, status=None):
        task = self._task
        if status is None:
            status = worst(check.status for check in checks) if checks else "grader error"
            says = says if checks else NOTHING_SEEN
        points = sum(check.points for check in checks)
        out_of = sum(_points(check, part) for check, part in self._parts)
        says = "" if status == "passed" else plain_text(says, self._folder)
        return TaskOutcome(
            task.id,
            task.title,
            status,
            whole(points),
            whole(out_of),
            says,
            tuple(self._replaced),
            checks=checks,
        )

    def _decisive(self):
        """Return the part in which something must come out right for any points, or None."""
        parts = {part for check, part in self._parts if check.kind in CONTENT}
        return next((part for part in ("hidden", "public") if part in parts), None)

    def _of(self, check, part):
        return trials_of(check, part, self._trials.get(part, ()))

    def _none(self, check, part, status="skipped", says=""):
        """Return a check of which no case was looked at."""
        cases = len(self._of(check, part))
        return CheckOutcome(
            check.kind, part, status, 0, whole(_points(check, part)), cases, 0, (), says
        )

    def _check(self, check, part):
        trials = self._of(check, part)
        expected = names_of_part(check, part, [trial.name for trial in trials])
        missing = [name for name in expected if name not in {trial.name for trial in trials}]
        if missing or not trials:
            return self._none(check, part, "grader error", f"there is no case {missing[:1]}")
        ran, failed = 0, []
        for trial in trials:
            seen = self.seen[part][trial.name]
            if isinstance(seen, Failed):
                ran += seen.ran
                failed.append(self._failed(trial, seen.status, seen.says))
                continue
            says = verdict(check.kind, seen)
            ran += says is not None
            if check.kind in CONTENT and some_right(seen):
                self._came_right.add(part)
            if says:
                again = check.kind == "purity" and isinstance(seen.again, CallFailed)
                failed.append(
                    self._failed(trial, status_of(seen.again) if again else "wrong", says)
                )
        if not failed and not ran:
            return self._none(check, part, "grader error", NOTHING_SEEN)
        status = worst(one.status for one in failed) if failed else "passed"
        out_of = whole(_points(check, part))
        points = 0 if failed else out_of
        return CheckOutcome(
            check.kind, part, status, points, out_of, len(trials), ran, tuple(failed)
        )

    def _failed(self, trial, status, says):
        says = plain_text(says, self._folder)
        return TrialOutcome(trial.name, status, plain_text(trial.words), says)


def worst(statuses):
    """Return the status that counts."""
    return min(statuses, key=WORST.index)


def whole(points):
    """Return points as an int where they are whole."""
    return int(points) if float(points).is_integer() else float(points)


def _points(check, part):
    return check.points if part == "public" else check.hidden_points


def _without_points(check, decisive):
    """Return a check without points, as nothing came out right in the cases that are decisive.

    The form of results is no result; and of public cases the answers are known.
    """
    counts = decisive is None or (decisive == "public" and check.kind not in FORM)
    if counts or check.status != "passed":
        return check
    return replace(check, status="skipped", points=0, says=NOTHING_RIGHT[decisive])


def _first_says(checks):
    """Return what is wrong first, of hidden cases only how many are."""
    for check in checks:
        if check.part == "public" and check.status not in ("passed", "skipped"):
            if check.failed:
                return f"{check.kind}, case {check.failed[0].name!r}: {check.failed[0].says}"
            if check.says:
                return f"{check.kind}: {check.says}"
    for check in checks:
        if check.status != "passed" and check.failed:
            count = f"{len(check.failed)} of {check.cases} hidden cases"
            return f"{check.kind}: {check.status} in {count}"
    return next((check.says for check in checks if check.says), "")
