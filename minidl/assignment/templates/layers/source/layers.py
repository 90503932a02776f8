"""The parts of a neural net: layers, losses, and a step of gradient descent.

A layer is a pair of functions.  The forward pass computes the layer's output, and returns with it
whatever the backward pass will need, the *cache*.  The backward pass is given the gradient of the
loss with respect to the output, ``dout``, and returns the gradients with respect to the inputs.
The gradient of ``q`` is called ``dq`` and always has the shape of ``q``.

Rules for all functions here:

* Arrays that come in are never changed; results are new arrays.
* Results have the dtype of the inputs: float32 stays float32.
* NumPy is all you need, and no loop.
"""

import numpy as np


def affine_forward(x, w, b):
    """Weigh all values of an example, once for every output.

    ``out = rows @ w + b``, where row n of ``rows`` holds all D values of ``x[n]``.

    Parameters
    ----------
    x : ndarray of shape (N, d1, ..., dk)
        N examples, of any number of axes; ``D = d1 * ... * dk`` values each.
    w : ndarray of shape (D, M)
        Weights, one column for each output.
    b : ndarray of shape (M,)
        Biases, one for each output.

    Returns
    -------
    out : ndarray of shape (N, M)
    cache : tuple
        ``(x, w, b)``, for :func:`affine_backward`.

    Examples
    --------
    >>> out, _ = affine_forward(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([5.0]))
    >>> out
    array([[16.]])
    """
    # Lay every example out as one row first: an image (C, H, W) becomes C * H * W numbers.
    ### BEGIN SOLUTION
    rows = x.reshape(len(x), -1)
    out = rows @ w + b
    ### END SOLUTION
    return out, (x, w, b)


def affine_backward(dout, cache):
    """Backpropagate through :func:`affine_forward`.

    With ``rows`` as there: ``drows = dout @ w.T`` and ``dw = rows.T @ dout``.  The bias was added
    to every example, so ``db`` is a sum over the examples.

    Parameters
    ----------
    dout : ndarray of shape (N, M)
        Gradient of the loss with respect to the output.
    cache : tuple
        ``(x, w, b)`` of the forward pass.

    Returns
    -------
    dx : ndarray of shape (N, d1, ..., dk)
    dw : ndarray of shape (D, M)
    db : ndarray of shape (M,)

    Examples
    --------
    >>> x, w, b = np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]), np.array([5.0])
    >>> dx, dw, db = affine_backward(np.array([[10.0]]), (x, w, b))
    >>> dx, dw.ravel(), db
    (array([[30., 40.]]), array([10., 20.]), array([10.]))
    """
    x, w, _ = cache
    # Write the shapes of dout, w and rows down: only one product of them has the shape of dw.
    # dx has the shape of x, whatever that was.
    ### BEGIN SOLUTION
    rows = x.reshape(len(x), -1)
    dx = (dout @ w.T).reshape(x.shape)
    dw = rows.T @ dout
    db = dout.sum(axis=0)
    ### END SOLUTION
    return dx, dw, db


def relu_forward(x):
    """Replace every negative number by 0: ``out = max(x, 0)``.

    Parameters
    ----------
    x : ndarray of any shape

    Returns
    -------
    out : ndarray, same shape as ``x``
    cache : ndarray
        ``x`` itself, for :func:`relu_backward`.

    Examples
    --------
    >>> relu_forward(np.array([-1.0, 0.0, 2.0]))[0]
    array([0., 0., 2.])
    """
    ### BEGIN SOLUTION
    out = np.maximum(x, 0)
    ### END SOLUTION
    return out, x


