"""LeNet-5: its shapes and size, that it learns, and that both backends agree on it."""

import numpy as np
import pytest

from minidl import datasets, models, nn, optim
from minidl.twins import relative_difference


def test_shapes_and_parameters(capsys):
    rows = {row.name: row for row in nn.summary(models.LeNet5(), (1, 28, 28)).rows}
    shapes = {
        "conv1": (6, 28, 28),
        "pool1": (6, 14, 14),
        "conv2": (16, 10, 10),
        "pool2": (16, 5, 5),
        "flatten": (400,),
        "fc1": (120,),
        "fc2": (84,),
        "fc3": (10,),
    }
    assert {name: rows[name].out_shape for name in shapes} == shapes
    assert sum(row.parameters for row in rows.values()) == 61706


def test_backends_agree():
    nets = [models.LeNet5(backend=b, rng=np.random.default_rng(0)) for b in ("naive", "fast")]
    X = datasets.load_mnist()["X_test"][:2]
    outs = [net(X) for net in nets]
    assert relative_difference(outs[1], outs[0]) < 1e-5
    for net in nets:
        net.backward(np.ones((2, 10)))
    for naive, fast in zip(nets[0].parameters(), nets[1].parameters(), strict=True):
        assert relative_difference(fast.grad, naive.grad) < 1e-5


def test_learns_to_read_in_one_pass():
    rng = np.random.default_rng(0)
    data, net = datasets.load_mnist(), models.LeNet5(rng=rng)
    criterion, optimizer = nn.CrossEntropyLoss(), optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    for X, y in datasets.minibatches(data["X_train"], data["y_train"], 32, rng):
        optimizer.zero_grad()
        criterion(net(X), y)
        net.backward(criterion.backward())
        optimizer.step()
    assert np.mean(net(data["X_test"]).argmax(axis=1) == data["y_test"]) > 0.85


def test_classes_and_dtype():
    net = models.LeNet5(3, dtype="float64")
    assert net(np.zeros((2, 1, 28, 28))).shape == (2, 3)
    assert all(parameter.data.dtype == np.float64 for parameter in net.parameters())


def test_wrong_image_size_names_the_layer_that_does_not_fit():
    with pytest.raises(
        ValueError, match="affine_forward: x has 576 values for each image"
    ) as error:
        models.LeNet5()(np.zeros((1, 1, 32, 32)))
    assert error.value.__notes__ == ["in layer 'fc1' of LeNet5, Linear(400, 120)"]
