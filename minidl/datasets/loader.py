"""Batches epoch after epoch, in an order that can be stopped anywhere and taken up again."""

import numpy as np

from minidl.datasets.augmentation import mirror, shifted
from minidl.datasets.batches import examples
from minidl.geometry import flag, integer, known_keys, require_axes
from minidl.randomness import default_rng

MOST_SEEDS = 2**31  # as many as there are seeds that a caller can write


class DataLoader:
    """Iterate over ``(X, y)`` in batches; each ``for`` loop is one epoch.

    Everything random in an epoch follows from the seed and the number of the epoch: neither how
    far an earlier epoch was read, nor other loops over the same loader change it.

    Parameters
    ----------
    X, y : array_like
        Examples and their labels, along the first axis.  They are not copied: what a loop yields
        are copies, made when the loop gets there.
    batch_size : int
        The last batch of an epoch is smaller where it does not divide the number of examples.
    shuffle : bool
        Whether each epoch has an order of its own; otherwise it is that of ``X``.
    drop_last : bool
        Whether to leave out a last batch that is smaller.
    rng : numpy.random.Generator, optional
        One number is drawn from it, which becomes the seed; by default from the generator that
        ``minidl.manual_seed`` seeds.
    seed : int, optional
        The seed itself, instead of ``rng``.
    flip : bool
        Whether to mirror every second image or so, left to right.
    crop : int
        How far, at most, to shift every image by chance, up or down and left or right; the pixels
        that come into sight are 0.  It is the usual crop at random after padding.

    Attributes
    ----------
    epoch : int
        The epoch of the loop begun last, or the one that the next loop will take up, from 0.

    Raises
    ------
    ValueError
        If ``X`` and ``y`` differ in length, if ``flip`` or ``crop`` meet anything but images
        (N, C, H, W), if there are both a seed and a generator, or if ``drop_last`` leaves nothing.

    Notes
    -----
    A ``for`` loop that ends early gives its epoch up: the next one begins a new epoch, unless
    :meth:`load_state_dict` comes between.  Several loops may run at once; each has an epoch of
    its own, in the order in which they began, and the state is that of the one begun last.

    It differs from ``torch.utils.data.DataLoader``: it takes two arrays instead of a data set,
    ``batch_size`` is 32 instead of 1, it yields NumPy arrays, augments, and has a state; it has
    neither samplers nor worker processes.  :func:`minidl.datasets.minibatches` is one shuffled
    epoch without any of this.

    Examples
    --------
    >>> loader = DataLoader(np.arange(5), np.arange(5), batch_size=2)
    >>> [y.tolist() for _, y in loader]
    [[0, 1], [2, 3], [4]]
    """

    def __init__(
        self,
        X,
        y,
        batch_size=32,
        shuffle=False,
        drop_last=False,
        rng=None,
        seed=None,
        flip=False,
        crop=0,
    ):
        op = "DataLoader"
        self.X, self.y = examples(op, X, y)
        self.batch_size = integer(op, "batch_size", batch_size, 1)
        self.shuffle = flag(op, "shuffle", shuffle)
        self.drop_last = flag(op, "drop_last", drop_last)
        self.flip = flag(op, "flip", flip)
        self.crop = integer(op, "crop", crop, 0)
        if self.flip or self.crop:
            require_axes(op, "X", self.X, "(N, C, H, W)")
            if self.crop >= min(self.X.shape[2:]):
                raise ValueError(
                    f"{op}: crop must be less than the height and width of the images, "
                    f"{self.X.shape[2]} x {self.X.shape[3]}, got {crop}"
                )
        if self.drop_last and 0 < len(self.X) < self.batch_size:
            raise ValueError(
                f"{op}: drop_last leaves nothing of {len(self.X)} examples in batches of "
                f"{self.batch_size}; make batch_size smaller, or keep the last batch"
            )
        if rng is not None and seed is not None:
            raise ValueError(f"{op}: rng and seed are both given; the seed is drawn from rng")
        if seed is None:
            seed = default_rng(rng).integers(MOST_SEEDS)
        self.seed = integer(op, "seed", seed, 0)
        self.epoch = 0
        self._begun = False  # whether a loop has taken this epoch
        self._progress = {"batch": 0}  # of the loop begun last; each loop has its own

    def __len__(self):
        """Return the number of batches in an epoch."""
        whole, rest = divmod(len(self.X), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    def __iter__(self):
        """Begin the next epoch, or go on with the one that :meth:`load_state_dict` set."""
        if self._begun:
            self.epoch += 1
            self._progress = {"batch": 0}
        self._begun = True
        return self._batches(self.seed, self.epoch, self._progress)

    def __repr__(self):
        settings = ", ".join(f"{name}={value}" for name, value in self._layout().items())
        return f"DataLoader({settings}, seed={self.seed})"

    def state_dict(self):
        """Return where the loop begun last stands, in numbers that any file can hold.

        Inside a loop, the batch at hand counts as done.  After an epoch's last batch, the state is
        the beginning of the next epoch.  There is neither a permutation nor the state of a
        generator in it, because both follow from the seed and the epoch.
        """
        batch, epoch = self._progress["batch"], self.epoch
        if self._begun and batch >= len(self):
            batch, epoch = 0, epoch + 1
        return {"seed": self.seed, "epoch": epoch, "batch": batch, **self._layout()}

    def load_state_dict(self, state):
        """Make the next loop go on with the batch that follows the given state, bit for bit.

        Parameters
        ----------
        state : dict
            From :meth:`state_dict` of a loader over the same examples, made with the same
            arguments; its seed replaces the own one.

        Raises
        ------
        ValueError
            If the state is of a loader with other arguments, or is no such state.
        """
        op, layout = "DataLoader.load_state_dict", self._layout()
        known_keys(op, "state", state, ("seed", "epoch", "batch", *layout), ())
        for key, own in layout.items():
            if state[key] != own:
                raise ValueError(
                    f"{op}: the state is of a loader with {key} {state[key]!r}, and this one has "
                    f"{own!r}; make it with the same arguments"
                )
        seed, epoch = (integer(op, key, state[key], 0) for key in ("seed", "epoch"))
        batch = integer(op, "batch", state["batch"], 0)
        if batch and batch >= len(self):
            raise ValueError(f"{op}: batch is {batch}, and an epoch has {len(self)} batches")
        self.seed, self.epoch = seed, epoch
        self._begun, self._progress = False, {"batch": batch}

    def _layout(self):
        """Return what a state must share with the loader that takes it up."""
        return {
            "n_examples": len(self.X),
            "batch_size": self.batch_size,
            "shuffle": self.shuffle,
            "drop_last": self.drop_last,
            "flip": self.flip,
            "crop": self.crop,
        }

    def _batches(self, seed, epoch, progress):
        order = np.arange(len(self.X))
        if self.shuffle:
            order = np.argsort(_draws(len(order), seed, epoch), kind="stable")
        for batch in range(progress["batch"], len(self)):
            chosen = order[batch * self.batch_size : (batch + 1) * self.batch_size]
            progress["batch"] = batch + 1
            yield self._augment(self.X[chosen], seed, epoch, 1 + batch), self.y[chosen]

    def _augment(self, images, *key):
        """Return images changed by what follows from ``key``; they are the loader's own copies."""
        draws = _draws((3, len(images)), *key) if self.flip or self.crop else None
        if self.flip:
            mirror(images, draws[0] % 2 == 1)
        if self.crop:
            down, right = draws[1:] % (2 * self.crop + 1)
            images = shifted(images, self.crop, down, right)
        return images


def _draws(shape, *key):
    """Return random 64-bit integers that follow from ``key`` alone.

    They are raw: NumPy promises them in every version, and may change what it makes of them.
    """
    raw = np.random.PCG64(np.random.SeedSequence(key)).random_raw(int(np.prod(shape)))
    return raw.reshape(shape)
