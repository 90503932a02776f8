"""The table of nets: what each is called, and how it is made for data of a given shape."""

from minidl.models.lenet import LeNet5
from minidl.models.plain import MLP, SoftmaxRegression
from minidl.models.pyramid import PyramidNet
from minidl.spelling import near_miss


def _lenet5(input_shape, n_classes, **options):
    """Make a LeNet5, whose input shape is its own."""
    return LeNet5(n_classes, **options)


# Each is called as (input_shape, n_classes, *, backend, dtype, rng), perhaps without the options.
MODELS = {
    "lenet5": _lenet5,
    "pyramid": PyramidNet,
    "mlp": MLP,
    "softmax": SoftmaxRegression,
}


def make_model(name, input_shape, n_classes, **options):
    """Return a new net of the table.

    Parameters
    ----------
    name : {"lenet5", "pyramid", "mlp", "softmax"}
    input_shape : tuple of int
        Shape of one example, without the batch.
    n_classes : int
    **options
        ``backend``, ``dtype`` and ``rng``, as the nets take them.

    Returns
    -------
    Module

    Raises
    ------
    ValueError
        If there is no such net, or it cannot be made for such examples.  A net that takes one
        shape alone, such as :class:`~minidl.models.LeNet5`, refuses others when it meets them.
    """
    return MODELS[known_model("make_model", name)](input_shape, n_classes, **options)


def known_model(op, name):
    """Return the name of a net, which must be in the table."""
    if not isinstance(name, str) or name not in MODELS:
        hint = near_miss(str(name), MODELS) or f"; there are {', '.join(MODELS)}"
        raise ValueError(f"{op}: no model {name!r}{hint}")
    return name
