"""Linear classifiers: their losses by hand and by differences, and their training."""

import numpy as np
import pytest

from minidl.classifiers import LinearClassifier, LinearSVM, Softmax
from minidl.classifiers.linear_svm import svm_loss_naive, svm_loss_vectorized
from minidl.classifiers.softmax import softmax_loss_naive, softmax_loss_vectorized
from minidl.gradient_check import check_gradient

PAIRS = {
    "svm": (svm_loss_naive, svm_loss_vectorized),
    "softmax": (softmax_loss_naive, softmax_loss_vectorized),
}
every_pair = pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
every_loss = pytest.mark.parametrize("loss", [loss for pair in PAIRS.values() for loss in pair])
every_classifier = pytest.mark.parametrize("classifier", [LinearSVM, Softmax])


def problem(rng, n=6, d=5, c=4):
    return rng.standard_normal((d, c)), rng.standard_normal((n, d)), rng.integers(0, c, n)


@pytest.mark.parametrize("loss", PAIRS["svm"])
def test_svm_by_hand(loss):
    """Scores 1, 3, 2.5 and right class 0: margins 3 and 2.5; the penalty has no factor 0.5."""
    W, X = np.array([[1.0, 3.0, 2.5]]), np.array([[1.0], [2.0]])
    value, dW = loss(W, X, np.array([0, 1]), 0.0)
    # The second image scores 2, 6, 5 with right class 1: its margins are -3 and 0.
    assert value == pytest.approx((3 + 2.5) / 2)
    np.testing.assert_allclose(dW, [[-1.0, 0.5, 0.5]])
    value, dW = loss(W, X, np.array([0, 1]), 2.0)
    assert value == pytest.approx((3 + 2.5) / 2 + 2 * (1 + 9 + 6.25))
    np.testing.assert_allclose(dW, [[-1.0 + 4, 0.5 + 12, 0.5 + 10]])


@pytest.mark.parametrize("loss", PAIRS["softmax"])
def test_softmax_by_hand(loss):
    """Odds of 1 to 3: the right class has probability 3/4."""
    W, X = np.array([[0.0, np.log(3.0)]]), np.array([[1.0]])
    value, dW = loss(W, X, np.array([1]), 0.0)
    assert value == pytest.approx(-np.log(0.75))
    np.testing.assert_allclose(dW, [[0.25, -0.25]])
    assert loss(W, X, np.array([1]), 3.0)[0] == pytest.approx(-np.log(0.75) + 3 * np.log(3) ** 2)


@every_pair
@pytest.mark.parametrize("reg", [0.0, 0.7])
@pytest.mark.parametrize("n", [0, 1, 6])
def test_the_loops_are_the_definition(pair, reg, n, rng):
    W, X, y = problem(rng, n)
    (loss, dW), (fast_loss, fast_dW) = (compute(W, X, y, reg) for compute in pair)
    assert isinstance(loss, float)
    assert isinstance(fast_loss, float)
    np.testing.assert_allclose(fast_loss, loss, rtol=1e-12, atol=0)
    np.testing.assert_allclose(fast_dW, dW, rtol=1e-12, atol=1e-14)


@every_loss
@pytest.mark.parametrize("reg", [0.0, 0.7])
def test_gradients(loss, reg, rng):
    W, X, y = problem(rng)
    report = check_gradient(lambda W: loss(W, X, y, reg)[0], W, loss(W, X, y, reg)[1])
    assert report, report


@every_loss
def test_dtypes(loss, rng):
    """Images of bytes will do; float32 stays float32."""
    W, X, y = problem(rng)
    X = (255 * rng.random(X.shape)).astype(np.uint8)
    assert loss(W, X, y, 0.1)[1].dtype == np.float64
    assert loss(W.astype(np.float32), X, y, 0.1)[1].dtype == np.float32
    assert loss(W, X, y, 0.1)[0] == pytest.approx(loss(W, X.astype(float), y, 0.1)[0])


@pytest.mark.parametrize("loss", PAIRS["softmax"])
def test_softmax_of_large_scores(loss):
    value, dW = loss(np.array([[1e4, -1e4]]), np.array([[1.0]]), np.array([1]), 0.0)
    assert value == 2e4
    np.testing.assert_array_equal(dW, [[1.0, -1.0]])


@every_loss
def test_losses_refuse(loss, rng):
    W, X, y = problem(rng)
    with pytest.raises(ValueError, match="X has 4 values for each image, and W takes 5"):
        loss(W, X[:, :4], y, 0.0)
    with pytest.raises(ValueError, match=r"label y\[1\] is 4, and 4 classes have labels 0 to 3"):
        loss(W, X[:2], np.array([0, 4]), 0.0)
    with pytest.raises(ValueError, match="label y.0. is -1"):
        loss(W, X[:1], np.array([-1]), 0.0)
    with pytest.raises(ValueError, match=r"y must have shape \(6,\)"):
        loss(W, X, y[:3], 0.0)
    with pytest.raises(TypeError, match="y must hold integer labels"):
        loss(W, X, y.astype(float), 0.0)
    with pytest.raises(ValueError, match="reg must be at least 0 and finite, got -1"):
        loss(W, X, y, -1)
    with pytest.raises(ValueError, match=r"W must be \(D, C\)"):
        loss(W[0], X, y, 0.0)


