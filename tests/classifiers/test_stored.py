"""What was learned, in a file and back: equal predictions, or a refusal that changes nothing."""

import pickle

import numpy as np
import pytest

from minidl import storage
from minidl.classifiers import (
    FullyConnectedNet,
    KNearestNeighbor,
    LinearSVM,
    Softmax,
    ThreeLayerConvNet,
    fc_net,
)
from minidl.classifiers import neural_net as first_assignment


def fully_connected(**arguments):
    return FullyConnectedNet([6, 5], **{"input_dim": 12, "num_classes": 4, **arguments})


NETS = {
    "neural_net": lambda: first_assignment.TwoLayerNet(12, 5, 4),
    "two_layers": lambda: fc_net.TwoLayerNet(12, 5, 4),
    "plain": fully_connected,
    "batchnorm": lambda: fully_connected(normalization="batchnorm", dropout_keep_ratio=0.5),
    "layernorm": lambda: fully_connected(normalization="layernorm", dtype=np.float64),
    "cnn": lambda: ThreeLayerConvNet((3, 2, 2), 2, 1, 5, 4),
}
every_net = pytest.mark.parametrize("make", NETS.values(), ids=NETS)


def trained(make):
    """Return a net after a few steps, and images to label."""
    net = make()
    X, y = np.random.randn(8, 3, 2, 2), np.random.randint(4, size=8)
    for _ in range(3):
        _, grads = net.loss(X, y)
        for name, gradient in grads.items():
            net.params[name] -= gradient
    return net, X


@every_net
def test_a_loaded_net_predicts_the_same(make, tmp_path, capsys):
    net, X = trained(make)
    net.save(tmp_path / "best.npy")
    other = make()
    assert (other.loss(X) != net.loss(X)).any()
    assert other.load(tmp_path / "best.npy") is True
    np.testing.assert_array_equal(other.loss(X), net.loss(X))
    for name, w in net.params.items():
        assert other.params[name].dtype == w.dtype
    assert capsys.readouterr().out.splitlines() == [
        f"{tmp_path / 'best.npy'} saved.",
        f"{tmp_path / 'best.npy'} loaded.",
    ]


@pytest.mark.parametrize("classifier", [LinearSVM, Softmax])
def test_linear_classifiers(classifier, tmp_path, rng):
    X, y = rng.random((20, 6)), rng.integers(0, 3, 20)
    model, other = classifier(), classifier()
    model.train(X, y)
    model.save(tmp_path / "best")
    assert other.load(tmp_path / "best") is True  # before any training, too
    np.testing.assert_array_equal(other.W, model.W)
    other.train(X, y)
    assert other.load(tmp_path / "best") is True
    np.testing.assert_array_equal(other.W, model.W)
    wider = classifier()
    wider.train(rng.random((20, 7)), y)
    with pytest.raises(ValueError, match=r"'W' has shape \(6, 3\) and needs \(7, 3\)"):
        wider.load(tmp_path / "best")


def test_averages_of_a_net_that_never_trained(tmp_path):
    """Its file has none, and whoever loads it forgets its own."""
    net, X = trained(NETS["batchnorm"])
    fresh = NETS["batchnorm"]()
    fresh.save(tmp_path / "fresh")
    net.load(tmp_path / "fresh")
    np.testing.assert_array_equal(net.loss(X), fresh.loss(X))


@every_net
def test_a_file_that_is_not_there(make, tmp_path, capsys):
    assert make().load(tmp_path / "none.npy") is False
    assert capsys.readouterr().out == f"{tmp_path / 'none.npy'} not available.\n"


@pytest.mark.parametrize(
    ("saved", "message"),
    [
        (lambda: fully_connected(num_classes=3), "'W3' has shape .* and needs"),
        (lambda: FullyConnectedNet([6], 12, 4), "missing key 'W3'; missing key 'b3'"),
        (lambda: FullyConnectedNet([6, 5, 5], 12, 4), "unknown key 'W4'"),
        (NETS["layernorm"], "the file's net has normalization 'layernorm', and this one has None"),
        (NETS["two_layers"], "missing key 'W3'"),
    ],
)
def test_another_net_is_refused_whole(saved, message, tmp_path):
    net = fully_connected()
    before = {name: w.copy() for name, w in net.params.items()}
    saved().save(tmp_path / "other")
    with pytest.raises(
        ValueError, match=f"FullyConnectedNet.load: nothing was loaded: .*{message}"
    ):
        net.load(tmp_path / "other")
    for name, w in before.items():
        np.testing.assert_array_equal(net.params[name], w)


@pytest.mark.parametrize(
    "averages", [None, 3, {"running_mean1": np.zeros(9)}, {"running_mean3": np.zeros(6)}]
)
def test_averages_that_do_not_fit_are_refused_whole(averages, tmp_path):
    net, X = trained(NETS["batchnorm"])
    scores = net.loss(X)
    params = {name: w + 1 for name, w in net.params.items()}
    state = {"params": params, "normalization": "batchnorm", "averages": averages}
    storage.write_state(tmp_path / "odd", "parameters of a classifier", state)
    with pytest.raises(ValueError, match="nothing was loaded"):
        net.load(tmp_path / "odd")
    np.testing.assert_array_equal(net.loss(X), scores)


@every_net
def test_pickles_are_refused(make, tmp_path):
    """The course's own files are pickles, inside of an .npy file or not."""
    net = make()
    (tmp_path / "net.pkl").write_bytes(pickle.dumps(net.params))
    with pytest.raises(ValueError, match="is a Python pickle, which can run any code"):
        net.load(tmp_path / "net.pkl")
    np.save(tmp_path / "net.npy", net.params)
    with pytest.raises(ValueError, match="pickle"):
        net.load(tmp_path / "net.npy")


def test_files_of_another_kind_are_refused(tmp_path):
    storage.write_state(tmp_path / "checkpoint", "checkpoint", {"params": {}})
    with pytest.raises(ValueError, match="is a 'checkpoint'"):
        fully_connected().load(tmp_path / "checkpoint")


def test_nothing_to_save(tmp_path):
    with pytest.raises(RuntimeError, match="Softmax.save: there are no weights yet"):
        Softmax().save(tmp_path / "none")


def test_repr():
    """What a classifier has learned shows by its shapes."""
    assert repr(NETS["two_layers"]()) == "TwoLayerNet(W1 12x5, b1 5, W2 5x4, b2 4)"
    assert repr(NETS["cnn"]()).startswith("ThreeLayerConvNet(W1 2x3x1x1, b1 2, W2 ")
    linear, neighbors = Softmax(), KNearestNeighbor()
    assert (repr(linear), repr(neighbors)) == ("Softmax(untrained)", "KNearestNeighbor(untrained)")
    linear.W = np.zeros((4, 3))
    neighbors.train(np.zeros((6, 2)), np.arange(6))
    assert (repr(linear), repr(neighbors)) == ("Softmax(W 4x3)", "KNearestNeighbor(6 images)")
