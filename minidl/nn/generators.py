"""Every random generator that a net or a run draws from: found, noted, and put back."""

import numpy as np

from minidl.nn.module import Module
from minidl.randomness import default_rng


def random_states(**holders):
    """Return the states of ``np.random``, of the package's generator, and of the holders' own.

    A holder is a generator, a module, or a model whose attributes, or dicts and lists in them, are
    generators or modules.
    """
    return {place: _position(rng) for place, rng in _generators(holders).items()}


def set_random_states(states, **holders):
    """Put back what :func:`random_states` returned for the same holders."""
    for place, generator in _generators(holders).items():
        if isinstance(generator, np.random.Generator):
            generator.bit_generator.state = states[place]
        else:
            generator.set_state(states[place])


def is_generator(thing):
    """Whether ``thing`` is one of NumPy's random generators."""
    return isinstance(thing, (np.random.Generator, np.random.RandomState))


def _position(generator):
    if isinstance(generator, np.random.Generator):
        return generator.bit_generator.state
    return generator.get_state(legacy=False)


def _generators(holders):
    """Return every generator by a name: np.random, the package's own, then those of the holders."""
    found = {"np.random": np.random, "minidl.randomness": default_rng()}
    for name, holder in holders.items():
        _collect(name, holder, found, set())
    return found


def _collect(place, thing, found, seen):
    if is_generator(thing):
        found[place] = thing
    elif id(thing) not in seen:
        seen.add(id(thing))
        for key, value in _inside(place, thing):
            if is_generator(value) or isinstance(value, (Module, dict, list, tuple)):
                _collect(f"{place}.{key}", value, found, seen)


def _inside(place, thing):
    if isinstance(thing, dict):
        return list(thing.items())
    if isinstance(thing, (list, tuple)):
        return list(enumerate(thing))
    attributes = getattr(thing, "__dict__", {})
    return [(key, value) for key, value in attributes.items() if key != "_cache"]
