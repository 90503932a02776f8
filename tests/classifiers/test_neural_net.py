"""The first assignment's two-layer net, on the toy problem of its notebook."""

import numpy as np
import pytest

from minidl.classifiers.neural_net import TwoLayerNet
from minidl.gradient_check import eval_numerical_gradient, rel_error


@pytest.fixture
def toy():
    """Return the notebook's net, X and y."""
    np.random.seed(0)
    net = TwoLayerNet(4, 10, 3, std=1e-1)
    np.random.seed(1)
    return net, 10 * np.random.randn(5, 4), np.array([0, 1, 2, 2, 1])


def test_the_notebook_s_scores(toy):
    net, X, _ = toy
    expected = [
        [-0.81233741, -1.27654624, -0.70335995],
        [-0.17129677, -1.18803311, -0.47310444],
        [-0.51590475, -1.01354314, -0.8504215],
        [-0.15419291, -0.48629638, -0.52901952],
        [-0.00618733, -0.12435261, -0.15226949],
    ]
    np.testing.assert_allclose(net.loss(X), expected, atol=1e-8)
    np.testing.assert_array_equal(net.predict(X), np.argmax(expected, axis=1))


def test_the_notebook_s_loss(toy):
    """With ``reg * sum(W * W)``, which has no factor 0.5 here."""
    net, X, y = toy
    loss, _ = net.loss(X, y, reg=0.05)
    assert loss == pytest.approx(1.30378789133, abs=1e-11)
    penalty = sum(np.sum(net.params[name] ** 2) for name in ("W1", "W2"))
    assert loss - net.loss(X, y)[0] == pytest.approx(0.05 * penalty)


@pytest.mark.parametrize("reg", [0.0, 0.05])
def test_gradients(toy, reg):
    net, X, y = toy
    _, grads = net.loss(X, y, reg=reg)
    assert grads.keys() == net.params.keys()
    for name, gradient in grads.items():
        numeric = eval_numerical_gradient(
            lambda _: net.loss(X, y, reg=reg)[0], net.params[name], verbose=False
        )
        assert rel_error(numeric, gradient) < 1e-6


def test_the_notebook_s_training(toy, capsys):
    net, X, y = toy
    history = net.train(
        X, y, X, y, learning_rate=1e-1, reg=5e-6, num_iters=100, batch_size=200, verbose=True
    )
    losses = history["loss_history"]
    assert len(losses) == 100
    assert losses[-1] < 0.02
    assert capsys.readouterr().out == f"iteration 0 / 100: loss {losses[0]:f}\n"
    assert history["val_acc_history"][-1] == 1.0
    assert len(history["train_acc_history"]) == 100  # an epoch is one step here


def test_an_epoch_ends_with_a_decay(toy):
    """20 images in batches of 5: accuracies every fourth step, and slower from then on."""
    net, _, _ = toy
    X, y = np.random.randn(20, 4), np.random.randint(3, size=20)
    before = {name: w.copy() for name, w in net.params.items()}
    np.random.seed(5)
    history = net.train(X, y, X, y, 0.1, 0.0, num_iters=9, batch_size=5)
    assert [len(values) for values in history.values()] == [9, 3, 3]
    np.random.seed(5)
    chosen = np.random.choice(20, 5)
    other = TwoLayerNet(4, 10, 3)
    other.params = before
    _, grads = other.loss(X[chosen], y[chosen], reg=5e-6)
    for name, w in net.params.items():  # the first decay was by 0: one step was all
        np.testing.assert_allclose(w, before[name] - 0.1 * grads[name], rtol=1e-12)


def test_training_refuses_before_any_work(toy):
    net, X, y = toy
    before = {name: w.copy() for name, w in net.params.items()}
    state = np.random.get_state()[1].copy()
    good = {"X": X, "y": y, "X_val": X, "y_val": y}
    for message, arguments in [
        ("at least one image", {"X": X[:0], "y": y[:0]}),
        ("validation: X must hold at least one image", {"X_val": X[:0], "y_val": y[:0]}),
        (r"y must have shape \(5,\)", {"y": y[:4]}),
        ("3 classes have labels 0 to 2", {"y": y + 1}),
        ("validation: label", {"y_val": y + 1}),
        ("X has 3 values for each image, W1 takes 4", {"X": X[:, :3]}),
        ("batch_size must be at least 1", {"batch_size": 0}),
        ("num_iters must be at least 0", {"num_iters": -1}),
        ("learning_rate_decay must be at least 0 and finite", {"learning_rate_decay": np.inf}),
    ]:
        with pytest.raises(ValueError, match=message):
            net.train(**{**good, **arguments})
    for name, w in before.items():
        np.testing.assert_array_equal(net.params[name], w)
    np.testing.assert_array_equal(np.random.get_state()[1], state)


def test_images_of_bytes_learn(toy):
    net, _, _ = toy
    X = np.array([[0, 0, 9, 9], [9, 9, 0, 0]], dtype=np.uint8)
    y = np.array([2, 0])
    net.train(X, y, X, y, learning_rate=0.1, num_iters=50, batch_size=4)
    np.testing.assert_array_equal(net.predict(X), y)


@pytest.mark.parametrize("arguments", [(0, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, 1, -1.0)])
def test_sizes_that_are_refused(arguments):
    with pytest.raises(ValueError, match="must be at least"):
        TwoLayerNet(*arguments)
