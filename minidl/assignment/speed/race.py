"""How many times faster one function is than another, seen from outside of their processes.

No clock of theirs counts: what is timed is the way to a worker, the call, and the way back.  In a
round, the faster one is called several times, so that both run for about as long: a busy machine
then slows both down alike, where it would let a short call slip through and stop a long one.
"""

import gc
import statistics
import time
from dataclasses import dataclass, field

LEAST, MOST = 3, 9  # rounds
MOST_CALLS = 64  # of the faster one in a round
CLEAR = 1.3  # a ratio that is so many times off every step needs no more rounds


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds that a call took in one round.

    Attributes
    ----------
    own, measure : float
        Of the function that is marked, and of the one that it is held against.
    idle : float
        Of a call with the same arguments and results that does nothing.
    """

    own: float
    measure: float
    idle: float

    @property
    def ratio(self):
        """How many times faster ``own`` is, rather too low.

        What the way takes is left out of both, but never more than half of the time: a worker
        that has found a shorter way than others does not win by it.
        """
        own = max(self.own - self.idle, self.own / 2)
        return max(self.measure - self.idle, 0) / own


@dataclass(slots=True)
class Race:
    """Rounds of three functions in turn.

    Attributes
    ----------
    rounds : list of Round
    """

    rounds: list = field(default_factory=list)

    @property
    def ratio(self):
        """The median of all rounds."""
        return statistics.median(one.ratio for one in self.rounds)

    def clear(self, steps):
        """Whether the ratio is far from every step."""
        ratio = self.ratio
        return all(not step / CLEAR < ratio < step * CLEAR for step in steps)

    def run(self, sides, trial, draw, steps):
        """Call all three in turn with the same numbers, each time with others.

        The function that is marked comes first: nowhere is a result yet that it could look up.
        Then its process ends, so that nothing in it can hold up the others.

        Parameters
        ----------
        sides : Sides
        trial : Trial
        draw : callable
            Returns arguments like the trial's.
        steps : sequence of float
            Ratios; rounds end when it is clear which of them is reached.

        Returns
        -------
        Race
            Itself.

        Raises
        ------
        StudentError, NoMeasureError, NotRightError
            If there is no right result to time.
        """
        n_calls = _warmed_up(sides, trial, draw())
        while len(self.rounds) < LEAST or (len(self.rounds) < MOST and not self.clear(steps)):
            arguments = [draw() for _ in range(n_calls)]
            sides.own(draw())()  # in a new process the first call takes longer than others
            own, results = _timed([sides.own(one) for one in arguments])
            sides.rest()
            measure, (right,) = _timed([sides.measure(arguments[0])])
            sides.judge(trial, results[0], right)
            for one, result in zip(arguments[1:], results[1:], strict=True):
                sides.judge_by_reference(trial, one, result)
            idle, _ = _timed([sides.idle(one) for one in arguments])
            self.rounds.append(Round(own, measure, idle))
        return self


def _warmed_up(sides, trial, arguments):
    """Call all once, and return how many calls of the faster one take as long as the other."""
    own, (result,) = _timed([sides.own(arguments)])
    sides.rest()
    measure, (right,) = _timed([sides.measure(arguments)])
    sides.judge(trial, result, right)
    sides.hold(right)
    return max(min(int(measure / own), MOST_CALLS), 1)


def _timed(calls):
    """Make calls, and return the seconds of one of them, and all results."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        start = time.perf_counter()
        results = [call() for call in calls]
        return (time.perf_counter() - start) / len(calls), results
    finally:
        if collecting:
            gc.enable()
