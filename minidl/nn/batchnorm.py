"""Batch normalisation as modules: learned scales and shifts, and running statistics."""

import math

import numpy as np

from minidl.geometry import flag, fraction, integer, require_axes
from minidl.nn.normalization import Normalization


class BatchNorm(Normalization):
    """What batch normalisations share: running statistics, and which statistics count when."""

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        *,
        backend="fast",
        dtype="float32",
    ):
        name = type(self).__name__
        self.num_features = integer(name, "num_features", num_features, 1)
        self.momentum = None if momentum is None else fraction(name, "momentum", momentum)
        self.affine = flag(name, "affine", affine)
        self.track_running_stats = flag(name, "track_running_stats", track_running_stats)
        arithmetic = {"scaled": self.affine, "shifted": self.affine}
        shape, arithmetic = (self.num_features,), {**arithmetic, "backend": backend, "dtype": dtype}
        super().__init__("spatial_batchnorm", shape, eps, **arithmetic)
        ones, zeros = self._constants
        count = np.array(0, dtype=np.int64)
        start = {"running_mean": zeros, "running_var": ones, "num_batches_tracked": count}
        for buffer, array in start.items():
            self.register_buffer(buffer, array if self.track_running_stats else None)

    def forward(self, x):
        """Normalise by the statistics of ``x``, or in evaluation by the running ones."""
        name, x = type(self).__name__, self._convert("x", x)
        require_axes(name, "x", x, self._axes(x), self.num_features)
        if x.shape[1] != self.num_features:
            raise ValueError(f"{name}: x must have {self.num_features} channels, got {x.shape[1]}")
        n_values = x.size // self.num_features
        by_batch = self.training or not self.track_running_stats
        if by_batch and n_values == 1:
            raise ValueError(
                f"{name}: training needs more than one value for each channel, got shape "
                f"{x.shape}; take a larger batch, or call eval() first"
            )
        seen = (*x.shape[:2], math.prod(x.shape[2:]), 1)
        if by_batch:  # momentum 0 puts the statistics of the batch alone into the dict
            param = {"mode": "train", "eps": self.eps, "momentum": 0}
        else:
            running = {"running_mean": self.running_mean, "running_var": self.running_var}
            param = {"mode": "test", "eps": self.eps, **running}
        result = self._forward(x.reshape(seen), *self._learned(), param)
        if self.training and self.track_running_stats and n_values:
            self._track(param["running_mean"], param["running_var"], n_values)
        return self._remember_shapes(result, seen, x.shape)

    def _track(self, mean, variance, n_values):
        self.num_batches_tracked += 1
        share = self.momentum
        if share is None:  # the average of all batches so far
            share = 1 / int(self.num_batches_tracked)
        unbiased = variance * (n_values / (n_values - 1))
        for running, batch in ((self.running_mean, mean), (self.running_var, unbiased)):
            running[...] = (1 - share) * running + share * batch

    def extra_repr(self):
        """Arguments as PyTorch shows them."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.affine}, track_running_stats={self.track_running_stats}"
        )


class BatchNorm1d(BatchNorm):
    """Give every channel mean 0 and variance 1 over the batch, then a learned scale and shift.

    In training the statistics are those of the batch; in evaluation they are running averages.
    Where PyTorch, whose rules these are, and CS231n's ``batchnorm_forward`` differ: ``momentum`` is
    the share of the new batch here and that of the past there, so 0.1 here is 0.9 there; the
    running variance averages the unbiased one (divided by the number of values less one) here and
    the biased one there; it starts at 1 here and at 0 there.  Both normalise by the biased one.

    Parameters
    ----------
    num_features : int
        Channels.
    eps : float
        Added to the variance.
    momentum : float or None
        Share of the new batch in the running statistics; None makes them the plain average of
        all batches so far.
    affine : bool
        Whether there is a learned scale and shift.
    track_running_stats : bool
        If False there are no running statistics, and the batch's are used in evaluation, too.
    backend : {"fast", "naive"}
        Which twin does the arithmetic.
    dtype : {"float32", "float64"}

    Attributes
    ----------
    weight, bias : Parameter of shape (num_features,), or None
    running_mean, running_var : ndarray of shape (num_features,), or None
        Buffers: in ``state_dict``, and not among the parameters.
    num_batches_tracked : ndarray of shape (), or None
        Buffer.  An empty batch does not count.

    Shape
    -----
    ``(N, C) -> (N, C)``, or ``(N, C, L) -> (N, C, L)``
    """

    @staticmethod
    def _axes(x):
        return "(N, C, L)" if x.ndim == 3 else "(N, C)"


class BatchNorm2d(BatchNorm):
    """Give every channel of images mean 0 and variance 1 over all pixels of the batch.

    Arguments and attributes, and where PyTorch and CS231n's ``spatial_batchnorm_forward``
    differ, are those of :class:`BatchNorm1d`.

    Shape
    -----
    ``(N, C, H, W) -> (N, C, H, W)``
    """

    @staticmethod
    def _axes(x):
        return "(N, C, H, W)"
