"""A net's chain of layers as an ONNX file: watched once, then written down."""

import numpy as np

from minidl import __version__
from minidl.extras import optional
from minidl.geometry import integer, shape_of_one
from minidl.interop.onnx_export.graph import Call, Graph, array_of
from minidl.interop.onnx_export.layers import LAYERS, writer_of
from minidl.nn import Module, Sequential
from minidl.nn.watching import watched
from minidl.storage import replacing, require_path

MOST_BYTES = 2**31 - 2**20  # of a protobuf message, with room for what are no weights


def export_onnx(net, path, input_shape, batch="N"):
    """Write a net, its weights included, to an ONNX file, which other programs run.

    The net is that of ``net.eval()``: dropout does nothing, and batch normalisation goes by its
    running statistics.  Nodes are named after the net's layers, and weights as in ``state_dict``;
    the graph has one input, ``input``, and one output, ``output``.  Sizes of images are fixed, as
    paddings depend on them.  The operators are those of ONNX's opset 17.

    The net is run once, on two images of zeros, and must be a chain: every layer's output is the
    next one's input, as in :class:`~minidl.nn.Sequential` at any depth.

    Parameters
    ----------
    net : Module
    path : path-like
        Written whole or not at all.
    input_shape : tuple of int
        Shape of one image, without the batch: ``(1, 28, 28)``.
    batch : str or int
        Name of the batch's axis, which may then have any size, or its one size.

    Raises
    ------
    TypeError
        If a layer is of a type that ONNX does not know here, or computes with its layers
        something that is no chain; nothing has been written then.
    ValueError
        If the layers do not fit the shape, or the weights are more than 2 GB, the most that one
        ONNX file holds.
    ImportError
        If the package onnx is missing: ``pip install "minidl[onnx]"``.
    """
    if not isinstance(net, Module):
        raise TypeError(f"export_onnx: net must be a Module, got {type(net).__name__}")
    require_path("export_onnx", path)
    shape = shape_of_one("export_onnx", "input_shape", input_shape)
    if not isinstance(batch, str) or not batch.isidentifier():
        batch = integer("export_onnx", "batch", batch, 1)
    _require_known_layers(net)
    named = dict([*net.named_parameters(), *net.named_buffers()])
    n_bytes = sum(array_of(owner).nbytes for owner in named.values())
    if n_bytes > MOST_BYTES:
        raise ValueError(
            f"export_onnx: the weights have {n_bytes} bytes, and an ONNX file holds at most "
            f"{MOST_BYTES}; save them with save_weights"
        )
    onnx = optional(
        "export_onnx", "onnx", "onnx", "onnx.checker", "onnx.helper", "onnx.numpy_helper"
    )
    dtype = next((parameter.data.dtype for parameter in net.parameters()), np.dtype("float32"))
    x = np.zeros((2, *shape), dtype=dtype)  # two, so that no layer can take a batch for an image
    calls = _calls(net, x)
    graph = Graph(onnx, {id(owner): name for name, owner in named.items()})
    for call in calls:
        _write(graph, call)
    model = graph.model(batch, x, calls[-1].out if calls else x, __version__)
    onnx.checker.check_model(model, full_check=True)
    with replacing(path) as file:
        file.write(model.SerializeToString())


def _place(name, module):
    return f"{name!r} ({type(module).__name__})" if name else type(module).__name__


def _require_known_layers(net):
    for name, module in net.named_modules():
        container = isinstance(module, Sequential) or list(module.children())
        if writer_of(module) is None and not container:
            known = ", ".join(sorted(cls.__name__ for cls in LAYERS))
            raise TypeError(
                f"export_onnx: layer {_place(name, module)} is of a type that ONNX export does "
                f"not know; it knows {known}"
            )


def _calls(net, x):
    """Run the net on ``x``, and return the call of every layer; refuse what is no chain."""
    calls = []

    def watch(name, module):
        forward = module.forward
        if writer_of(module) is None:
            return forward

        def watched_forward(x):
            out = forward(x)
            calls.append(Call(name or type(module).__name__, module, x, out))
            return out

        return watched_forward

    try:
        with watched(net, watch):
            out = net(x)
    except (TypeError, ValueError) as error:
        error.add_note(f"export_onnx: the shape of one image, without a batch, was {x.shape[1:]}")
        raise
    value, last = x, "the input"
    for call in calls:
        if call.x is not value:
            _refuse_between(net, last, f"layer {_place(call.name, call.module)}")
        value, last = call.out, f"layer {_place(call.name, call.module)}"
    if out is not value:
        _refuse_between(net, last, "the output")
    return calls


def _refuse_between(net, last, following):
    raise TypeError(
        f"export_onnx: {type(net).__name__} does more between {last} and {following} than to hand "
        "one on to the other, which ONNX export cannot see; only chains of layers can be exported"
    )


def _write(graph, call):
    """Write one layer; before it, a Cast if it converts its input to the dtype of its weights."""
    graph.begin(call)
    if call.out.dtype != call.x.dtype:
        graph.then("Cast", to=graph.onnx.helper.np_dtype_to_tensor_dtype(call.out.dtype))
    writer_of(call.module)(graph, call)
