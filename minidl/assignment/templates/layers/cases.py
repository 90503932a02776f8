"""Cases of the tasks that are no layer of minidl's: small ones by name, arguments in float64.

Each function is given a random generator and yields (name, arguments).
"""

import numpy as np


def sgd(rng):
    """Yield cases for :func:`sgd`."""
    w, dw = np.array([[3.0, 2.0], [1.0, 5.0]]), np.array([[48.0, 64.0], [96.0, 112.0]])
    yield "the worked step", (w, dw, {"learning_rate": 0.01})
    yield "no config", (rng.standard_normal((3, 4)), rng.standard_normal((3, 4)), None)
    yield "an empty config", (rng.standard_normal(5), rng.standard_normal(5), {})
    yield "a large learning rate", _step(rng, (2, 3, 4), 1.5)
    yield "a tiny learning rate", _step(rng, (4, 3), 1e-6)
    yield "learning rate 0", _step(rng, (3,), 0.0)
    yield "one weight", _step(rng, (1,), 0.1)
    yield "filters", _step(rng, (3, 2, 3, 3), 0.05)
    large = 1e6 * rng.standard_normal((2, 3))
    yield "large gradients", (rng.standard_normal((2, 3)), large, {"learning_rate": 0.1})
    w, dw, config = _step(rng, (3, 2), 0.2)
    yield "keys of another rule", (w, dw, {**config, "momentum": 0.9})


def two_layer_loss(rng):
    """Yield cases for :func:`two_layer_loss`."""
    yield "ordinary", _net(rng, 5, (6,), 7, 3, 0.1)
    yield "no penalty", _net(rng, 4, (5,), 6, 3, 0.0)
    yield "one example", _net(rng, 1, (6,), 5, 4, 0.1)
    yield "images", _net(rng, 3, (1, 4, 5), 6, 10, 0.01)
    yield "one hidden unit", _net(rng, 4, (3,), 1, 3, 0.5)
    yield "two classes", _net(rng, 6, (4,), 3, 2, 0.2)
    yield "all sizes equal", _net(rng, 4, (4,), 4, 4, 0.3)
    yield "a heavy penalty", _net(rng, 3, (4,), 5, 3, 10.0)
    x, y, *weights, reg = _net(rng, 4, (5,), 6, 3, 0.1)
    yield "large scores", (1000 * x, y, *weights, reg)
    yield "more classes than examples", _net(rng, 2, (7,), 4, 9, 0.05)


def _step(rng, shape, learning_rate):
    w, dw = rng.standard_normal((2, *shape))
    return w, dw, {"learning_rate": learning_rate}


def _net(rng, n, shape, n_hidden, n_classes, reg):
    x = rng.standard_normal((n, *shape))
    w1, b1 = rng.standard_normal((x[0].size, n_hidden)), rng.standard_normal(n_hidden)
    w2, b2 = rng.standard_normal((n_hidden, n_classes)), rng.standard_normal(n_classes)
    return x, rng.integers(0, n_classes, n), w1, b1, w2, b2, reg
