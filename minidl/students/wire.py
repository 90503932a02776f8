"""Messages between two processes: facts as JSON, arrays as ``.npy`` bytes, and no pickle.

A message is ``MARK``, the length of its JSON, the JSON, and one ``.npy`` block for each array in
it.  Whatever stands instead of ``MARK`` is the last word of a process that came to its end.

Names are bound here once, before any student's code is loaded: what it does to NumPy or to
``sys.modules`` later changes no message.
"""

from dataclasses import dataclass
from json import JSONDecoder, JSONEncoder
from struct import Struct

from numpy import asarray, generic, ndarray, zeros

from minidl.students.npy import NUMBERS, from_bytes, to_bytes

MARK = b"minidl:1"
LENGTH = Struct("<Q")
MOST_BYTES = 1 << 28  # of one array
MOST_FACTS = 1 << 20  # bytes of JSON from somebody who is not trusted
MOST_DEPTH = 32
PIECE = 1 << 20  # bytes that are asked for at a time: a length is a promise only
LAST_WORDS = (b"Fatal Py", b"Timeout ", b"Windows ")  # how faulthandler begins

encode, decode = JSONEncoder().encode, JSONDecoder().decode


class Garbled(ValueError):  # noqa: N818 - the name says what happened
    """What came is no message."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that stays with the worker, as a cache does; here is its number only."""

    number: int
    worker: int


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something that does not travel, in words: "a list of 3"."""

    words: str


def send(stream, message):
    """Write a tree of dicts, tuples, lists, arrays, numbers, text and None."""
    blocks = []
    text = encode(pack(message, blocks)).encode()
    stream.write(MARK + LENGTH.pack(len(text)) + text)
    for block in blocks:
        stream.write(LENGTH.pack(len(block)))
        stream.write(block)
    stream.flush()


def receive(stream, most=None):
    """Read the next message.

    Parameters
    ----------
    stream : binary file
    most : int, optional
        Bytes of all arrays together; it also means that whoever writes is not trusted.

    Returns
    -------
    message : tree, or None at the end
    last_words : str
        What stood there instead of a message.

    Raises
    ------
    Garbled
        With ``most``, if there stands something that is neither.
    MemoryError
        Without ``most``, if there is none for the message.
    """
    mark = stream.read(len(MARK))
    if mark != MARK:
        if most is not None and mark and not mark.startswith(LAST_WORDS):
            raise Garbled("bytes that are no message")
        return None, (mark + stream.read(1 << 16)).decode(errors="replace")
    blocks = _Blocks(stream, most)
    try:
        text = blocks.next(None if most is None else MOST_FACTS)
        return unpack(decode(text.decode()), blocks), ""
    except MemoryError as error:
        if most is None:
            raise
        why = f"a message that cannot be read: {error}"
    except (EOFError, KeyError, OverflowError, RecursionError, TypeError, ValueError) as error:
        why = f"a message that cannot be read: {error}"
    if most is not None:
        raise Garbled(why) from None
    return None, why


def pack(node, blocks):
    """Return ``node`` as JSON has it, after putting its arrays into ``blocks``, in order."""
    if node is None or type(node) in (bool, int, float, str):
        return node
    if isinstance(node, (ndarray, generic)):
        return _pack_array(node, blocks)
    if isinstance(node, Kept):
        return {"kept": [node.number, node.worker]}
    if isinstance(node, Foreign):
        return {"foreign": node.words}
    if isinstance(node, (tuple, list)):
        tag = "tuple" if isinstance(node, tuple) else "list"
        return {tag: [pack(item, blocks) for item in node]}
    if isinstance(node, dict):
        return {"dict": [[pack(part, blocks) for part in item] for item in node.items()]}
    raise TypeError(f"a {type(node).__name__} does not travel between processes")


def unpack(node, blocks, depth=0):
    """Return what :func:`pack` was given; arrays are taken from ``blocks`` in the same order."""
    if node is None or type(node) in (bool, int, float, str):
        return node
    if type(node) is not dict or len(node) != 1 or depth > MOST_DEPTH:
        raise ValueError(f"a {type(node).__name__} that {'is too deep' if depth else 'is odd'}")
    ((tag, value),) = node.items()
    if tag in ("array", "scalar"):
        return _unpack_array(tag, value, blocks)
    if tag == "kept":
        number, worker = value
        return Kept(_whole(number), _whole(worker))
    if tag == "foreign" and type(value) is str:
        return Foreign(value)
    if tag in ("list", "tuple") and type(value) is list:
        items = [unpack(item, blocks, depth + 1) for item in value]
        return items if tag == "list" else tuple(items)
    if tag == "dict" and type(value) is list:
        return {unpack(k, blocks, depth + 1): unpack(v, blocks, depth + 1) for k, v in value}
    raise ValueError(f"the tag {tag[:20]!r}")


def _whole(number):
    if type(number) is not int:
        raise ValueError("a number that is no whole one")
    return number


def _pack_array(array, blocks):
    """Note how the array lies in memory, so that it lies so again."""
    if array.dtype.kind not in NUMBERS:
        raise TypeError(f"an array of dtype {array.dtype} does not travel between processes")
    blocks.append(to_bytes(array if isinstance(array, generic) else asarray(array)))
    if isinstance(array, generic):
        return {"scalar": {}}
    gaps = not (array.flags.c_contiguous or array.flags.f_contiguous)
    return {"array": {"gaps": gaps, "writeable": array.flags.writeable}}


def _unpack_array(tag, layout, blocks):
    array = from_bytes(blocks.next())
    if tag == "scalar":
        if array.ndim:
            raise ValueError("an array in the place of a number")
        return array[()]
    if layout["gaps"]:  # every other cell of every axis of a larger array
        frame = zeros([2 * size for size in array.shape], array.dtype)
        view = frame[(slice(None, None, 2),) * array.ndim]
        view[...] = array
        array = view
    array.flags.writeable = bool(layout["writeable"])
    return array


class _Blocks:
    """The parts of a message, each behind its length, which is no reason to make room for it."""

    def __init__(self, stream, most):
        self._stream, self._left = stream, most

    def next(self, most=None):
        """Return the next part, of at most so many bytes."""
        (length,) = LENGTH.unpack(self._exactly(LENGTH.size))
        if most is not None and length > most:
            raise ValueError(f"{length} bytes, where there may be {most}")
        if most is None and self._left is not None:
            self._left -= length
            if self._left < 0:
                raise ValueError(f"arrays that are {-self._left} bytes too long together")
        return self._exactly(length)

    def _exactly(self, length):
        data = bytearray()
        while len(data) < length:
            piece = self._stream.read(min(PIECE, length - len(data)))
            if not piece:
                raise EOFError(f"it ends after {len(data)} of {length} bytes")
            data += piece
        return data
