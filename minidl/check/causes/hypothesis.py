"""A guess at what a function does instead of the right thing, and the test of the guess."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from minidl.check.evidence import difference


@dataclass(frozen=True, slots=True, eq=False)
class Hypothesis:
    """A mistake, and what a function with it would return.

    Attributes
    ----------
    cause : str or callable
        For people; or called with the evidence of one case, to put its numbers in.
    predict : callable
        Called with an :class:`~minidl.check.evidence.Evidence`; returns the array that the
        mistake gives in this case, or None where it cannot be said.
    """

    cause: str | Callable
    predict: Callable

    def explains(self, wrong, right):
        """Whether all that was seen is as if the mistake were there: what is wrong, and the rest.

        Where a case is right, the mistake must make no difference.  Cases of which it says nothing
        do not count, but they must not be many.
        """
        told = 0
        for evidence in wrong:
            predicted = self._predicted(evidence)
            told += predicted is not None
            if predicted is not None and not evidence.matches(predicted):
                return False
        return 2 * told > len(wrong) and all(map(self._is_harmless, right))

    def words(self, evidence):
        """Return the cause for people, with the numbers of one case."""
        return self.cause(evidence) if callable(self.cause) else self.cause

    def _is_harmless(self, evidence):
        predicted = self._predicted(evidence)
        if predicted is None:
            return True
        return difference(predicted, evidence.expected) <= 2 * evidence.tolerance

    def _predicted(self, evidence):
        with np.errstate(all="ignore"):
            return self.predict(evidence)
