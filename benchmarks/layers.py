"""The layers besides convolution, the loss, and the optimizers, as modules of both libraries."""

from dataclasses import dataclass

import numpy as np

from benchmarks.cases import digits_8x8, lenet5, three_layers
from benchmarks.timing import in_turn, require_equal
from minidl import nn, optim
from minidl.compare.pytorch import TOLERANCE


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer on an input of ``shape``; ``build`` takes ``minidl.nn`` or ``torch.nn``."""

    name: str
    shape: tuple
    build: callable


LAYERS = [
    Layer("MaxPool2d(2)", (64, 6, 28, 28), lambda library: library.MaxPool2d(2)),
    Layer("AvgPool2d(2)", (64, 6, 28, 28), lambda library: library.AvgPool2d(2)),
    Layer("ReLU", (64, 6, 28, 28), lambda library: library.ReLU()),
    Layer("GELU", (64, 6, 28, 28), lambda library: library.GELU()),
    Layer("BatchNorm2d(16)", (64, 16, 14, 14), lambda library: library.BatchNorm2d(16)),
    Layer("LayerNorm(512)", (64, 512), lambda library: library.LayerNorm(512)),
    Layer("Linear(400, 120)", (64, 400), lambda library: library.Linear(400, 120)),
    Layer("Linear(1024, 1024)", (64, 1024), lambda library: library.Linear(1024, 1024)),
]
LOSSES = [("CrossEntropyLoss", (64, 10)), ("CrossEntropyLoss", (128, 1000))]
RULES = [("SGD", {"lr": 0.01, "momentum": 0.9}), ("Adam", {"lr": 0.001})]
NETS = [("8x8 net", digits_8x8), ("LeNet-5", lenet5), ("3-layer net", three_layers)]


def measure(setting, _peaks):
    """Return one row for each layer and pass, for each loss, and for each optimizer and net."""
    rows = []
    for layer in setting.some(LAYERS):
        rows += _layer_rows(layer, setting)
    for name, shape in setting.some(LOSSES):
        rows.append(_loss_row(name, shape, setting))
    for rule, settings in setting.some(RULES):
        rows += [_rule_row(rule, settings, *net, setting) for net in setting.some(NETS)]
    return rows


def _row(name, which, shape, ways, setting):
    """Compare the results of ``ways``, which return tuples of arrays, and time them."""
    expected = ways["minidl"]()
    for way, call in ways.items():
        require_equal(f"{name}, {which}, {way}", call(), expected, TOLERANCE["float32"])
    times = in_turn(ways, setting.budget / 2, setting.settle)
    shape = " x ".join(map(str, shape))
    own = {"name": name, "pass": which, "shape": shape, "dtype": "float32"}
    return own | {"threads": setting.threads, "seconds": times}


def _layer_rows(layer, setting):
    rng = np.random.default_rng(231)
    x = rng.standard_normal(layer.shape).astype(np.float32)
    ours = layer.build(nn)
    dout = rng.standard_normal(ours(x).shape).astype(np.float32)
    forward = {"minidl": lambda: (ours(x),)}
    backward = {"minidl": lambda: (ours.backward(dout),)}
    if setting.torch is not None:
        torch = setting.torch
        theirs = layer.build(torch.nn)
        weights = {key: value for key, value in ours.state_dict().items() if np.ndim(value)}
        theirs.load_state_dict({k: torch.tensor(v) for k, v in weights.items()}, strict=False)
        images, upstream = torch.tensor(x, requires_grad=True), torch.from_numpy(dout)
        wanted = [images, *theirs.parameters()]
        out = theirs(images)
        forward["torch"] = lambda: (theirs(images).detach(),)
        backward["torch"] = lambda: torch.autograd.grad(out, wanted, upstream, True)[:1]
    return [
        _row(layer.name, "forward", layer.shape, forward, setting),
        _row(layer.name, "backward", layer.shape, backward, setting),
    ]


def _loss_row(name, shape, setting):
    """Time a loss and its gradient at once, as a training step wants them."""
    rng = np.random.default_rng(231)
    scores = rng.standard_normal(shape).astype(np.float32)
    labels = rng.integers(0, shape[1], shape[0])
    criterion = getattr(nn, name)()
    ways = {"minidl": lambda: (criterion(scores, labels), criterion.backward())}
    if setting.torch is not None:
        torch = setting.torch
        loss_of = getattr(torch.nn, name)()
        s, y = torch.tensor(scores, requires_grad=True), torch.from_numpy(labels)

        def with_torch():
            loss = loss_of(s, y)
            return loss.detach(), torch.autograd.grad(loss, s)[0]

        ways["torch"] = with_torch
    return _row(name, "loss and gradient", shape, ways, setting)


def _rule_row(rule, settings, net_name, build, setting):
    """Time one step of an optimizer; both start from the same weights and gradients."""
    rng = np.random.default_rng(231)
    ours = build(nn, np.dtype("float32"))
    for p in ours.parameters():
        p.grad = (0.01 * rng.standard_normal(p.data.shape)).astype(p.data.dtype)
    optimizer = getattr(optim, rule)(ours.parameters(), **settings)
    ways = {"minidl": _stepping(optimizer, lambda: [p.data for p in ours.parameters()])}
    if setting.torch is not None:
        torch = setting.torch
        theirs = build(torch.nn, torch.float32)
        theirs.load_state_dict({k: torch.tensor(v) for k, v in ours.state_dict().items()})
        for own, other in zip(ours.parameters(), theirs.parameters(), strict=True):
            other.grad = torch.tensor(own.grad)
        other = getattr(torch.optim, rule)(theirs.parameters(), **settings)
        ways["torch"] = _stepping(other, lambda: [p.detach() for p in theirs.parameters()])
    count = sum(p.data.size for p in ours.parameters())
    name = f"optim.{rule}, {net_name}"
    states = {way: step() for way, step in ways.items()}
    for way, state in states.items():
        require_equal(f"{name}, {way}", state, states["minidl"], TOLERANCE["float32"])
    times = in_turn(ways, setting.budget / 2, setting.settle)
    own = {"name": name, "pass": "step", "shape": f"{count:,} parameters", "dtype": "float32"}
    return own | {"threads": setting.threads, "seconds": times}


def _stepping(optimizer, weights):
    def step():
        optimizer.step()
        return weights()

    return step
