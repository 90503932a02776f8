"""Chains of modules: gradients through them, nesting, names, and what is refused."""

import numpy as np
import pytest

from minidl import nn, optim
from minidl.gradient_check import check_gradient
from minidl.twins import BACKENDS, relative_difference

every_backend = pytest.mark.parametrize("backend", BACKENDS)


def small_net(backend="fast", dtype="float64", seed=0):
    rng = np.random.default_rng(seed)
    weights = {"backend": backend, "dtype": dtype, "rng": rng}
    return nn.Sequential(
        nn.Conv2d(2, 3, (3, 2), stride=(1, 2), padding=1, **weights),
        nn.ReLU(backend=backend),
        nn.MaxPool2d(2, backend=backend),
        nn.Flatten(),
        nn.Linear(18, 4, **weights),
    )


@every_backend
def test_gradients_of_a_net(backend, rng):
    """Every parameter and the input, numerically."""
    net, criterion = small_net(backend), nn.CrossEntropyLoss(backend=backend)
    x, y = rng.standard_normal((3, 2, 6, 7)), np.array([0, 3, 1])

    def loss(_):
        return criterion(net(x), y)

    loss(None)
    dx = net.backward(criterion.backward(), input_gradient=True)
    assert check_gradient(loss, x, dx)
    for name, parameter in net.named_parameters():
        assert check_gradient(loss, parameter.data, parameter.grad), name


def test_backends_train_alike(rng):
    x, y = rng.standard_normal((8, 2, 6, 7)), rng.integers(0, 4, 8)
    losses = {}
    for backend in BACKENDS:
        net, criterion = small_net(backend), nn.CrossEntropyLoss(backend=backend)
        optimizer = optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
        losses[backend] = []
        for _ in range(5):
            optimizer.zero_grad()
            losses[backend].append(criterion(net(x), y))
            net.backward(criterion.backward())
            optimizer.step()
    assert losses["naive"][-1] < losses["naive"][0]
    assert relative_difference(losses["fast"], losses["naive"]) < 1e-12


def test_input_gradient_of_the_first_layer_is_computed_on_request_only(monkeypatch):
    net = small_net()
    asked = []
    first = net[0]
    backward = first._backward
    monkeypatch.setattr(
        first,
        "_backward",
        lambda dout, cache, input_gradient: (
            asked.append(input_gradient) or backward(dout, cache, input_gradient)
        ),
    )
    out = net(np.ones((1, 2, 6, 7)))
    assert net.backward(np.ones_like(out)) is None
    assert net.backward(np.ones_like(out), input_gradient=True).shape == (1, 2, 6, 7)
    assert asked == [False, True]


def test_layers_before_the_first_parameters_are_not_run_backwards():
    class Proud(nn.Flatten):
        def backward(self, dout):
            raise AssertionError("there is nobody to hand this gradient to")

    net = nn.Sequential(Proud(), nn.Linear(4, 2))
    out = net(np.ones((3, 2, 2)))
    assert net.backward(np.ones_like(out)) is None
    assert net[1].weight.grad.shape == (2, 4)
    with pytest.raises(AssertionError, match="nobody"):
        net.backward(np.ones_like(out), input_gradient=True)


