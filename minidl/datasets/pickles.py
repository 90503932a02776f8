"""Read the pickles that data sets come in, without running what a pickle may ask for.

A pickle is a program for a small machine with a stack, and the machine of Python's own ``pickle``
module imports and calls whatever the program names.  This machine knows the few instructions that
dicts, lists, text, numbers and arrays are written with, and six names; whatever it does not know,
it refuses.  ``pickletools`` of the standard library takes the bytes apart.

Nor can a file ask for more memory than it is large: arrays hold only bytes that stand in the file.
"""

import io
import math
import pickletools

import numpy as np

from minidl.datasets.instructions import Machine

MOST_BYTES = 1 << 30  # of a file; the largest of CIFAR has 155 million
MOST_STEPS = 1 << 22  # instructions; that file has about 400,000, nearly all for labels and names
FOREIGN = {  # first bytes of files that are often taken for pickles
    b"\x1f\x8b": "is compressed by gzip; unpack it first (tar -xzf, or gunzip)",
    b"PK": "is a zip file, such as .npz; minidl.storage.read_arrays reads its arrays",
    b"\x93NUMPY": "holds one array (.npy); open it with numpy.load",
}
NUMBERS = {"b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"}
MOST_AXES = 32  # as many as every NumPy can hold
COPIES = 4  # of a file's bytes that may be made on the way to its arrays; honest files need 2


def read_pickle(file, name, boxed=False):
    """Read a pickle of protocol 2 to 5 from a file opened in binary mode, to its end.

    Text that Python 2 wrote becomes str, read as Latin-1, as ``pickle.load(f, encoding="latin1")``
    does.

    Parameters
    ----------
    file : binary file
    name : str
        How errors begin: operation and file.
    boxed : bool
        Whether one object may stand in an array of one element, as ``numpy.save`` wraps it;
        it is returned without the array.

    Returns
    -------
    dict, list, tuple, str, bytes, int, float, bool, None or ndarray of numbers
        Whatever the file holds, made of these.

    Raises
    ------
    ValueError
        If the file asks for anything else, is damaged, truncated or none, or goes on.
    """
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"{name} holds more than {MOST_BYTES} bytes, which are refused")
    for first, what in FOREIGN.items():
        if data.startswith(first):
            raise ValueError(f"{name} {what}")
    if not data.startswith(b"\x80"):
        raise ValueError(
            f"{name} is no pickle of protocol 2 or later: such a file starts with the byte 80, "
            f"and this one with {data[:2].hex(' ') or 'nothing'}"
        )

    def refuse(what):
        raise ValueError(f"{name} {what}") from None

    machine = Machine(refuse, _Arrays(refuse, len(data), boxed).names())
    stream = io.BytesIO(data)
    for step, (opcode, argument) in enumerate(_operations(stream, refuse)):
        if step > MOST_STEPS:
            refuse(f"goes on for more than {MOST_STEPS} instructions, which are refused")
        machine.step(opcode, argument)
    if stream.tell() < len(data):
        refuse(f"goes on after its pickle, which ends at byte {stream.tell()} of {len(data)}")
    return machine.result()


def _operations(stream, refuse):
    try:
        for opcode, argument, _ in pickletools.genops(stream):
            yield opcode.name, argument
    except (ValueError, OverflowError) as error:
        refuse(f"is truncated, damaged or no pickle: {str(error)[:100]}")


class _Arrays:
    """Makes arrays, their dtypes and bytes, out of arguments that may be anything.

    What a pickle calls is a function of a tuple here.  It returns the thing itself, or a function
    that makes the thing of the state that follows.
    """

    def __init__(self, refuse, room, boxed):
        self.refuse, self.left, self.boxed = refuse, COPIES * room, boxed

    def names(self):
        """Return what a pickle may call, by the names that it uses."""
        names = {
            "_codecs.encode": self.encoded,
            "__builtin__.bytes": self.no_bytes,
            "numpy.dtype": self.dtype,
            "numpy.ndarray": None,  # only ever an argument
        }
        for core in ("numpy.core", "numpy._core"):  # NumPy 1 and 2
            names[f"{core}.multiarray._reconstruct"] = self.reconstructed
            names[f"{core}.numeric._frombuffer"] = self.from_buffer
        return names

    def encoded(self, args):
        """Protocol 2 has no bytes: Python 3 writes them as text, to be encoded again."""
        self._need(len(args) == 2 and type(args[0]) is str and args[1] == "latin1", "bytes")
        return self._latin1(args[0])

    def no_bytes(self, args):
        """Nor has it a way to write none."""
        self._need(args == (), "bytes")
        return b""

    def dtype(self, args):
        name = args[0] if args and isinstance(args[0], (str, bytes)) else ""
        name = name.decode("latin1") if isinstance(name, bytes) else name
        if name not in NUMBERS and not (self.boxed and name == "O8"):
            self.refuse(f"holds an array of dtype {name[:20]!r}; only numbers are read")

        def build(state):
            plain = isinstance(state, tuple) and len(state) == 8 and state[2:5] == (None,) * 3
            self._need(plain and state[1] in ("<", ">", "|", "="), "a dtype")
            return np.dtype(name).newbyteorder(state[1])

        return build

    def reconstructed(self, args):
        self._need(len(args) == 3 and args[0] == "numpy.ndarray", "an array")
        return self._of_state

    def from_buffer(self, args):
        self._need(len(args) == 4 and args[3] in ("C", "F"), "a buffer")
        return self._array(*args)

    def _of_state(self, state):
        self._need(isinstance(state, tuple) and len(state) == 5, "an array")
        _, shape, dtype, fortran, data = state
        self._need(isinstance(dtype, np.dtype) and type(fortran) in (bool, int), "an array")
        if dtype.hasobject:
            self._need(shape == () and type(data) is list and len(data) == 1, "an object")
            return data[0]
        return self._array(data, dtype, shape, "F" if fortran else "C")

    def _array(self, data, dtype, shape, order):
        self._need(isinstance(dtype, np.dtype) and not dtype.hasobject, "a dtype")
        self._need(isinstance(shape, tuple) and len(shape) <= MOST_AXES, "a shape")
        self._need(all(type(axis) is int and axis >= 0 for axis in shape), "a shape")
        self._need(math.prod(max(axis, 1) for axis in shape) <= MOST_BYTES, "a shape")
        data = self._latin1(data) if type(data) is str else data
        self._need(isinstance(data, (bytes, bytearray)), "data")
        promised = math.prod(shape) * dtype.itemsize
        if len(data) != promised:
            self.refuse(f"holds an array of shape {shape} in {len(data)} bytes, not {promised}")
        self._spend(promised)
        return np.ndarray(shape, dtype, buffer=bytearray(data), order=order)

    def _latin1(self, text):
        self._spend(len(text))
        try:
            return text.encode("latin1")
        except UnicodeEncodeError:
            self.refuse("holds text where the bytes of an array should be")

    def _need(self, holds, what):
        if not holds:
            self.refuse(f"holds {what} in a form that NumPy does not write for numbers")

    def _spend(self, count):
        self.left -= count
        if self.left < 0:
            self.refuse(f"makes arrays of more than {COPIES} times its own bytes")
