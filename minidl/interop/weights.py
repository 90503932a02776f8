"""Weights in files that other programs read: NumPy's ``.npz`` and Hugging Face's ``.safetensors``.

Modules name their parameters as PyTorch does, so that a ``state_dict`` in such a file goes from
one to the other.  PyTorch's own ``.pt`` files are pickles: programs, which could do anything
when they are opened.  They are refused here, with the line that turns them into something else.
"""

import os
import pathlib

import numpy as np

from minidl.extras import optional
from minidl.geometry import real_array
from minidl.nn import Module
from minidl.spelling import near_miss
from minidl.storage import PICKLE, read_arrays, replacing, require_path, write_arrays

PICKLES = (".pt", ".pth", ".ckpt", ".pkl", ".pickle")
CONVERT = (
    "convert it where it comes from: safetensors.torch.save_file(torch.load('weights.pt', "
    "weights_only=True), 'weights.safetensors')"
)
NOT_READ = f"{PICKLE}; {CONVERT}"
DTYPES = {  # of safetensors, whose bytes are little-endian
    "BOOL": "|b1",
    "F16": "<f2",
    "F32": "<f4",
    "F64": "<f8",
    **{f"I{8 * size}": f"<i{size}" for size in (1, 2, 4, 8)},
    **{f"U{8 * size}": f"<u{size}" for size in (1, 2, 4, 8)},
}


def save_weights(net, path):
    """Write a net's ``state_dict`` to a file, in the format that the file's suffix says.

    Parameters
    ----------
    net : Module
    path : path-like
        Ends with ``.npz`` or ``.safetensors``; the latter needs ``pip install
        "minidl[safetensors]"``.

    Raises
    ------
    TypeError
        If ``net`` is no Module.
    ValueError
        If the suffix is another one.
    """
    if not isinstance(net, Module):
        raise TypeError(f"save_weights: net must be a Module, got {type(net).__name__}")
    save = {".npz": save_npz, ".safetensors": save_safetensors}
    save[_suffix("save_weights", path)](path, net)


def load_weights(net, path):
    """Read a file of weights into a net: all of them, or none if anything does not fit.

    Parameters
    ----------
    net : Module
        Its parameters keep their dtype.
    path : path-like
        Ends with ``.npz`` or ``.safetensors``.  The names in it are PyTorch's: those of
        ``net.state_dict()``.

    Raises
    ------
    TypeError
        If ``net`` is no Module.
    ValueError
        If the suffix is another one, or the file cannot be read, as :func:`load_npz` and
        :func:`load_safetensors` say; or if names or shapes differ from the net's, all of which
        the message lists.
    """
    if not isinstance(net, Module):
        raise TypeError(f"load_weights: net must be a Module, got {type(net).__name__}")
    load = {".npz": load_npz, ".safetensors": load_safetensors}
    state_dict = load[_suffix("load_weights", path)](path)
    try:
        net.load_state_dict(state_dict)
    except (TypeError, ValueError) as error:
        error.add_note(f"load_weights: the file was {os.fspath(path)!r}")
        raise


def save_npz(path, weights):
    """Write a net's weights, or a ``state_dict``, as ``numpy.savez`` does, whole or not at all.

    Parameters
    ----------
    path : path-like
        Nothing is added to it.
    weights : Module, or mapping of str to array_like
        A ``state_dict`` of PyTorch will do, too.

    Raises
    ------
    TypeError
        If ``weights`` is neither, a name is no text, or an array does not hold real numbers.
    """
    require_path("save_npz", path)
    write_arrays(path, _arrays("save_npz", weights))


def load_npz(path):
    """Read an ``.npz`` file into a dict from name to array, for ``net.load_state_dict``.

    Raises
    ------
    ValueError
        If the file is a pickle, which is never opened, or damaged, truncated, or anything else.
    """
    _require_format("load_npz", path, ".npz")
    return read_arrays(path)


def save_safetensors(path, weights):
    """Write a net's weights, or a ``state_dict``, as ``safetensors.torch.save_file`` does.

    Parameters
    ----------
    path : path-like
        Written whole or not at all.
    weights : Module, or mapping of str to array_like

    Raises
    ------
    TypeError
        If ``weights`` is neither, a name is no text, or an array does not hold real numbers.
    ValueError
        If a name cannot be written: ``__metadata__``, which the format keeps for itself.
    ImportError
        If the package safetensors is missing.
    """
    op = "save_safetensors"
    safetensors = _library(op)
    require_path(op, path)
    arrays = _arrays(op, weights)
    if "__metadata__" in arrays:
        raise ValueError(f"{op}: the format keeps the name '__metadata__' for itself; rename it")
    data = safetensors.numpy.save(arrays, metadata={"format": "pt"})  # "pt": names are PyTorch's
    with replacing(path) as file:
        file.write(data)


