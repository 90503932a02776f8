"""What the reference gives for every case: results, gradients, and numerical gradients."""

import inspect
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from minidl.check.case import LAYOUTS, Case
from minidl.check.cases import cases_of, traits_of
from minidl.gradient_check import eval_numerical_gradient_array
from minidl.twins import TWINS


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A case, and what is right for it.

    Attributes
    ----------
    case : Case
    twin : Twin
    cache : object
        The reference's own.
    dout : ndarray or None
        Upstream gradient; no two of its numbers are equal.
    right : dict
        For each pass a dict of the right results by name.
    numerical : dict of str to ndarray
        Numerical gradients through the reference's forward pass, if the case is for them.
    """

    case: Case
    twin: object
    cache: object
    dout: np.ndarray | None
    right: dict
    numerical: dict = field(default_factory=dict)

    @property
    def arguments(self):
        """The arguments as :class:`Case` has them by name."""
        return self.case.named(self.twin.naive[0])

    def words(self):
        """Return the case for people."""
        return self.case.words(self.twin.naive[0])


@lru_cache(maxsize=64)
def prepared(layer, dtypes, seed, full):
    """Return the prepared cases of a layer, and their traits.

    Parameters
    ----------
    layer : str
        Key in ``TWINS``.
    dtypes : tuple of str
    seed : int
    full : bool
        See :func:`~minidl.check.cases.cases_of`.
    """
    twin = TWINS[layer]
    rng = np.random.default_rng(seed)
    made = cases_of(twin, rng, dtypes, full)
    return tuple(_prepare(twin, case, rng) for case in made), traits_of(twin, made)


def names_of(twin, which):
    """Return the names of what a pass returns, without the cache."""
    if which == "forward":
        return ("out",)
    if which == "loss":
        return ("loss", "dx")
    if which == "gradient":
        return ("dw",) if "filter" in twin.name else ("dx",)
    parameters = inspect.signature(twin.naive[0]).parameters
    learned = [name for name in parameters if name in ("x", "w", "b", "gamma", "beta")]
    return tuple(f"d{name}" for name in learned)


def _prepare(twin, case, rng):
    own = [dict(a) if isinstance(a, dict) else a for a in case.arguments]
    result = twin.naive[0](*own)
    first = twin.passes[0]
    if len(twin.passes) == 1:
        values = result if isinstance(result, tuple) else (result,)
        right = {first: dict(zip(names_of(twin, first), values, strict=True))}
        numerical = _numerical_of_loss(twin, case) if case.numerical else {}
        return Prepared(case, twin, None, None, right, numerical)
    out, cache = result
    written = {
        f"{name}[{key!r}]": after[key]
        for name, after in zip(inspect.signature(twin.naive[0]).parameters, own, strict=False)
        for key in twin.writes
        if isinstance(after, dict)
    }
    right = {"forward": {"out": out, **written}}
    dout = LAYOUTS[case.layout](rng.standard_normal(out.shape).astype(out.dtype))
    if not case.backward:
        return Prepared(case, twin, cache, None, right)
    right["backward"] = gradients(twin, dout, cache)
    numerical = _numerical(twin, case, dout) if case.numerical else {}
    return Prepared(case, twin, cache, dout, right, numerical)


def gradients(twin, dout, cache):
    """Return the reference's gradients by name."""
    result = twin.naive[1](dout, cache)
    result = result if isinstance(result, tuple) else (result,)
    return dict(zip(names_of(twin, "backward"), result, strict=True))


def _numerical(twin, case, dout):
    found = {}
    for k, name in enumerate(names_of(twin, "backward")):
        arguments = [dict(a) if isinstance(a, dict) else a for a in case.arguments]
        arguments[k] = np.array(arguments[k])
        found[name] = eval_numerical_gradient_array(
            lambda _, arguments=arguments: twin.naive[0](*arguments)[0], arguments[k], dout
        )
    return found


def _numerical_of_loss(twin, case):
    if twin.passes != ("loss",):
        return {}
    x = np.array(case.arguments[0])
    slope = eval_numerical_gradient_array(lambda _: twin.naive[0](x, *case.arguments[1:])[0], x, 1)
    return {"dx": slope}
