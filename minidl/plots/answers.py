"""What a net answered, against what is true: labels, class scores, and how sure it was."""

from dataclasses import dataclass

import numpy as np

from minidl.geometry import class_labels, first_not_finite, integer_labels, real_array

MOST_CLASSES = 1000  # of labels alone, and in a square; else scores or names say how many


@dataclass(frozen=True, slots=True)
class Answers:
    """Labels and predictions of N images; and the probability of each prediction, if known."""

    labels: np.ndarray
    predictions: np.ndarray
    confidence: np.ndarray | None
    n_classes: int

    @property
    def wrong(self):
        """Numbers of the misread images, the surest mistakes first."""
        wrong = np.flatnonzero(self.labels != self.predictions)
        if self.confidence is None:
            return wrong
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")]


def class_names(op, names):
    """Return names of classes as a list of text, or None for none."""
    if names is None:
        return None
    if isinstance(names, dict) or not hasattr(names, "__iter__"):
        raise TypeError(
            f"{op}: names must be a list, one name for each class, got {type(names).__name__}"
        )
    return [str(name) for name in names]


def answers(op, labels, predictions, n_classes=None):
    """Check labels, and predictions or scores, and return them as :class:`Answers`.

    Parameters
    ----------
    op : str
    labels : array_like of N integers, from 0
    predictions : array_like
        N integers, or class scores (N, C), of which the largest is the prediction.  Where every row
        of scores is made of probabilities, they are taken as such; else their softmax is.
    n_classes : int, optional
        How many classes there are, if more than scores or labels show.
    """
    given = real_array(op, "predictions", predictions)
    n_images = len(given) if given.ndim else 0
    why = "one for each prediction"
    labels = integer_labels(op, labels, n_images, why, "labels")
    if not n_images:
        raise ValueError(f"{op}: predictions are empty; pass one for each image")
    confidence = None
    if given.ndim == 2 and given.shape[1]:
        if n_classes is not None and n_classes != given.shape[1]:
            raise ValueError(
                f"{op}: predictions have scores of {given.shape[1]} classes, and there are "
                f"{n_classes} names"
            )
        n_classes = given.shape[1]
        confidence, given = _read_scores(op, given)
    given = integer_labels(op, given, n_images, "one for each label", "predictions")
    if n_classes is None:
        n_classes = max(int(labels.max()), int(given.max()), 0) + 1
        if n_classes > MOST_CLASSES:
            raise ValueError(
                f"{op}: the largest class is {n_classes - 1}, and at most {MOST_CLASSES} classes "
                "are drawn; are these labels, counted from 0?"
            )
    labels = class_labels(op, labels, n_images, n_classes, why, "labels")
    given = class_labels(op, given, n_images, n_classes, why, "predictions")
    return Answers(labels, given, confidence, n_classes)


def _read_scores(op, scores):
    """Return the largest probability of each row, and its class."""
    index = first_not_finite(scores)
    if index is not None:
        raise ValueError(
            f"{op}: predictions{list(index)} is {scores[index]}, and a score must be finite; "
            "minidl.nan_guard(net) finds the layer that made it"
        )
    scores = scores.astype(np.float64)
    probabilities = scores
    with np.errstate(over="ignore", under="ignore"):  # infinitely much less likely is 0
        if scores.min() < 0 or np.abs(scores.sum(axis=1) - 1).max() > 1e-3:
            powers = np.exp(scores - scores.max(axis=1, keepdims=True))
            probabilities = powers / powers.sum(axis=1, keepdims=True)
    return probabilities.max(axis=1), scores.argmax(axis=1)