def load_safetensors(path):
    """Read a ``.safetensors`` file into a dict from name to array, for ``net.load_state_dict``.

    bfloat16, which NumPy does not have, becomes float32, which holds the same numbers exactly.
    All other arrays keep their dtype; they are the caller's own, and writable.

    Raises
    ------
    ValueError
        If the file is a pickle, which is never opened, or damaged, truncated, or anything else; or
        if it holds 8-bit floats or complex numbers.
    ImportError
        If the package safetensors is missing.
    """
    op = "load_safetensors"
    safetensors = _library(op)
    _require_format(op, path, ".safetensors")
    data = pathlib.Path(os.fsdecode(path)).read_bytes()
    try:
        tensors = safetensors.deserialize(data)
    except safetensors.SafetensorError as error:
        raise ValueError(
            f"{op}: {os.fspath(path)!r} is damaged, truncated or no .safetensors file: {error}"
        ) from None
    arrays = {}
    for name, tensor in tensors:
        if tensor["dtype"] != "BF16" and tensor["dtype"] not in DTYPES:
            raise ValueError(
                f"{op}: {os.fspath(path)!r} holds {name!r} of dtype {tensor['dtype']}, for which "
                "minidl has no numbers; convert it in PyTorch: tensor.float()"
            )
        arrays[name] = _numbers(tensor["dtype"], tensor["data"]).reshape(tensor["shape"])
    return arrays


def _numbers(dtype, data):
    """Return the bytes of a tensor as numbers in the machine's own order."""
    if dtype == "BF16":  # the upper half of a float32
        return (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32)
    numbers = np.frombuffer(data, DTYPES[dtype])
    return numbers.astype(numbers.dtype.newbyteorder("="), copy=False)


def _library(op):
    otherwise = ", or save as .npz, which needs nothing more"
    return optional(op, "safetensors", "safetensors", "safetensors.numpy", otherwise=otherwise)


def _suffix(op, path):
    require_path(op, path)
    suffix = pathlib.Path(os.fsdecode(path)).suffix.lower()
    if suffix in (".npz", ".safetensors"):
        return suffix
    if suffix in PICKLES and op == "load_weights":
        raise ValueError(f"{op}: {os.fspath(path)!r}, by its name, is {NOT_READ}")
    raise ValueError(
        f"{op}: {os.fspath(path)!r} must end with .npz or .safetensors"
        + near_miss(suffix, (".npz", ".safetensors"))
    )


def _arrays(op, weights):
    """Return the named arrays of a net or of a mapping, checked, and plain in memory.

    safetensors writes the memory of an array as it lies there, whatever its strides say.
    """
    if isinstance(weights, Module):
        weights = weights.state_dict()
    try:
        names = list(weights.keys())
    except AttributeError:
        raise TypeError(
            f"{op}: weights must be a Module or a mapping of names to arrays, "
            f"got {type(weights).__name__}"
        ) from None
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"{op}: a name must be text, got {name!r}")
        if not name.isprintable():
            raise ValueError(f"{op}: the name {name!r} cannot be printed; rename it")
    arrays = {name: real_array(op, repr(name), weights[name]) for name in names}
    return {
        name: array.astype(array.dtype.newbyteorder("="), order="C", copy=False)
        for name, array in arrays.items()
    }


def _require_format(op, path, wanted):
    """Refuse a file that is plainly something else, by its first bytes."""
    require_path(op, path)
    with open(path, "rb") as file:
        start = file.read(4096)
    shown = os.fspath(path)
    is_zip = start.startswith(b"PK\x03\x04")
    is_safetensors = start[8:9] == b"{"
    if is_zip and b"data.pkl" in start:
        raise ValueError(f"{op}: {shown!r} is a PyTorch file with {NOT_READ}")
    if start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05" and not is_safetensors:
        raise ValueError(f"{op}: {shown!r} is {NOT_READ}")
    if is_zip and wanted != ".npz":
        raise ValueError(f"{op}: {shown!r} is a zip, as an .npz file is; open it with load_npz")
    if is_safetensors and not is_zip and wanted != ".safetensors":
        raise ValueError(f"{op}: {shown!r} is a .safetensors file; open it with load_safetensors")
