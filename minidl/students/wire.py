"""Messages between two processes: facts as JSON, arrays as ``.npy`` bytes, and no pickle.

A message is ``MARK``, the length of its JSON, the JSON, and one ``.npy`` block for each array in
it.  Whatever stands instead of ``MARK`` is the last word of a process that came to its end.
"""

import io
import json
import struct
from dataclasses import dataclass

import numpy as np

MARK = b"minidl:1"
LENGTH = struct.Struct("<Q")
NUMBERS = "biufc"  # kinds of dtypes that travel
MOST_BYTES = 1 << 28  # of the arrays of one message


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
    text = json.dumps(pack(message, blocks)).encode()
    stream.write(MARK + LENGTH.pack(len(text)) + text)
    for block in blocks:
        stream.write(LENGTH.pack(len(block)) + block)
    stream.flush()


def receive(stream):
    """Read the next message.

    Returns
    -------
    message : tree, or None at the end
    last_words : str
        What stood there instead of a message.
    """
    mark = stream.read(len(MARK))
    if mark != MARK:
        return None, (mark + stream.read(1 << 16)).decode(errors="replace")
    try:
        text = _block(stream)
        tree = json.loads(text)
        return unpack(tree, stream), ""
    except (EOFError, KeyError, RecursionError, TypeError, ValueError) as error:
        return None, f"an answer that cannot be read: {error}"


def pack(node, blocks):
    """Return ``node`` as JSON has it, after putting its arrays into ``blocks``, in order."""
    if node is None or type(node) in (bool, int, float, str):
        return node
    if isinstance(node, (np.ndarray, np.generic)):
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


def unpack(node, stream):
    """Return what :func:`pack` was given; arrays are read from ``stream`` in the same order."""
    if not isinstance(node, dict):
        return node
    ((tag, value),) = node.items()
    if tag in ("array", "scalar"):
        return _unpack_array(tag, value, stream)
    if tag == "kept":
        return Kept(*value)
    if tag == "foreign":
        return Foreign(value)
    items = [unpack(item, stream) for item in value] if tag != "dict" else value
    if tag == "dict":
        return {unpack(k, stream): unpack(v, stream) for k, v in items}
    return tuple(items) if tag == "tuple" else items


def _pack_array(array, blocks):
    """Note how the array lies in memory, so that it lies so again."""
    if array.dtype.kind not in NUMBERS:
        raise TypeError(f"an array of dtype {array.dtype} does not travel between processes")
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(array), allow_pickle=False)
    blocks.append(file.getvalue())
    if isinstance(array, np.generic):
        return {"scalar": {}}
    gaps = not (array.flags.c_contiguous or array.flags.f_contiguous)
    return {"array": {"gaps": gaps, "writeable": array.flags.writeable}}


def _unpack_array(tag, layout, stream):
    array = np.lib.format.read_array(io.BytesIO(_block(stream)), allow_pickle=False)
    if tag == "scalar":
        return array[()]
    if layout["gaps"]:  # every other cell of every axis of a larger array
        frame = np.zeros([2 * size for size in array.shape], array.dtype)
        view = frame[(slice(None, None, 2),) * array.ndim]
        view[...] = array
        array = view
    array.flags.writeable = layout["writeable"]
    return array


def _block(stream):
    (length,) = LENGTH.unpack(_exactly(stream, LENGTH.size))
    return _exactly(stream, length)


def _exactly(stream, length):
    data = stream.read(length)
    if len(data) != length:
        raise EOFError(f"it ends after {len(data)} of {length} bytes")
    return data
