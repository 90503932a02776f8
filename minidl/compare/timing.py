"""Seconds that can be compared: calls run in turn, until the median is known well enough."""

import gc
import statistics
import time
from dataclasses import dataclass

from minidl.compare.speedup import speedup

BUDGET = 0.3  # seconds for all sides of a pass together, as long as there are LEAST rounds
LEAST, MOST = 6, 400  # rounds; of six, the extremes bound the median with 95 %
PATIENCE = 8  # budgets that LEAST rounds may take
LEAST_OF_SLOW = 3  # rounds of calls that are slower than that
CLOSE_ENOUGH = 0.02  # of the speed-up: half of its interval
SLICE = 0.002  # seconds in which a quick call is repeated in each round
MOST_REPEATS = 20
LOOK_EVERY = 5  # rounds, to see whether the median is known well enough


@dataclass(frozen=True, slots=True)
class Timing:
    """The seconds of one call, one number for each round; rounds of two sides go together."""

    seconds: tuple

    @property
    def median(self):
        """The median of all rounds."""
        return statistics.median(self.seconds)

    @property
    def quartiles(self):
        """Lower and upper quartile: half of all rounds lie between them."""
        if len(self.seconds) == 1:
            return self.seconds * 2
        lower, _, upper = statistics.quantiles(self.seconds, n=4, method="inclusive")
        return lower, upper

    @property
    def spread(self):
        """Half of what lies between the quartiles, over the median."""
        lower, upper = self.quartiles
        return (upper - lower) / 2 / self.median

    def overlaps(self, other):
        """Return whether the quartiles of the two enclose a common time."""
        (lower, upper), (its_lower, its_upper) = self.quartiles, other.quartiles
        return lower <= its_upper and its_lower <= upper

    def as_dict(self):
        """Return everything as a dict that JSON can hold."""
        lower, upper = self.quartiles
        return {
            "median": self.median,
            "lower_quartile": lower,
            "upper_quartile": upper,
            "rounds": len(self.seconds),
        }


def in_turn(calls, budget, least, most, repeats=None, settle=0.0, enough=None):
    """Run calls A B A B ..., so that a busy machine disturbs all of them alike.

    The garbage collector is off meanwhile.

    Parameters
    ----------
    calls : dict
        Functions without arguments, by name.
    budget : float
        Seconds for all of them together.
    least, most : int
        Rounds; the budget counts only between them.
    repeats : dict, optional
        How often each is called in a round, of which the median counts; by default once.
    settle : float
        Before a call is timed, it is repeated for so many seconds.  Worker threads of PyTorch wait
        about 10 ms for more work before they sleep, and until then another library's threads
        share their core with them, which would not happen to somebody who uses one library.
    enough : callable, optional
        Takes the seconds so far, and returns whether no more rounds are needed.

    Returns
    -------
    dict of list
        By name, one number of seconds for each round.
    """
    repeats = repeats or {}
    times = {name: [] for name in calls}
    collecting = gc.isenabled()
    gc.disable()
    try:
        stop = time.perf_counter() + budget
        done = 0
        while done < least or (
            done < most and time.perf_counter() < stop and not (enough and enough(times))
        ):
            for name, call in calls.items():
                _repeat(call, settle)
                times[name].append(seconds_of(call, repeats.get(name, 1)))
            done += 1
    finally:
        if collecting:
            gc.enable()
    return times


def race(calls, guesses, budget, settle=0.0):
    """Time the sides of one pass, adaptively, and return a :class:`Timing` for each.

    Rounds end when the speed-up of every side over the first is known to 2 % (its interval, see
    :mod:`minidl.compare.speedup`), or the budget is spent.  To stop at a narrow interval is to
    choose among intervals: simulated, those of 95 % then hold the truth in 94 % of all races.

    Parameters
    ----------
    calls : dict
        Functions without arguments, by name; the others are compared with the first.
    guesses : dict
        About how many seconds each takes.
    budget : float
        Seconds for all of them together; 0 runs each once, for trying.
    settle : float
        As in :func:`in_turn`.
    """
    if not budget:
        return {name: Timing(tuple(own)) for name, own in in_turn(calls, 0, 1, 1).items()}
    for name, call in calls.items():
        if guesses[name] < budget / 10:
            guesses = guesses | {name: seconds_of(call)}  # it warms up, too
    slowest = max(guesses.values())
    repeats = {
        name: min(max(int(SLICE / max(guess, 1e-9)), 1 + 4 * (guess < slowest / 20)), MOST_REPEATS)
        for name, guess in guesses.items()
    }  # at least five after a long call, which leaves cold caches behind
    least = LEAST if LEAST * slowest < PATIENCE * budget else LEAST_OF_SLOW
    times = in_turn(calls, budget, least, MOST, repeats, settle, _known_well_enough)
    return {name: Timing(tuple(own)) for name, own in times.items()}


def seconds_of(call, repeats=1):
    """Return how long a call takes, the median of so many; a call may know that itself."""
    if hasattr(call, "seconds"):
        return statistics.median(call.seconds(repeats))
    return statistics.median(_seconds(call) for _ in range(repeats))


def _known_well_enough(times):
    first, *others = times.values()
    if len(first) % LOOK_EVERY:
        return False
    return all(speedup(first, own).uncertainty <= CLOSE_ENOUGH for own in others)


def _seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _repeat(call, seconds):
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        call()
