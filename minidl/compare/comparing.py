"""Naive and fast side by side: first whether they agree, then how long each takes."""

import contextlib

from minidl import threads
from minidl.compare import timing
from minidl.compare.own import own_side
from minidl.compare.patience import Patience
from minidl.compare.plan import chosen_passes, planned, shape_text
from minidl.compare.run import Run
from minidl.compare.sides import chosen, sides_of
from minidl.geometry import float_dtype, not_negative
from minidl.randomness import global_state_kept

SEED = 231
NAIVE_LIMIT = 10.0  # seconds of one naive pass, above which it is skipped
TIME_LIMIT = 10.0  # seconds of one call of a student's function
SETTLE = 0.015  # seconds, see timing.in_turn; one thread has no others that could wait


def compare(
    layers=None,
    dtype="float32",
    three_ways=False,
    *,
    which=None,
    sizes=None,
    sweep=None,
    own=None,
    torch=False,
    n_threads=None,
    seed=SEED,
    budget=None,
    naive_limit=NAIVE_LIMIT,
    time_limit=TIME_LIMIT,
):
    """Compare pairs of the table of twins.

    Every side is held to the naive one on all cases of the pair, which reach its corners, and on
    the sample, which is large enough to time.  Where they agree, the sample is timed: in turn,
    without the garbage collector, until the speed-up is known to 2 % or the budget is spent.

    Parameters
    ----------
    layers : str or iterable of str, optional
        Keys in ``TWINS``; by default all of them, or all that have the sides that are asked for.
    dtype : {"float32", "float64"}
    three_ways : bool
        Compare im2col and BLAS, too, which not every layer has.
    which : {"forward", "backward"}, optional
        One pass alone.  A loss is both at once.
    sizes : dict, optional
        Sizes of the sample by letter, as ``TWINS[layer].letters`` has them: ``{"N": 8, "H": 32}``.
    sweep : tuple, optional
        A letter and the sizes that it is to take, growing: ``("H", [8, 16, 32])``.
    own : str, Student, callable or tuple of callables, optional
        A student's functions for one layer, as :func:`minidl.compare.own.own_side` takes them.
    time_limit : float
        Seconds that a call of a student's function in a file may take.
    torch : bool
        Compare PyTorch, too, where it has the layer.
    n_threads : int, optional
        Of the fast layers, and of PyTorch.
    seed : int
        Of all numbers.
    budget : float, optional
        Seconds to time a pass, 0.3 by default; 0 runs each side once.
    naive_limit : float
        Seconds.  A naive pass that would take longer, judging by a smaller size, is skipped.

    Yields
    ------
    Comparison
        One for each pass of each layer at each size, as soon as it is measured.

    Raises
    ------
    ValueError
        If a layer is not in the table or has no such side or size, or a size does not fit.
    ImportError
        If PyTorch is asked for and not installed.
    """
    dtype = float_dtype("compare", dtype)
    budget = timing.BUDGET if budget is None else not_negative("compare", "budget", budget)
    not_negative("compare", "naive_limit", naive_limit)
    with own_side(own, layers, time_limit) as (names, student), _threads(n_threads, torch) as count:
        twins = chosen(names, three_ways, torch)
        settle = SETTLE if torch and count > 1 and budget else 0.0
        for items in planned(twins, dtype, sizes, sweep, three_ways):
            twin = items[0].twin
            sides = sides_of(twin, three_ways, torch, student)
            run = Run(twin, sides, dtype, seed, budget, settle, chosen_passes(twin, which))
            patience = Patience(run, naive_limit)
            for item in items:
                try:
                    yield from _undisturbed(run.at(item, sweep[0] if sweep else None, patience))
                except MemoryError as error:
                    raise ValueError(
                        f"compare: {twin.name} with {shape_text(item.sizes)}: {error}; make its "
                        "sizes smaller"
                    ) from None


def count(layers=None, three_ways=False, *, which=None, sweep=None, torch=False, own=None, **_):
    """Return how many comparisons :func:`compare` makes, given the same arguments."""
    with own_side(own, layers) as (names, _):
        twins = chosen(names, three_ways, torch)
    return sum(len(chosen_passes(t, which)) for t in twins) * (len(sweep[1]) if sweep else 1)


def _undisturbed(records):
    """Yield records; NumPy's global random state is the caller's again each time."""
    while True:
        with global_state_kept():
            record = next(records, None)
        if record is None:
            return
        yield record


@contextlib.contextmanager
def _threads(n_threads, torch):
    """Let minidl, and PyTorch if it takes part, have so many threads; yield the number."""
    before = threads.get_num_threads()
    count = before if n_threads is None else n_threads
    threads.set_num_threads(count)
    try:
        if not torch:
            yield count
            return
        from minidl.compare.pytorch import require

        library = require()
        its = library.get_num_threads()
        library.set_num_threads(count)
        try:
            yield count
        finally:
            library.set_num_threads(its)
    finally:
        threads.set_num_threads(before)