def relu_backward(dout, cache):
    """Pass the gradient on where the input was positive; elsewhere the output did not move.

    The slope at exactly 0 is taken to be 0.

    Parameters
    ----------
    dout : ndarray of any shape
        Gradient of the loss with respect to the output.
    cache : ndarray, same shape as ``dout``
        The input of the forward pass.

    Returns
    -------
    dx : ndarray, same shape as ``dout``

    Examples
    --------
    >>> relu_backward(np.array([10.0, 20.0, 30.0]), np.array([-1.0, 0.0, 2.0]))
    array([ 0.,  0., 30.])
    """
    x = cache
    ### BEGIN SOLUTION
    dx = np.where(x > 0, dout, np.zeros_like(dout))
    ### END SOLUTION
    return dx


def softmax_loss(x, y):
    """Cross-entropy of the softmax of class scores, averaged over the examples.

    ``p[n, c] = exp(x[n, c]) / sum(exp(x[n]))`` is the probability that the net gives class c, and
    ``loss = mean(-log(p[n, y[n]]))``.  Its gradient is ``dx[n] = (p[n] - onehot(y[n])) / N``,
    where ``onehot(y[n])`` is 1 at the right class and 0 elsewhere.

    Parameters
    ----------
    x : ndarray of shape (N, C)
        Score of each class for each example.  Scores may be large: 1000 is one.
    y : ndarray of shape (N,), integer
        Right classes, in ``0 .. C - 1``.

    Returns
    -------
    loss : float
    dx : ndarray of shape (N, C)

    Examples
    --------
    >>> loss, dx = softmax_loss(np.array([[2.0, 2.0]]), np.array([1]))
    >>> round(loss, 4), dx
    (0.6931, array([[ 0.5, -0.5]]))
    """
    # exp(1000) is infinite.  No probability changes if a number is subtracted from all scores of
    # an example: which number makes the largest exponential 1?
    # -log(p) of a tiny p is better computed as log(sum(exp(x[n]))) - x[n, y[n]].
    ### BEGIN SOLUTION
    examples = np.arange(len(x))
    shifted = x - x.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    totals = exponentials.sum(axis=1, keepdims=True)
    loss = float(np.mean(np.log(totals[:, 0]) - shifted[examples, y]))
    dx = exponentials / totals
    dx[examples, y] -= 1
    dx /= len(x)
    ### END SOLUTION
    return loss, dx


def mse_loss(x, y):
    """Mean squared error: the average of ``(x - y) ** 2`` over all elements.

    Parameters
    ----------
    x : ndarray of any shape
        Predictions.
    y : ndarray, same shape as ``x``
        What they should be.

    Returns
    -------
    loss : float
    dx : ndarray, same shape as ``x``

    Examples
    --------
    >>> mse_loss(np.array([[1.0, 2.0]]), np.array([[1.0, 4.0]]))
    (2.0, array([[ 0., -2.]]))
    """
    # The mean is over all elements, not over the examples: derive dx on paper with that in mind.
    ### BEGIN SOLUTION
    error = x - y
    loss = float(np.mean(error**2))
    dx = error * (2 / x.size)
    ### END SOLUTION
    return loss, dx


def sgd(w, dw, config=None):
    """Take one step of gradient descent: ``next_w = w - learning_rate * dw``.

    Parameters
    ----------
    w : ndarray of any shape
        Weights.  They are not changed.
    dw : ndarray, same shape as ``w``
        Gradient of the loss.
    config : dict, optional
        ``config["learning_rate"]``, 1e-2 where it is missing.  It is not changed.

    Returns
    -------
    next_w : ndarray, same shape as ``w``
    config : dict
        A copy of it, with the learning rate that was used.

    Examples
    --------
    >>> w, dw = np.array([[3.0, 2.0], [1.0, 5.0]]), np.array([[48.0, 64.0], [96.0, 112.0]])
    >>> next_w, config = sgd(w, dw, {"learning_rate": 0.01})
    >>> next_w
    array([[2.52, 1.36],
           [0.04, 3.88]])
    """
    ### BEGIN SOLUTION
    config = {"learning_rate": 1e-2, **(config or {})}
    next_w = w - config["learning_rate"] * dw
    ### END SOLUTION
    return next_w, config
