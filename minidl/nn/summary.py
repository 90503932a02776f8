"""A table of what a net is made of."""

import math
from dataclasses import dataclass

import numpy as np

from minidl.geometry import shape_of_one
from minidl.nn.module import Parameter
from minidl.nn.watching import place, require_net, watched
from minidl.terminal import table

HEADER = ("layer", "output", "parameters", "multiply-adds", "bytes")


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
        totals = (self.parameters, self.multiply_adds, self.n_bytes)
        last = ("total", "", *(f"{number:,}" for number in totals))
        return table(HEADER, [*map(_cells, self.rows), last], left=1)


def summary(net, input_shape):
    """Print a table of a net's layers: output shapes, parameters, multiply-adds and bytes.

    Nothing is computed: layers are run on a batch without images, which goes through all of their
    checks.  Modules of your own, whose arithmetic nobody knows, run on one image of zeros.  The
    net stays as it was, with its mode, caches, running statistics and random generators.

    Parameters
    ----------
    net : Module
    input_shape : tuple of int
        Shape of one image, without the batch: ``(1, 28, 28)``.

    Returns
    -------
    Summary
        The same in numbers.  A row's bytes are those of its output and its parameters.  A module
        that runs twice has two rows, and its parameters count once.

    Raises
    ------
    TypeError
        If ``net`` is no module, or ``input_shape`` no tuple of integers.
    ValueError
        If a layer does not fit the shape it receives: the message names the layer, the shape and
        what the layer wanted; the table up to there is in the error's notes.
    """
    require_net("summary", net)
    shape = shape_of_one("summary", "input_shape", input_shape)
    image, watch = _zeros("summary: the input", shape, np.float32), _Watch(shape)
    with watched(net, watch.forward_of), np.errstate(all="ignore"):  # what zeros do is no matter
        try:
            net(image)
        except (TypeError, ValueError) as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            refusal = kind(f"summary: {watch.where()}, which does not fit: {error}")
            watch.add_notes(refusal)
            raise refusal from error
        except Exception as error:  # a mistake in a module of one's own, or a part to be written
            error.add_note(f"summary: {watch.where()}")
            watch.add_notes(error)
            raise
    result = Summary(tuple(watch.rows))
    print(result)
    return result


class _Watch:
    """Fills rows as modules finish, and remembers the first that fails."""

    def __init__(self, shape):
        self.shape, self.rows = shape, []
        self._counted, self._failed = set(), None

    def forward_of(self, name, module):
        """Return the module's forward pass, made to add a row for itself."""
        forward = _without_images(module) if _is_known(module) else module.forward

        def watched_forward(x):
            try:
                out = forward(x)
                if not isinstance(out, (np.ndarray, np.generic)):
                    raise TypeError(f"forward must return an array, got {type(out).__name__}")
            except Exception:
                self._failed = self._failed or (name, module, np.shape(x)[1:])
                raise
            self._add(name, module, x, out)
            return out

        return watched_forward

    def _add(self, name, module, x, out):
        """Add a row; a container without parameters of its own gets none."""
        own = [p for p in vars(module).values() if isinstance(p, Parameter)]
        own = [p for p in own if id(p) not in self._counted]
        self._counted.update(map(id, own))
        container = next(module.children(), None) is not None
        if container and not own:
            return
        self.rows.append(
            SummaryRow(
                name,
                type(module).__name__ if container else repr(module),
                out.shape[1:],
                sum(p.data.size for p in own),
                module.multiply_adds(np.shape(x), out.shape),
                out.nbytes + sum(p.data.nbytes for p in own),
            )
        )

    def where(self):
        """Say which module failed, and what it received."""
        name, module, shape = self._failed
        return f"{place(name, module)}, received {shape} for one image"

    def add_notes(self, error):
        """Add the table so far to an error, and the shape that the net was asked about."""
        name, module, _ = self._failed
        failed = (f"{name} {type(module).__name__}".strip(), "does not fit", "", "", "")
        rows = table(HEADER, [*map(_cells, self.rows), failed], left=1)
        error.add_note(f"summary: the layers up to there:\n{rows}")
        error.add_note(f"summary: the shape of one image, without a batch, was {self.shape}")


def _is_known(module):
    """Whether the module is a single layer of minidl's, whose results have one row an image."""
    home = getattr(type(module).forward, "__module__", "")
    return home.startswith("minidl.") and next(module.children(), None) is None


def _without_images(module):
    """Return a forward pass that finds the shape of its result, and gives zeros for one image."""
    forward = module.forward

    def shape_only(x):
        if not np.ndim(x):
            return forward(x)
        try:
            out = forward(x[:0])
        except (TypeError, ValueError):
            out = forward(x)  # refuses in words about one image, not about none
        return _zeros("its output", out.shape[1:], out.dtype) if out.ndim else out

    return shape_only


def _zeros(what, shape, dtype):
    """Return zeros for one image; memory that nobody writes to is not taken from the machine."""
    try:
        return np.zeros((1, *shape), dtype)
    except (MemoryError, ValueError):  # the latter if not even the number of bytes fits
        n_bytes = math.prod(shape) * np.dtype(dtype).itemsize
        raise ValueError(
            f"{what} would have shape {shape}, {n_bytes:,} bytes for one image, which is more than "
            "this machine gives; make input_shape smaller"
        ) from None


def _cells(row):
    return (
        f"{row.name} {row.layer}".strip(),
        "x".join(map(str, row.out_shape)) or "1",
        *(f"{number:,}" for number in (row.parameters, row.multiply_adds, row.n_bytes)),
    )
