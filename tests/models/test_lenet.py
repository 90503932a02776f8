"""LeNet-5: its shapes and size, that it learns, and that both backends agree on it."""

import numpy as np
import pytest

from minidl import datasets, models, nn, optim
from minidl.gradient_check import check_gradient
from minidl.twins import relative_difference


@pytest.mark.parametrize("size", [28, 32])
def test_shapes_and_parameters(size, capsys):
    """C1, S2, C3, S4 of the paper are conv1, pool1, conv2, pool2."""
    net = models.LeNet5()
    rows = {row.name: row for row in nn.summary(net, (1, size, size)).rows}
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


def both_passes(net, X, dout):
    """Return the output for ``X``, and every parameter's gradient for ``dout``."""
    net.zero_grad()
    out = net(X)
    net.backward(dout)
    return out, [parameter.grad for parameter in net.parameters()]


def test_padding_by_hand_changes_nothing(rng):
    net, X = models.LeNet5(rng=rng), rng.random((3, 1, 28, 28), dtype=np.float32)
    dout = rng.standard_normal((3, 10))
    small = both_passes(net, X, dout)
    large = both_passes(net, np.pad(X, [(0, 0), (0, 0), (2, 2), (2, 2)]), dout)
    np.testing.assert_array_equal(large[0], small[0])
    for padded, plain in zip(large[1], small[1], strict=True):
        np.testing.assert_array_equal(padded, plain)


def test_sizes_may_alternate(rng):
    """Every backward pass belongs to the forward pass before it, whatever came earlier."""
    net, dout = models.LeNet5(dtype="float64", rng=rng), rng.standard_normal((2, 10))
    for size in (28, 32, 28, 28, 32):
        x = rng.random((2, 1, size, size))
        fresh = models.LeNet5(dtype="float64")
        fresh.load_state_dict(net.state_dict())
        net(x)
        dx = net.backward(dout, input_gradient=True)
        fresh(x)
        np.testing.assert_array_equal(dx, fresh.backward(dout, input_gradient=True))
        assert check_gradient(lambda _, x=x: np.sum(net(x) * dout), x, dx)


def test_slices_of_the_chain_take_either_size():
    net = models.LeNet5()
    for size in (28, 32, 28):
        assert net[:3](np.zeros((1, 1, size, size))).shape == (1, 6, 14, 14)
    assert "(conv1): PadTo32Conv2d(1, 6, kernel_size=(5, 5))" in repr(net)


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


@pytest.mark.parametrize("size", [(24, 24), (28, 32), (30, 30), (224, 224)])
def test_images_of_other_sizes_are_refused(size):
    message = f"^LeNet5: images must be 28 x 28 or 32 x 32, got {size[0]} x {size[1]}; resize them"
    with pytest.raises(ValueError, match=message):
        models.LeNet5()(np.zeros((1, 1, *size)))


def test_what_is_no_batch_of_grey_images_is_refused():
    with pytest.raises(ValueError, match=r"x must be \(N, C, H, W\), got shape \(28, 28\)"):
        models.LeNet5()(np.zeros((28, 28)))
    with pytest.raises(ValueError, match="channels") as error:
        models.LeNet5()(np.zeros((1, 3, 32, 32)))
    assert "in layer 'conv1' of LeNet5" in error.value.__notes__[0]
