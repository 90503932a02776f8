"""The work itself: hold the sides of one pair to each other, then time them."""

import numpy as np

from minidl.compare.equality import gaps_of, inputs_text, worst
from minidl.compare.footprint import Tracer
from minidl.compare.passes import names_of_arguments, pass_call, result_names, results
from minidl.compare.record import Comparison
from minidl.compare.timing import race


class Run:
    """One pair and its sides: what was found on its cases, and what is found at each size."""

    def __init__(self, twin, sides, dtype, seed, budget, settle, passes):
        self.twin, self.sides, self.dtype, self.seed = twin, sides, dtype, seed
        self.budget, self.settle, self.passes = budget, settle, passes
        self.names = names_of_arguments(twin)
        self.cases = None  # the gaps of every pass, once they are known

    def sample(self, sizes):
        """Return the sample, the same numbers every time."""
        return self.twin.sample(np.random.default_rng(self.seed), self.dtype, **sizes)

    def at(self, item, swept, patience):
        """Yield the comparison of every pass at one size."""
        if self.cases is None:
            self.cases = self._gaps_of_cases()
        sample = self.sample(item.sizes)
        sides, note = patience.sides(item)
        gaps, tracers = self._gaps(sample, sides, Tracer)
        for k in self.passes:
            which = self.twin.passes[k]
            found = worst(self.cases[k] + gaps[k])
            known = {"sizes": item.sizes, "swept": swept, "note": note}
            known |= {"multiply_adds": item.multiply_adds_of(which)}
            if all(own.equal for own in found):
                able = {name: side for name, side in sides.items() if side.can(k)}
                known["timings"] = self._times(able, k, sample, tracers)
                known["extra_bytes"] = {
                    name: tracers[name].beyond[k] for name, side in able.items() if side.traced
                }
                patience.learn(item, k, known["timings"])
            yield Comparison(self.twin.name, which, self.dtype.name, found, **known)

    def _gaps_of_cases(self):
        """Hold all sides to the naive one on every case of the pair; return gaps by pass."""
        sides = {name: side for name, side in self.sides.items() if side.every_case}
        found = [[] for _ in self.twin.passes]
        for case in self.twin.cases(np.random.default_rng(self.seed), self.dtype):
            for k, more in enumerate(self._gaps(case, sides)[0]):
                found[k] += more
        return found

    def _gaps(self, case, sides, tracer=None):
        """Hold all sides to the first on one case; return gaps by pass, and tracers by side."""
        expected, gaps, tracers = None, [[] for _ in self.twin.passes], {}
        for name, side in sides.items():
            watch = tracers[name] = tracer() if tracer else None
            more = {"run": watch} if tracer else {}
            like = None if expected is None else np.asarray(expected[0][0])
            # Not the numbers of the inputs: a normalisation would give nothing back of those.
            upstream = np.random.default_rng([self.seed, 1])
            held = [argument.copy() for argument in case if isinstance(argument, np.ndarray)]
            own = results(side.functions, case, upstream, like, **more)
            self._require_unchanged(name, case, held)
            if tracer:
                watch.beyond = watch.extra(own)
            if expected is None:
                expected = own
                continue
            tolerance = side.tolerance[self.dtype.name]
            inputs = inputs_text(case, self.names)
            for k, (mine, right) in enumerate(zip(own, expected, strict=False)):
                if not side.can(k):
                    continue
                last = 1 if k == 0 and not side.writes and len(own) == 2 else len(right)
                names = result_names(self.twin, k, last)
                gaps[k] += gaps_of(name, names, mine[:last], right[:last], tolerance, inputs)
        return gaps, tracers

    def _require_unchanged(self, side, case, held):
        """Refuse a side that wrote to its arrays, which the others are given, too."""
        arrays = [(n, a) for n, a in zip(self.names, case, strict=False) if hasattr(a, "shape")]
        for (name, array), before in zip(arrays, held, strict=True):
            if not np.array_equal(array, before, equal_nan=array.dtype.kind == "f"):
                raise ValueError(
                    f"compare: {self.twin.name}, {side}: {name} was changed in place; "
                    "work on a copy"
                )

    def _times(self, sides, k, sample, tracers):
        calls = {name: pass_call(side.functions, k, sample) for name, side in sides.items()}
        guesses = {name: tracers[name].seconds[k] for name in sides}
        return race(calls, guesses, self.budget, self.settle)
