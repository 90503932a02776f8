"""The pyramid: its shapes, its size, what its cells see, that it learns, what it refuses."""

import re

import numpy as np
import pytest

from minidl import datasets, models, nn, optim
from minidl.gradient_check import check_gradient
from minidl.twins import relative_difference


def tiny(**arguments):
    arguments = {"rng": np.random.default_rng(0), **arguments}
    return models.PyramidNet((2, 9, 8), n_classes=3, base_channels=2, n_stages=2, **arguments)


def train(net, X, y, batch_size, epochs, rng):
    """Return the mean loss of every epoch."""
    criterion, optimizer = nn.CrossEntropyLoss(), optim.SGD(net.parameters(), lr=0.02, momentum=0.9)
    means = []
    for _ in range(epochs):
        losses = []
        for images, labels in datasets.minibatches(X, y, batch_size, rng):
            optimizer.zero_grad()
            losses.append(criterion(net(images), labels))
            net.backward(criterion.backward())
            optimizer.step()
        optimizer.lr *= 0.8
        means.append(np.mean(losses))
    return means


def test_shapes_and_parameters(capsys):
    net = models.PyramidNet()
    result = nn.summary(net, (1, 28, 28))
    rows = {row.name: row for row in result.rows}
    shapes = {
        "stage1_conv1": (8, 28, 28),
        "stage1_pool": (8, 14, 14),
        "stage2_conv1": (16, 14, 14),
        "stage2_pool": (16, 7, 7),
        "stage3_conv1": (32, 7, 7),
        "stage3_pool": (32, 3, 3),
        "flatten": (288,),
        "fc": (10,),
    }
    assert {name: rows[name].out_shape for name in shapes} == shapes
    convolutions = (9 * 1 + 1) * 8 + (9 * 8 + 1) * 16 + (9 * 16 + 1) * 32
    assert result.parameters == convolutions + (288 + 1) * 10 == 8778
    assert net(np.zeros((2, 1, 28, 28))).shape == (2, 10)


def test_names_of_the_layers():
    assert [name for name, _ in tiny(depth=2).named_children()] == [
        *("stage1_conv1", "stage1_relu1", "stage1_conv2", "stage1_relu2", "stage1_pool"),
        *("stage2_conv1", "stage2_relu1", "stage2_conv2", "stage2_relu2", "stage2_pool"),
        *("flatten", "fc"),
    ]


@pytest.mark.parametrize("depth", [1, 2])
def test_stages_are_what_the_layers_give(depth, capsys):
    net = models.PyramidNet((3, 21, 40), base_channels=2, n_stages=4, depth=depth)
    shapes = {row.name: row.out_shape for row in nn.summary(net, (3, 21, 40)).rows}
    assert [shapes[f"{s.name}_pool"] for s in net.stages] == [s.out_shape for s in net.stages]


