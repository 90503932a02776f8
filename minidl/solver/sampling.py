"""Which examples each step sees."""

import numpy as np


class SharedRandom:
    """The global ``np.random``, as an object: its copies draw from it, too.

    A module can be neither copied nor pickled, and a Solver that held one could not, either.
    """

    def __getattr__(self, name):
        return getattr(np.random, name)


class WithReplacement:
    """CS231n's batches: every example of every batch is drawn anew from all of them.

    An epoch is ``N // batch_size`` batches, in which some examples come twice and about a third
    of them not at all.

    Parameters
    ----------
    n_examples, batch_size : int
    random : SharedRandom or numpy.random.Generator
    """

    def __init__(self, n_examples, batch_size, random):
        self.n_examples = n_examples
        self.batch_size = batch_size
        self.random = random
        self.batches_per_epoch = max(n_examples // batch_size, 1)

    def draw(self):
        """Return the indices of the next batch."""
        return self.random.choice(self.n_examples, self.batch_size)

    def restart(self):
        """Begin an epoch; here, every batch begins from nothing."""

    def state(self):
        """Return what :meth:`set_state` needs, besides the state of the generator."""
        return {}

    def set_state(self, state):
        """Go back to where :meth:`state` was taken."""


class Shuffled:
    """Every epoch sees each example once, in a new order.

    The last batch of an epoch holds what is left over, so that no example is dropped; it is
    smaller than the others unless ``batch_size`` divides ``N``.
    """

    def __init__(self, n_examples, batch_size, random):
        self.n_examples = n_examples
        self.batch_size = batch_size
        self.random = random
        self.batches_per_epoch = -(-n_examples // batch_size)
        self.restart()

    def draw(self):
        """Return the indices of the next batch; the first of an epoch draws the order."""
        if self._position >= len(self._order):
            self._order, self._position = self.random.permutation(self.n_examples), 0
        start = self._position
        self._position += self.batch_size
        return self._order[start : self._position]

    def restart(self):
        """Begin an epoch: the next batch draws a new order."""
        self._order, self._position = np.zeros(0, dtype=int), 0

    def state(self):
        """Return the order of this epoch and the place in it."""
        return {"order": self._order.copy(), "position": self._position}

    def set_state(self, state):
        """Go back to where :meth:`state` was taken."""
        self._order, self._position = state["order"].copy(), state["position"]


SAMPLING = {"replacement": WithReplacement, "shuffle": Shuffled}
