"""Whether the naive side is worth waiting for: estimated before it runs, from a smaller size."""

from minidl.compare.passes import pass_call
from minidl.compare.plan import item as plan_item
from minidl.compare.timing import seconds_of

PROBE_ABOVE = 4  # times the work of the pair's own sample, from where on it is timed first


class Patience:
    """Knows how long the naive passes of one pair took at the size before.

    Parameters
    ----------
    run : object
        Has the pair, its sides, its passes and its samples.
    limit : float
        Seconds that one naive pass may take.
    """

    def __init__(self, run, limit):
        self.run, self.limit = run, limit
        self.seconds = {}  # by pass, for one unit of work

    def sides(self, item):
        """Return the sides to compare at one size, and a note if the naive one is not worth it."""
        run = self.run
        if not self.seconds:
            self._probe(item)
        slowest = max(self.seconds.values(), default=0.0) * item.work
        if slowest <= self.limit or len(run.sides) == 1:
            return run.sides, ""
        note = (
            f"naive skipped: it would take about {slowest:,.0f} s, more than {self.limit:g} s; "
            "equality was checked on small cases alone"
        )
        return {name: side for name, side in run.sides.items() if name != "naive"}, note

    def learn(self, item, k, timings):
        """Remember how long a naive pass took, if it ran."""
        if "naive" in timings:
            self.seconds[k] = timings["naive"].median / item.work

    def _probe(self, item):
        """Time the naive passes on the pair's own sample if the size asked for is much larger."""
        run = self.run
        usual = plan_item(run.twin, run.dtype, {})
        if item.work > PROBE_ABOVE * usual.work:
            sample = run.sample(usual.sizes)
            for k in run.passes:
                call = pass_call(run.twin.naive, k, sample, cache_of=run.twin.fast[0])
                self.seconds[k] = seconds_of(call) / usual.work
