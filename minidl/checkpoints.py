"""Checkpoints: all that a run of training needs to go on as if it had never been stopped.

Weights alone are not enough.  An optimizer remembers earlier gradients, a scheduler its epoch, a
loader its place in the shuffled data, and whatever draws random numbers stands somewhere in its
sequence.  A checkpoint holds all of them, and a run that is killed and continued ends with the same
bits as one that never was.
"""

import copy

from minidl.nn import Module
from minidl.nn.generators import is_generator, random_states, set_random_states
from minidl.spelling import near_miss
from minidl.storage import read_state, write_state

KIND = "checkpoint"
_SECTIONS = ("parts", "values", "random")


def save_checkpoint(path, /, **parts):
    """Write the state of everything given, and of the random generators, to one file.

    The file is written whole or not at all: whatever happens, a power cut or ``kill -9``, an older
    checkpoint of that name stays until the new one is complete.

    Parameters
    ----------
    path : path-like
        By habit ``something.npz``; nothing is added to it.
    **parts
        Under names of your own: anything that has ``state_dict`` and ``load_state_dict`` (a net,
        an optimizer, a scheduler, a ``DataLoader``), a numpy ``Generator`` or ``RandomState``, or a
        plain value (numbers, text, arrays, and lists, tuples and dicts of them), such as the epoch.

    Raises
    ------
    TypeError
        If a part is none of these.
    ValueError
        If no part is given.

    Notes
    -----
    Without being asked, the file also holds the states of ``np.random``, of the package's own
    generator (``minidl.manual_seed``) and of generators in modules, such as ``nn.Dropout``'s.

    Examples
    --------
    >>> save_checkpoint("run.npz", net=net, optimizer=optimizer, epoch=3)  # doctest: +SKIP
    """
    if not parts:
        raise ValueError("save_checkpoint: nothing to save; name some parts: net=net, epoch=3")
    write_state(path, KIND, _state_of(parts))


def load_checkpoint(path, /, **parts):
    """Put the state of a file back into everything given; into all of it, or into nothing.

    Parameters
    ----------
    path : path-like
    **parts
        The same names as in :func:`save_checkpoint`, with the objects to write into.  Plain values
        are not among them: they are returned.

    Returns
    -------
    values : dict
        The plain values that were saved, by name.

    Raises
    ------
    ValueError
        If the file is no checkpoint, its parts are others than those given, or one of them does
        not fit.  Everything is then as it was before.
    """
    state = read_state(path, KIND)
    if sorted(state) != sorted(_SECTIONS):
        raise ValueError(f"load_checkpoint: {path!r} was not written by save_checkpoint")
    before = copy.deepcopy(_state_of(parts))
    try:
        _require_names(state, parts)
        require_random_states("load_checkpoint", state["random"], **parts)
        _restore(parts, state)
    except (AttributeError, IndexError, KeyError) as error:  # a file that somebody has changed
        _restore(parts, before)
        raise ValueError(
            f"load_checkpoint: {path!r} does not fit inside: {type(error).__name__}: {error}"
        ) from None
    except BaseException:
        _restore(parts, before)
        raise
    return state["values"]


def require_random_states(op, states, **holders):
    """Refuse states of other generators than those of the holders."""
    found = random_states(**holders)
    for place in sorted(found.keys() ^ states.keys()):
        only = "this run, and the checkpoint has none there" if place in found else "the checkpoint"
        raise ValueError(
            f"{op}: the random generator {place!r} is only in {only}; build everything as in the "
            "run that was saved"
        )
    for place, state in states.items():
        if not isinstance(state, dict) or "bit_generator" not in state:
            raise ValueError(f"{op}: the random generator {place!r} has no state there")
        saved, own = state["bit_generator"], found[place]["bit_generator"]
        if saved != own:
            raise ValueError(
                f"{op}: the random generator {place!r} is a {own}, and was a {saved} when saved"
            )


def _state_of(parts):
    stateful = {name: part for name, part in parts.items() if _has_state(part)}
    values = {n: p for n, p in parts.items() if not _has_state(p) and not is_generator(p)}
    return {
        "parts": {name: part.state_dict() for name, part in stateful.items()},
        "values": values,
        "random": random_states(**_random_holders(parts)),
    }


def _restore(parts, state):
    for name, part in parts.items():
        if _has_state(part):
            part.load_state_dict(state["parts"][name])
    set_random_states(state["random"], **_random_holders(parts))


def _random_holders(parts):
    """Leave out what keeps the state of its generators itself, such as a ``DataLoader``."""
    return {n: part for n, part in parts.items() if is_generator(part) or isinstance(part, Module)}


def _has_state(part):
    return hasattr(part, "state_dict") and hasattr(part, "load_state_dict")


def _require_names(state, parts):
    """Refuse parts that the file lacks, parts it has in excess, and values to be written into."""
    generators = [place for place in state["random"] if "." not in place]
    known = [*state["parts"], *generators]
    for name, part in parts.items():
        if name in state["values"]:
            raise ValueError(
                f"load_checkpoint: {name} was saved as a plain value, which is returned; "
                "do not pass it"
            )
        if not _has_state(part) and not is_generator(part):
            raise TypeError(
                f"load_checkpoint: {name} must have state_dict and load_state_dict, or be a "
                f"generator, got {type(part).__name__}"
            )
        if name not in known:
            hint = near_miss(name, known) or f"; it has {', '.join(known)}"
            raise ValueError(f"load_checkpoint: the checkpoint has no part {name!r}{hint}")
    for name in known:
        if name not in parts:
            raise ValueError(
                f"load_checkpoint: the checkpoint has a part {name!r}, which is not given; "
                f"pass {name}=..."
            )
