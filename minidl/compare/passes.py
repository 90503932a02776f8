"""The two passes of a pair, run: which arrays they give, what those are called, calls to time."""

import inspect

import numpy as np


def results(functions, case, rng, like=None, run=lambda call: call()):
    """Return every array that ``functions`` give for ``case``, one list for each pass.

    Parameters
    ----------
    functions : tuple of callables
        (forward, backward), or one that returns all results at once.  Instead of a backward pass
        None may stand: then there is one list.
    case : tuple
        Arguments of the first of them.
    rng : numpy.random.Generator
        Draws the upstream gradient of the backward pass.
    like : array, optional
        What the output should be, for shape and dtype of the upstream gradient; by default the
        output itself.
    run : callable
        Makes each call: it takes a function without arguments, and returns what that returns.

    Notes
    -----
    A pass may write into the parameter dict that it is given, as batch normalisation does.  It is
    given a copy, and what it puts there follows its output.
    """
    own = [dict(argument) if isinstance(argument, dict) else argument for argument in case]
    first = run(lambda: functions[0](*own))
    if len(functions) == 1:
        return [list(first) if isinstance(first, tuple) else [first]]
    out, cache = first
    forward = [out, *_written(case, own)]
    if functions[1] is None:
        return [forward]
    like = out if like is None else like
    dout = upstream(rng, like.shape, like.dtype)
    gradients = run(lambda: functions[1](dout, cache))
    if not isinstance(gradients, tuple):
        gradients = (gradients,)
    return [forward, [gradient for gradient in gradients if gradient is not None]]


def upstream(rng, shape, dtype):
    """Return an upstream gradient."""
    return rng.standard_normal(shape).astype(dtype)


def names_of_arguments(twin):
    """Return the names of the arguments of a pair's first function."""
    return list(inspect.signature(twin.naive[0]).parameters)


def result_names(twin, k, n_results):
    """Return what the results of pass ``k`` of a pair are called: out, dx, dw, db ..."""
    names = names_of_arguments(twin)
    which = twin.passes[k]
    if which == "forward":
        known = ["out", *sorted(twin.writes)]
    elif which == "loss":
        known = ["loss", f"d{names[0]}"]
    elif which == "gradient":
        known = [f"d{name.removesuffix('_shape')}" for name in names if name.endswith("_shape")]
    else:
        known = [f"d{name}" for name in names]
    return (known + [f"result {i}" for i in range(len(known), n_results)])[:n_results]


class RemoteCall:
    """A call in another process, which times it there; see :func:`minidl.compare.own.own_side`."""

    def __init__(self, function, arguments):
        self.function, self.arguments = function, arguments

    def __call__(self):
        """Make the call."""
        return self.function(*self.arguments)

    def seconds(self, repeats):
        """Return how long each of so many calls took."""
        return self.function.seconds(self.arguments, repeats)


def pass_call(functions, k, sample, cache_of=None):
    """Return a call of pass ``k`` of a side without arguments, ready to be timed.

    Parameters
    ----------
    functions : tuple of callables
    k : int
    sample : tuple
        Arguments of the forward pass.
    cache_of : callable, optional
        The forward pass that makes the cache, by default the side's own.
    """
    arguments = sample
    if k == 1:
        out, cache = (cache_of or functions[0])(*sample)
        arguments = upstream(np.random.default_rng(0), out.shape, out.dtype), cache
    if hasattr(functions[k], "seconds"):
        return RemoteCall(functions[k], arguments)
    return lambda: functions[k](*arguments)


def _written(before, after):
    """Return the values that were put into the dicts of ``after``, in the order of their keys."""
    dicts = [pair for pair in zip(before, after, strict=True) if isinstance(pair[0], dict)]
    return [
        new[key] for old, new in dicts for key in sorted(new) if new[key] is not old.get(key, None)
    ]