def test_nested_chains(rng):
    """A chain inside a chain hands its input gradient on; the outermost does not."""
    weights = {"dtype": "float64"}
    flat = nn.Sequential(
        nn.Linear(3, 4, rng=np.random.default_rng(0), **weights),
        nn.ReLU(),
        nn.Linear(4, 2, rng=np.random.default_rng(1), **weights),
    )
    nested = nn.Sequential(nn.Sequential(flat[0], flat[1]), nn.Sequential(flat[2]))
    assert list(nested.state_dict()) == ["0.0.weight", "0.0.bias", "1.0.weight", "1.0.bias"]
    x, dout = rng.standard_normal((5, 3)), rng.standard_normal((5, 2))
    gradients = []
    for net in (flat, nested):
        net.zero_grad()
        net(x)
        assert net.backward(dout) is None
        gradients.append([parameter.grad.copy() for parameter in net.parameters()])
    for a, b in zip(*gradients, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_chain_inside_a_module_of_ones_own_hands_its_gradient_on(rng):
    class Residual(nn.Module):
        def __init__(self):
            self.body = nn.Sequential(nn.Linear(3, 3, dtype="float64"), nn.ReLU())

        def forward(self, x):
            return x + self.body(x)

        def backward(self, dout):
            return dout + self.body.backward(dout)

    net, x, dout = Residual(), rng.standard_normal((4, 3)), rng.standard_normal((4, 3))
    net(x)
    assert check_gradient(lambda _: np.sum(net(x) * dout), x, net.backward(dout))
    net.body(x)
    assert net.body.backward(dout) is None  # here the chain is the whole net


def test_errors_name_the_layer():
    net = nn.Sequential(nn.Flatten(), nn.Sequential({"fc": nn.Linear(4, 2)}))
    with pytest.raises(ValueError, match="affine_forward: x has 5 values") as error:
        net(np.ones((1, 5)))
    assert error.value.__notes__ == [
        "in layer 'fc' of Sequential, Linear(4, 2)",
        f"in layer '1' of Sequential, {net[1]!r}",
    ]


def test_walking_over_a_net():
    net = nn.Sequential({"a": nn.ReLU(), "b": nn.Sequential(nn.Flatten(), nn.Linear(2, 2))})
    assert list(net.children()) == [net.a, net.b]
    assert list(net.modules()) == [net, net.a, net.b, net.b[0], net.b[1]]
    assert [name for name, _ in net.named_children()] == ["a", "b"]
    assert [name for name, _ in net.named_modules()] == ["", "a", "b", "b.0", "b.1"]
    part = net.b[1:]
    assert isinstance(part, nn.Sequential)
    assert part(np.ones((3, 2))).shape == (3, 2)
    assert net.b[1].weight.shape == (2, 2)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_net_computes_in_the_dtype_of_its_parameters(dtype):
    net = small_net(dtype=dtype)
    for given in ("uint8", "float32", "float64", "int64"):
        out = net(np.ones((2, 2, 6, 7), dtype=given))
        assert out.dtype == np.dtype(dtype)
        net.backward(np.ones(out.shape, dtype="float64"))
        assert all(parameter.grad.dtype == np.dtype(dtype) for parameter in net.parameters())


def test_one_object_twice_in_a_chain_is_refused():
    relu = nn.ReLU()
    with pytest.raises(ValueError, match="layers 0 and 2 are one object"):
        nn.Sequential(relu, nn.Flatten(), relu)
    with pytest.raises(ValueError, match="layers 0 and 1.1 are one object"):
        nn.Sequential(relu, nn.Sequential(nn.Flatten(), relu))


@pytest.mark.parametrize("name", ["", "a.b", 3])
def test_names_that_would_be_mistaken_are_refused(name):
    with pytest.raises(ValueError, match="a layer's name must be text without a full stop"):
        nn.Sequential({name: nn.ReLU()})


def test_modules_that_a_subclass_adds_to_a_chain_are_found():
    class Headed(nn.Sequential):
        def __init__(self):
            super().__init__(nn.Linear(2, 3))
            self.head = nn.Linear(3, 1)

    assert list(Headed().state_dict()) == ["0.weight", "0.bias", "head.weight", "head.bias"]


def test_train_and_eval_reach_every_module():
    net = nn.Sequential(nn.Sequential(nn.ReLU()), nn.Flatten())
    assert net.training
    assert net.eval() is net
    assert not any(module.training for module in net.modules())
    assert net.train() is net
    assert all(module.training for module in net.modules())


def test_repr_shows_the_structure():
    net = nn.Sequential(
        nn.Conv2d(1, 2, 3, padding="same", bias=False), nn.Sequential(nn.MaxPool2d(2, padding=1))
    )
    assert repr(net) == (
        "Sequential(\n"
        "  (0): Conv2d(1, 2, kernel_size=(3, 3), padding='same', bias=False)\n"
        "  (1): Sequential(\n"
        "    (0): MaxPool2d(kernel_size=(2, 2), stride=(2, 2), padding=1)\n"
        "  )\n"
        ")"
    )
    assert repr(nn.Linear(2, 3)) == "Linear(2, 3)"
    assert repr(nn.Linear(2, 3).weight) == "Parameter(3x2, float32)"
    assert repr(nn.MSELoss()) == "MSELoss(reduction='mean')"
    assert (len(net), net[-1], list(net)) == (2, net[1], [net[0], net[1]])
