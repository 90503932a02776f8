"""The nearest-neighbour classifier: remember everything, and compare."""

import numpy as np

from minidl.classifiers.checks import one_row_an_image, training_set
from minidl.classifiers.distances import euclidean
from minidl.geometry import integer, real_array, require_axes, require_shape


class KNearestNeighbor:
    """Classifier that asks the ``k`` nearest training images, by Euclidean distance, for a vote.

    Distances are float64 whatever the images are: rounded to fewer digits, some would tie.

    Attributes
    ----------
    X_train : ndarray of shape (M, D), or None before training
    y_train : ndarray of shape (M,), integer, or None before training
        The caller's own arrays; nothing is copied.
    """

    def __init__(self):
        self.X_train = None
        self.y_train = None

    def __repr__(self):
        known = "untrained" if self.X_train is None else f"{len(self.X_train)} images"
        return f"KNearestNeighbor({known})"

    def train(self, X, y):
        """Remember the training set; for this classifier, that is all of training.

        Parameters
        ----------
        X : ndarray of shape (M, D)
            Images, one row each.
        y : ndarray of shape (M,), integer
            Their labels, any integers.

        Raises
        ------
        ValueError
            If there are no images, or not one label for each.
        TypeError
            If ``y`` does not hold integers.
        """
        X, y = training_set("KNearestNeighbor.train", X, y)
        self.X_train, self.y_train = one_row_an_image("KNearestNeighbor.train", "X", X), y

    def predict(self, X, k=1, num_loops=0):
        """Return the label of each image.

        Parameters
        ----------
        X : ndarray of shape (N, D)
        k : int
            Number of neighbours that vote, at most the number of training images.
        num_loops : {0, 1, 2}
            Which of the three ways computes the distances.

        Returns
        -------
        y_pred : ndarray of shape (N,), in the dtype of the training labels

        Raises
        ------
        ValueError
            If ``k`` or ``num_loops`` is out of range, or images have another size than those of
            training.
        RuntimeError
            Before :meth:`train`.
        """
        op = "KNearestNeighbor.predict"
        ways = (
            self.compute_distances_no_loops,
            self.compute_distances_one_loop,
            self.compute_distances_two_loops,
        )
        if num_loops not in (0, 1, 2):
            raise ValueError(f"{op}: num_loops must be 0, 1 or 2, got {num_loops!r}")
        self._neighbours(op, k)
        return self.predict_labels(ways[num_loops](X), k)

    def compute_distances_two_loops(self, X):
        """Return the distance of each image to each training image, one by one.

        Parameters
        ----------
        X : ndarray of shape (N, D)

        Returns
        -------
        dists : ndarray of shape (N, M), float64
            ``sqrt(sum((X[i] - X_train[j]) ** 2))``
        """
        X = self._images("KNearestNeighbor.compute_distances_two_loops", X)
        dists = np.empty((len(X), len(self.X_train)))
        for i, j in np.ndindex(dists.shape):
            difference = np.subtract(X[i], self.X_train[j], dtype=np.float64)
            dists[i, j] = np.sqrt(np.sum(difference * difference))
        return dists

    def compute_distances_one_loop(self, X):
        """Do the same for all training images at once; as :meth:`compute_distances_two_loops`."""
        X = self._images("KNearestNeighbor.compute_distances_one_loop", X)
        dists = np.empty((len(X), len(self.X_train)))
        for i in range(len(X)):
            differences = np.subtract(X[i], self.X_train, dtype=np.float64)
            np.multiply(differences, differences, out=differences)
            dists[i] = np.sqrt(np.sum(differences, axis=1))
        return dists

    def compute_distances_no_loops(self, X):
        """Do the same by products of matrices; as :meth:`compute_distances_two_loops`.

        Near neighbours lose no digits by it, see :func:`minidl.classifiers.distances.euclidean`,
        and memory is that of the result and a few blocks of images.
        """
        X = self._images("KNearestNeighbor.compute_distances_no_loops", X)
        return euclidean(X, self.X_train)

    def predict_labels(self, dists, k=1):
        """Return the label that most of the ``k`` nearest have; of equally many, the smallest.

        Of training images at the same distance, the earlier ones count as nearer.

        Parameters
        ----------
        dists : ndarray of shape (N, M)
            Distances to the training images.
        k : int

        Returns
        -------
        y_pred : ndarray of shape (N,), in the dtype of the training labels

        Raises
        ------
        ValueError
            If ``k`` is not 1 to M, or ``dists`` has not M columns.
        RuntimeError
            Before :meth:`train`.
        """
        op = "KNearestNeighbor.predict_labels"
        k = self._neighbours(op, k)
        dists = real_array(op, "dists", dists)
        require_axes(op, "dists", dists, "(N, M)")
        n_train = len(self.y_train)
        require_shape(op, "dists", dists, (len(dists), n_train), "one column a training image")
        y_pred = np.empty(len(dists), dtype=self.y_train.dtype)
        for i, row in enumerate(dists):
            furthest = np.partition(row, k - 1)[k - 1]
            candidates = np.flatnonzero(~(row > furthest))  # k, or more if some tie
            nearest = candidates[np.argsort(row[candidates], kind="stable")[:k]]
            labels, votes = np.unique(self.y_train[nearest], return_counts=True)
            y_pred[i] = labels[np.argmax(votes)]
        return y_pred

    def _images(self, op, X):
        """Return ``X`` as an array of images like those of training."""
        self._require_training(op)
        n_inputs = self.X_train.shape[1]
        return one_row_an_image(op, "X", X, n_inputs, f"those of training have {n_inputs}")

    def _neighbours(self, op, k):
        self._require_training(op)
        k = integer(op, "k", k, 1)
        if k > len(self.y_train):
            raise ValueError(f"{op}: k is {k}, and there are {len(self.y_train)} training images")
        return k

    def _require_training(self, op):
        if self.X_train is None:
            raise RuntimeError(f"{op}: there is no training set yet; call train first")
