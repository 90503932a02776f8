"""Dropout: in training, numbers are left out at random."""

from minidl.geometry import fraction
from minidl.nn.module import LayerModule
from minidl.randomness import default_rng


class Dropout(LayerModule):
    """Put zero in the place of numbers at random while training, and do nothing in evaluation.

    ``p`` is PyTorch's, the probability to **drop** a number; CS231n's
    :func:`~minidl.layers.dropout_forward`, which does the arithmetic, takes the probability to
    keep one.  What stays is divided by ``1 - p``, so that its mean stays, too.

    Parameters
    ----------
    p : float
        From 0 to 1.
    backend : {"fast", "naive"}
        Which twin does the arithmetic; both drop the same numbers.
    rng : numpy.random.Generator, optional
        Says what to drop; by default the one that ``minidl.manual_seed`` seeds.
    """

    def __init__(self, p=0.5, *, backend="fast", rng=None):
        super().__init__("dropout", backend)
        self.p = fraction("Dropout", "p, the probability to drop,", p)
        self.rng = rng if rng is None else default_rng(rng)

    def forward(self, x):
        """Return ``x`` with numbers dropped; in evaluation, a copy of it."""
        param = {"mode": "test", "p": 1 - self.p}
        if self.training:
            param = {"mode": "train", "p": 1 - self.p, "rng": default_rng(self.rng)}
        out, self._cache = self._forward(x, param)
        return out

    def backward(self, dout):
        """Pass ``dout`` where a number was kept, divided as the number was."""
        return self._backward(dout, self._recall())

    def extra_repr(self):
        """PyTorch's one argument."""
        return f"p={self.p}"
