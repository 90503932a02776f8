"""Functions that do nothing: what a call of one takes is the way to a worker and back.

Run in a worker of their own.
"""

_held = []


def hold(*results):
    """Keep what :func:`idle` is to return."""
    _held[:] = results
    return len(results)


def idle(*_):
    """Take any arguments, and return what was kept."""
    return _held[0] if len(_held) == 1 else tuple(_held)
