"""A whole training step: forward, backward, and SGD with momentum."""

import contextlib
import io

import numpy as np

from benchmarks.cases import NETS
from benchmarks.timing import in_turn, require_equal
from minidl import nn, optim
from minidl.compare.pytorch import TOLERANCE

STEPS_COMPARED = 5


def measure(setting, peaks):
    """Return one row for each net and precision."""
    cases = [(net, dtype) for dtype in ("float32", "float64") for net in NETS]
    return [_compare(net, dtype, setting, peaks[dtype]) for net, dtype in setting.some(cases)]


def _compare(net, dtype, setting, peak):
    rng = np.random.default_rng(231)
    x = rng.standard_normal((net.batch, *net.image)).astype(dtype)
    y = rng.integers(0, 10, net.batch)
    ours = net.build(nn, np.dtype(dtype))
    steps = {"minidl": _minidl_step(ours, x, y)}
    if setting.torch is not None:
        torch = setting.torch
        theirs = net.build(torch.nn, getattr(torch, dtype))
        ours.load_state_dict({k: v.numpy().copy() for k, v in theirs.state_dict().items()})
        steps["torch"] = _torch_step(torch, theirs, torch.from_numpy(x), torch.from_numpy(y))
    losses = {name: [step() for _ in range(STEPS_COMPARED)] for name, step in steps.items()}
    gaps = [
        require_equal(f"{net.name}, losses", [losses["minidl"]], [own], 10 * TOLERANCE[dtype])
        for own in losses.values()
    ]
    times = in_turn(steps, 2 * setting.budget, setting.settle)
    work = operations(ours, net)
    return (
        {"name": net.name, "dtype": dtype, "threads": setting.threads, "seconds": times}
        | {"operations": work, "gap": max(gaps)}
        | {"share": {name: work / s / 1e9 / peak for name, s in times.items()}}
    )


def operations(net, case):
    """Return what a step multiplies and adds: three passes, but no gradient of the images."""
    with contextlib.redirect_stdout(io.StringIO()):
        layers = [row.multiply_adds for row in nn.summary(net, case.image).rows]
    first = next(filter(None, layers))
    return 2 * case.batch * (3 * sum(layers) - first)


def _minidl_step(net, x, y):
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(net.parameters(), lr=0.01, momentum=0.9)

    def step():
        optimizer.zero_grad()
        loss = criterion(net(x), y)
        net.backward(criterion.backward())
        optimizer.step()
        return float(loss)

    return step


def _torch_step(torch, net, x, y):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)

    def step():
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step
