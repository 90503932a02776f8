"""Every net of the table is made for given examples, answers them and learns from them."""

import numpy as np
import pytest

from minidl import models, nn, optim
from minidl.models.table import MODELS, known_model

every_model = pytest.mark.parametrize("name", MODELS)


@every_model
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_scores(name, dtype, rng):
    net = models.make_model(name, (1, 28, 28), 7, dtype=dtype, rng=np.random.default_rng(3))
    scores = net(rng.random((4, 1, 28, 28), dtype=np.float32))
    assert (scores.shape, scores.dtype) == ((4, 7), dtype)
    again = models.make_model(name, (1, 28, 28), 7, dtype=dtype, rng=np.random.default_rng(3))
    for w, same in zip(net.parameters(), again.parameters(), strict=True):
        np.testing.assert_array_equal(w.data, same.data)


@every_model
def test_a_few_examples_by_heart(name, rng):
    X, y = rng.random((6, 1, 28, 28), dtype=np.float32), np.arange(6) % 3
    net = models.make_model(name, X.shape[1:], 3, rng=np.random.default_rng(0))
    criterion, optimizer = nn.CrossEntropyLoss(), optim.Adam(net.parameters(), lr=3e-3)
    for _ in range(60):
        optimizer.zero_grad()
        criterion(net(X), y)
        net.backward(criterion.backward())
        optimizer.step()
    np.testing.assert_array_equal(net(X).argmax(axis=1), y)


@pytest.mark.parametrize("name", ["mlp", "softmax"])
def test_plain_nets_take_any_shape(name, rng):
    for shape in ((2,), (3, 5), (3, 4, 6)):
        net = models.make_model(name, shape, 3)
        assert net(rng.standard_normal((5, *shape))).shape == (5, 3)


def test_parameters_of_plain_nets():
    """784 x 10 + 10, and 784 x 128 + 128 + 128 x 10 + 10."""
    for net, expected in ((models.SoftmaxRegression(), 7850), (models.MLP(), 101770)):
        assert sum(parameter.data.size for parameter in net.parameters()) == expected
    assert models.MLP(hidden=3).fc2.weight.shape == (10, 3)


def test_refusals():
    with pytest.raises(ValueError, match="^make_model: no model 'lenet'; did you mean 'lenet5'"):
        models.make_model("lenet", (1, 28, 28), 10)
    with pytest.raises(ValueError, match="^op: no model 7; there are lenet5, pyramid, mlp, softma"):
        known_model("op", 7)
    with pytest.raises(TypeError, match="MLP: input_shape must be a tuple of integers"):
        models.MLP(784)
    with pytest.raises(ValueError, match="MLP: hidden must be at least 1, got 0"):
        models.MLP(hidden=0)
