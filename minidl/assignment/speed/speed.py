"""The check of speed: how many times faster a function is than another, in wide steps."""

import math
import zlib
from dataclasses import replace

import numpy as np

from minidl.assignment.marking.calling import status_of
from minidl.assignment.outcome import CheckOutcome, TrialOutcome
from minidl.assignment.plain import plain_text
from minidl.assignment.speed.fresh import fresh
from minidl.assignment.speed.race import Race
from minidl.assignment.speed.sides import NoMeasureError, NotRightError, Sides
from minidl.assignment.speed.turns import turn
from minidl.students import StudentError


def speed_outcome(task, check, part, trials, workers, replaced=()):
    """Return what came out of a check of speed.

    Every case is run several times in turn with ``check.against``, with other numbers each time,
    and every result must be right: then the check has passed, and what counts is the highest step
    that is reached in all cases.  Nothing else is told, so that marking again tells the same.

    Parameters
    ----------
    task : Task
    check : Check
    part : str
    trials : tuple of Trial
    workers : Workers
    replaced : tuple of str
        Ids of tasks that the reference stands in for.

    Returns
    -------
    CheckOutcome
    """
    out_of = check.points if part == "public" else check.hidden_points
    outcome = CheckOutcome(check.kind, part, "skipped", 0, out_of, len(trials), 0)
    if not trials or not out_of:
        return outcome
    ratio, ran, trial = math.inf, 0, None
    try:
        sides = Sides(task, check.against, workers, replaced)
        with turn():
            for trial in trials:
                ratio = min(ratio, _ratio(trial, sides, check, workers.assignment.seed))
                ran += 1
    except NoMeasureError as error:
        status = "grader error" if workers.replaces else "skipped"
        return replace(outcome, status=status, ran=ran, says=plain_text(error))
    except (StudentError, NotRightError) as error:
        status, says = status_of(error), plain_text(error)
        if trial is None:
            return replace(outcome, status=status, says=says)
        failed = TrialOutcome(trial.name, status, plain_text(trial.words), says)
        return replace(outcome, status=status, ran=ran + 1, failed=(failed,))
    return replace(outcome, ran=ran, **_reached(check, ratio, workers.replaces))


def _ratio(trial, sides, check, seed):
    key = zlib.crc32(trial.name.encode())
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(key,)))

    def draw():
        return fresh(trial.arguments, trial.layout, rng)

    return Race().run(sides, trial, draw, [step for step, _ in check.steps]).ratio


def _reached(check, ratio, is_marked):
    """Return status, points and words for a ratio: who is right and slow is right all the same."""
    reached = [k for k, (step, _) in enumerate(check.steps) if ratio >= step]
    step, points = check.steps[reached[-1]] if reached else (check.steps[0][0], 0)
    says = f"{'at least' if reached else 'less than'} {step:g} times as fast as "
    says += check.against.partition(":")[2]
    if 0 < len(reached) < len(check.steps):
        says += f", and less than {check.steps[len(reached)][0]:g} times"
    if not is_marked:  # a student may know what no record tells, as it is never the same
        says += f"; about {ratio:.2g} times, this time"
    whole = int(points) if float(points).is_integer() else points
    return {"status": "passed", "points": whole, "says": says}