@every_classifier
def test_training_draws_as_the_course_does(classifier, rng):
    """First ``W``, then the batches, all from the global state."""
    naive = svm_loss_naive if classifier is LinearSVM else softmax_loss_naive
    _, X, y = problem(rng, n=30)
    np.random.seed(3)
    model = classifier()
    history = model.train(X, y, learning_rate=0.1, reg=0.2, num_iters=3, batch_size=7)

    np.random.seed(3)
    expected, W = [], 0.001 * np.random.randn(5, 4)
    for _ in range(3):
        chosen = np.random.choice(30, 7)
        loss, dW = naive(W, X[chosen], y[chosen], 0.2)
        expected.append(loss)
        W = W - 0.1 * dW
    np.testing.assert_allclose(history, expected, rtol=1e-12)
    np.testing.assert_allclose(model.W, W, rtol=1e-12)


@every_classifier
def test_learns_and_predicts(classifier, rng, capsys):
    X = np.concatenate([rng.random((40, 2)), np.add(rng.random((40, 2)), [2.0, 0.0])])
    X = np.hstack([X, np.ones((80, 1))])  # the bias
    y = np.repeat([0, 1], 40)
    model = classifier()
    history = model.train(X, y, learning_rate=0.1, num_iters=201, batch_size=20, verbose=True)
    assert np.mean(model.predict(X) == y) > 0.95
    lines = capsys.readouterr().out.splitlines()
    assert lines == [f"iteration {it} / 201: loss {history[it]:f}" for it in (0, 100, 200)]


@every_classifier
def test_later_training_goes_on(classifier, rng):
    _, X, y = problem(rng, n=20)
    model = classifier()
    model.train(X, y, num_iters=2)
    W = model.W
    model.train(X, y * 0, num_iters=1)  # fewer classes than W has
    assert model.W is W


@every_classifier
def test_float32_weights_stay_float32(classifier, rng):
    W, X, y = problem(rng, n=20)
    model = classifier()
    model.W = W.astype(np.float32)
    _, dW = model.loss(X, y, 0.1)
    assert dW.dtype == np.float32
    model.train(X, y, num_iters=2)
    assert model.W.dtype == np.float32


@every_classifier
def test_training_refuses_before_any_work(classifier, rng):
    _, X, y = problem(rng, n=20)
    for message, arguments in [
        ("at least one image", {"X": X[:0], "y": y[:0]}),
        (r"y must have shape \(20,\)", {"y": y[:5]}),
        ("label y.0. is -", {"y": y - 9}),
        ("batch_size must be at least 1, got 0", {"batch_size": 0}),
        ("num_iters must be at least 0, got -1", {"num_iters": -1}),
        ("learning_rate must be at least 0 and finite, got nan", {"learning_rate": np.nan}),
        ("reg must be at least 0", {"reg": -1.0}),
        ("flatten the images", {"X": X[:, :, None]}),
    ]:
        model, state = classifier(), np.random.get_state()[1].copy()
        with pytest.raises(ValueError, match=message):
            model.train(**{"X": X, "y": y, **arguments})
        assert model.W is None
        np.testing.assert_array_equal(np.random.get_state()[1], state)


@every_classifier
def test_training_on_other_data_is_refused(classifier, rng):
    _, X, y = problem(rng, n=20)
    model = classifier()
    model.train(X, y, num_iters=1)
    with pytest.raises(ValueError, match="and W, of earlier training, takes 5"):
        model.train(X[:, :3], y)
    with pytest.raises(ValueError, match="4 classes have labels 0 to 3"):
        model.train(X, y + 1)
    with pytest.raises(ValueError, match="X has 3 values for each image, and W takes 5"):
        model.predict(X[:, :3])


def test_predict_before_training():
    with pytest.raises(RuntimeError, match="LinearSVM.predict: there are no weights yet"):
        LinearSVM().predict(np.zeros((1, 2)))
    with pytest.raises(RuntimeError, match="Softmax.loss: there are no weights yet"):
        Softmax().loss(np.zeros((1, 2)), np.array([0]), 0.0)


def test_the_loss_is_a_subclass_s(rng):
    _, X, y = problem(rng)
    with pytest.raises(NotImplementedError, match="a subclass defines it"):
        LinearClassifier().train(X, y)


def test_star_import_hands_the_losses_on():
    scope = {}
    exec("from minidl.classifiers.linear_classifier import *", scope)
    assert {"LinearSVM", "Softmax", "LinearClassifier", "np"} <= scope.keys()
    assert scope["svm_loss_naive"] is svm_loss_naive
    assert scope["softmax_loss_vectorized"] is softmax_loss_vectorized
