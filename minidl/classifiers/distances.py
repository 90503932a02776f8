"""Distances between all images of two sets, by products of matrices that lose no digits."""

import numpy as np

BLOCK = 512  # images of each set at a time: 12 MB of CIFAR-10 in float64
NEAR = 1e-3  # of the squares that a difference was taken of; 12 of 16 digits are left
CELLS = 2**20  # of the differences that are computed one by one, at a time: 8 MB


def euclidean(X, X_train):
    """Return the Euclidean distance of every row of ``X`` to every row of ``X_train``.

    ``sum((a - b) ** 2) = sum(a * a) + sum(b * b) - 2 * sum(a * b)``, where the last sum of all
    pairs is a product of matrices.  Of near neighbours, the right side is a small difference of
    large numbers, which may even come out negative; so rows are first moved towards the origin,
    all by the first training row, which keeps integers whole; and what is small all the same is
    computed again by the left side.  Identical rows are at distance 0 exactly.

    Parameters
    ----------
    X : ndarray of shape (N, D)
    X_train : ndarray of shape (M, D)
        Both of any real dtype; sums run in float64, a block of each set at a time.

    Returns
    -------
    distances : ndarray of shape (N, M), float64
    """
    distances = np.empty((len(X), len(X_train)))
    origin = np.nan_to_num(X_train[0].astype(np.float64), posinf=0, neginf=0)
    with np.errstate(invalid="ignore", over="ignore"):  # such cells are computed again
        for rows in _blocks(len(X), BLOCK):
            a, a_squares = _moved(X[rows], origin)
            for columns in _blocks(len(X_train), BLOCK):
                b, b_squares = _moved(X_train[columns], origin)
                sums = a_squares[:, None] + b_squares
                squares = distances[rows, columns]
                np.subtract(sums, 2 * (a @ b.T), out=squares)
                sums *= NEAR
                near = np.nonzero(~(squares > sums))  # "not >" finds NaN, too
                _compute_again(squares, near, X[rows], X_train[columns])
    return np.sqrt(distances, out=distances)


def _blocks(length, size):
    return [slice(start, start + size) for start in range(0, length, size)]


def _moved(X, origin):
    X = np.subtract(X, origin, dtype=np.float64)
    return X, np.einsum("nd,nd->n", X, X)


def _compute_again(squares, near, X, X_train):
    i, j = near
    for part in _blocks(len(i), max(CELLS // X.shape[1], 1)):
        differences = np.subtract(X[i[part]], X_train[j[part]], dtype=np.float64)
        squares[i[part], j[part]] = np.einsum("pd,pd->p", differences, differences)