def test_every_stage_costs_as_much(capsys):
    """Second convolutions exactly; first ones read half the channels."""
    rows = nn.summary(models.PyramidNet(depth=2), (1, 28, 28)).rows
    work = {row.name: row.multiply_adds for row in rows if row.multiply_adds}
    assert {work[f"stage{s}_conv2"] for s in (1, 2, 3)} == {28 * 28 * 8 * 8 * 9}
    assert {work[f"stage{s}_conv1"] for s in (2, 3)} == {28 * 28 * 8 * 8 * 9 // 2}


@pytest.mark.parametrize(
    ("size", "n_stages", "depth", "cell", "first", "side"),
    [
        (28, 1, 1, 5, 9, 4),
        (28, 2, 1, 3, 9, 10),
        (28, 3, 1, 1, 1, 22),
        (20, 2, 2, 2, 2, 16),
    ],
)
def test_receptive_fields(size, n_stages, depth, cell, first, side):
    """One image for every pixel, lit alone: the gradient at it is not 0 where the cell sees it."""
    net = models.PyramidNet((1, size, size), base_channels=1, n_stages=n_stages, depth=depth)
    convolutions = net[:-2]
    for parameter in convolutions.parameters():
        parameter.data[...] = 1 if parameter.data.ndim == 4 else 0
    out = convolutions(np.eye(size * size).reshape(-1, 1, size, size))
    dout = np.zeros_like(out)
    dout[:, 0, cell, cell] = 1
    dx = convolutions.backward(dout, input_gradient=True)
    seen = np.diagonal(dx.reshape(size * size, -1)).reshape(size, size) != 0
    expected = np.zeros((size, size), dtype=bool)
    expected[first : first + side, first : first + side] = True
    np.testing.assert_array_equal(seen, expected)
    stage = net.stages[-1]
    assert (stage.receptive_field, stage.jump) == (side, 2**n_stages)


def test_filters_start_with_the_variance_of_he():
    net = models.PyramidNet((16, 8, 8), base_channels=64, n_stages=1, rng=np.random.default_rng(0))
    conv = net.stage1_conv1
    assert conv.weight.data.var() == pytest.approx(2 / (16 * 9), rel=0.05)
    assert not conv.bias.data.any()


@pytest.mark.parametrize("depth", [1, 2])
def test_backends_agree(depth, rng):
    nets = [tiny(depth=depth, backend=backend) for backend in ("naive", "fast")]
    x = rng.standard_normal((3, 2, 9, 8))
    outs = [net(x) for net in nets]
    assert relative_difference(outs[1], outs[0]) < 1e-5
    for net in nets:
        net.backward(np.ones((3, 3)))
    for naive, fast in zip(nets[0].parameters(), nets[1].parameters(), strict=True):
        assert relative_difference(fast.grad, naive.grad) < 1e-5


def test_gradients(rng):
    net = tiny(dtype="float64")
    x, dout = rng.standard_normal((2, 2, 9, 8)), rng.standard_normal((2, 3))
    net(x)
    dx = net.backward(dout, input_gradient=True)
    assert check_gradient(lambda _: np.sum(net(x) * dout), x, dx)
    for name, parameter in net.named_parameters():
        assert check_gradient(lambda _: np.sum(net(x) * dout), parameter.data, parameter.grad), name


def test_training_reduces_the_loss():
    data, rng = datasets.load_mnist(), np.random.default_rng(0)
    X, y = data["X_train"][:100], data["y_train"][:100]
    losses = train(models.PyramidNet(depth=2, rng=rng), X, y, 20, 12, rng)
    assert losses[-1] < losses[0] / 2


@pytest.mark.slow  # trains three nets for eight epochs, to hold the promise of docs/pyramid.md
def test_reads_well():
    data, accuracies = datasets.load_mnist(), []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        net = models.PyramidNet(rng=rng)
        train(net, data["X_train"], data["y_train"], 16, 8, rng)
        accuracies.append(np.mean(net(data["X_test"]).argmax(axis=1) == data["y_test"]))
    assert np.mean(accuracies) >= 0.97


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"n_stages": 5},
            "n_stages 5 halves the image as many times, and 28 x 28 pixels allow 4; "
            "take fewer stages or larger images",
        ),
        ({"input_shape": (1, 40, 7)}, "n_stages 3 .* 40 x 7 pixels allow 2"),
        ({"n_stages": 2**31 - 1}, ".* 28 x 28 pixels allow 4"),
        ({"n_stages": 0}, "n_stages must be at least 1, got 0"),
        ({"depth": 0}, "depth must be at least 1, got 0"),
        ({"base_channels": 0}, "base_channels must be at least 1, got 0"),
        ({"n_classes": 0}, "n_classes must be at least 1, got 0"),
        ({"input_shape": (1, 28, 0)}, "input_shape W must be at least 1, got 0"),
    ],
)
def test_values_that_make_no_net_are_refused(arguments, message):
    with pytest.raises(ValueError, match=f"^PyramidNet: {message}"):
        models.PyramidNet(**arguments)


@pytest.mark.parametrize("shape", [(28, 28), 28, (1, 1, 28, 28), "abc"])
def test_input_shape_must_be_three_numbers(shape):
    with pytest.raises(ValueError, match=r"^PyramidNet: input_shape must be a shape \(C, H, W\)"):
        models.PyramidNet(shape)


def test_numbers_must_be_integers():
    with pytest.raises(TypeError, match="PyramidNet: input_shape H must be an integer, got 28.0"):
        models.PyramidNet((1, 28.0, 28))
    with pytest.raises(TypeError, match="PyramidNet: depth must be an integer, got 1.5"):
        models.PyramidNet(depth=1.5)


def test_an_image_of_another_shape_is_refused():
    message = (
        "PyramidNet: images must be (1, 28, 28), got (1, 32, 32); resize them, or make the net "
        "with input_shape=(1, 32, 32)"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        models.PyramidNet()(np.zeros((1, 1, 32, 32)))
    with pytest.raises(ValueError, match="add the channel axis: x"):
        models.PyramidNet()(np.zeros((5, 28, 28)))
