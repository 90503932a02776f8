"""A table of what a net is made of."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from minidl.geometry import shape_of_one
from minidl.nn.module import Module, Parameter
from minidl.nn.watching import watched
from minidl.terminal import table


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One layer of a :class:`Summary`; sizes are for one image."""

    name: str
    layer: str
    out_shape: tuple
    parameters: int
    multiply_adds: int
    n_bytes: int


@dataclass(frozen=True, slots=True, repr=False)
class Summary:
    """Rows of a net's summary, and their totals; ``str`` makes the table."""

    rows: tuple

    @property
    def parameters(self):
        """Learned numbers in all."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_adds(self):
        """Products summed up by a forward pass of one image."""
        return sum(row.multiply_adds for row in self.rows)

    @property
    def n_bytes(self):
        """Memory of all outputs of one image and of all parameters."""
        return sum(row.n_bytes for row in self.rows)

    def __repr__(self):
        return f"Summary({len(self.rows)} layers, {self.parameters} parameters)"

    def __str__(self):
        cells = [
            (
                f"{row.name} {row.layer}".strip(),
                "x".join(map(str, row.out_shape)) or "1",
                *(f"{number:,}" for number in (row.parameters, row.multiply_adds, row.n_bytes)),
            )
            for row in self.rows
        ]
        totals = (self.parameters, self.multiply_adds, self.n_bytes)
        cells.append(("total", "", *(f"{number:,}" for number in totals)))
        header = ("layer", "output", "parameters", "multiply-adds", "bytes")
        return table(header, cells, left=1)


def summary(net, input_shape):
    """Print a table of a net's layers: output shapes, parameters, multiply-adds and bytes.

    Parameters
    ----------
    net : Module
    input_shape : tuple of int
        Shape of one image, without the batch: ``(1, 28, 28)``.

    Returns
    -------
    Summary
        The same in numbers.  A row's bytes are those of its output and its parameters.

    Raises
    ------
    ValueError
        If a layer does not fit the shape it receives.
    """
    if not isinstance(net, Module):
        raise TypeError(f"summary: net must be a Module, got {type(net).__name__}")
    shape = shape_of_one("summary", "input_shape", input_shape)
    rows, counted = [], set()
    try:
        with watched(net, partial(_watch, counted, rows)):
            net(np.zeros((1, *shape), dtype=np.float32))
    except (TypeError, ValueError) as error:
        error.add_note(f"summary: the shape of one image, without a batch, was {shape}")
        raise
    result = Summary(tuple(rows))
    print(result)
    return result


def _watch(counted, rows, name, module):
    """Return the module's forward pass, made to add a row for itself.

    A container without parameters of its own gets none; a shared parameter counts once.
    """
    forward = module.forward

    def watched(x):
        out = forward(x)
        own = [
            p for p in vars(module).values() if isinstance(p, Parameter) and id(p) not in counted
        ]
        counted.update(map(id, own))
        container = bool(list(module.children()))
        if container and not own:
            return out
        rows.append(
            SummaryRow(
                name,
                type(module).__name__ if container else repr(module),
                out.shape[1:],
                sum(p.data.size for p in own),
                module.multiply_adds(x.shape, out.shape),
                out.nbytes + sum(p.data.nbytes for p in own),
            )
        )
        return out

    return watched
