"""What a call of somebody else's function did."""

from dataclasses import dataclass

from minidl.students.wire import Kept


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a call changed in its arguments.

    Attributes
    ----------
    argument : str
        Name of the parameter.
    key : str or None
        The entry of a dict, or None for an array.
    index : tuple or None
        Place of the first number of an array that changed; () if its shape or dtype did.
    before, after : object
        What stood there, and what stands there now.
    """

    argument: str
    key: str | None
    index: tuple | None
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Call:
    """What a call did.

    Attributes
    ----------
    values : tuple
        The results: arrays, numbers, None, or a ``Foreign`` with a description of anything else.
    kept : Kept or None
        The result that stayed with the worker, to be handed to another call.
    seconds : float
        How long the call took, measured around it in its own process.
    changes : tuple of Change
        What it did to its arguments.
    reused : bool
        Whether a result lies in the memory of one of the call before it.
    shares : tuple of str
        Arguments in whose memory a result lies.
    """

    values: tuple
    kept: Kept | None
    seconds: float
    changes: tuple
    reused: bool
    shares: tuple = ()
