"""The writer of an ONNX graph: nodes, weights, and names that occur once."""

from dataclasses import dataclass

import numpy as np

from minidl.nn import Module, Parameter

OPSET = 17  # of the operators; LayerNormalization is the youngest that a layer needs
IR_VERSION = 8  # of the file format, from the same year
INPUT, OUTPUT = "input", "output"


@dataclass(frozen=True, slots=True)
class Call:
    """One layer at work, as a net was watched running: what came in, and what went out."""

    name: str  # with the net's dots: "0.conv1"
    module: Module
    x: np.ndarray
    out: np.ndarray


def array_of(owner):
    """Return the array of a parameter, or the buffer, which is one itself; no copy."""
    return owner.data if isinstance(owner, Parameter) else owner


class Graph:
    """A chain of ONNX nodes that grows at its end, where :attr:`value` is.

    Parameters
    ----------
    onnx : module
        The package, which is imported only if somebody exports.
    names_of : dict of int to str
        From the ``id`` of every parameter and buffer of the net to its name.
    """

    def __init__(self, onnx, names_of):
        self.onnx, self.names_of = onnx, names_of
        self.nodes, self.initializers = [], {}
        self.names = {INPUT, OUTPUT, *names_of.values()}
        self.value, self.layer, self.dtype = INPUT, "", None

    def begin(self, call):
        """Write the nodes of another layer from here on, under its name and in its dtype."""
        self.layer, self.dtype = call.name, call.out.dtype

    def node(self, operator, *inputs, **attributes):
        """Add a node, named after the layer that is being written; return its output's name.

        Its inputs are names of values.  The node's output becomes :attr:`value`.
        """
        name = self._unique(self.layer)
        node = self.onnx.helper.make_node(operator, list(inputs), [name], name, **attributes)
        self.nodes.append(node)
        self.value = name
        return name

    def then(self, operator, *more, **attributes):
        """Add a node whose first input is :attr:`value`, and whose others are ``more``."""
        return self.node(operator, self.value, *more, **attributes)

    def weight(self, owner):
        """Return the name of a parameter or buffer, whose numbers go into the file once."""
        name = self.names_of[id(owner)]
        self.initializers[name] = array_of(owner)
        return name

    def weights(self, module):
        """Return the names of a module's weight and, if it has one, of its bias."""
        return [self.weight(owner) for owner in (module.weight, module.bias) if owner is not None]

    def constant(self, what, array):
        """Put numbers that are no parameter into the file; return their name."""
        name = self._unique(f"{self.layer}.{what}")
        self.initializers[name] = np.asarray(array)
        return name

    def number(self, what, value):
        """Put a number, or several, of the layer's dtype into the file; return their name."""
        return self.constant(what, np.asarray(value, dtype=self.dtype))

    def _unique(self, wanted):
        name, count = wanted, 1
        while name in self.names:
            count += 1
            name = f"{wanted}_{count}"
        self.names.add(name)
        return name

    def model(self, batch, x, out, producer_version):
        """Return the whole model, from an input like ``x`` to an output like ``out``."""
        helper, to_tensor = self.onnx.helper, self.onnx.numpy_helper.from_array
        if self.nodes:
            self.nodes[-1].output[0] = OUTPUT
        else:
            self.nodes.append(helper.make_node("Identity", [INPUT], [OUTPUT], "identity"))
        ends = []
        for name, array in ((INPUT, x), (OUTPUT, out)):
            element = helper.np_dtype_to_tensor_dtype(array.dtype)
            shape = [batch, *array.shape[1:]] if array.ndim else []
            ends.append(helper.make_tensor_value_info(name, element, shape))
        weights = [
            to_tensor(array.astype(array.dtype, order="C", copy=False), name)
            for name, array in self.initializers.items()
        ]
        graph = helper.make_graph(self.nodes, "minidl", ends[:1], ends[1:], weights)
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="minidl",
            producer_version=producer_version,
        )
