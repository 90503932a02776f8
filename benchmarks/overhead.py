"""What a call costs before any arithmetic: tiny arrays, microseconds.

A call of a layer checks its arguments, allocates its output, and hands both to a kernel.  Where
these are functions of their own, they are timed apart; what is left is Python between them.
"""

import numpy as np

from benchmarks.cases import square
from benchmarks.timing import in_turn
from minidl import fast_layers, geometry, kernels, nn

TINY = square("one window", "tiny", 1, 1, 3, 1, 3)


def measure(setting, _peaks):
    """Return one row for each layer on a tiny array: seconds of a call, and of its parts."""
    ways = _parts()
    if setting.torch is not None:
        ways |= _torch_calls(setting.torch)
    ways = {name: _repeated(call) for name, call in ways.items()}
    seconds = in_turn(ways, setting.budget, 0.0)
    return [
        {"name": name, "threads": setting.threads, "seconds": own / REPEATED}
        for name, own in seconds.items()
    ]


REPEATED = 20  # calls between two looks at the clock, which itself takes a tenth of a microsecond


def _repeated(call):
    def calls():
        for _ in range(REPEATED):
            call()

    return calls


def _parts():
    """Return calls by name; "conv forward: checks" is a part of "conv forward"."""
    x, w, b = TINY.arrays("float32")
    param = {"stride": 1, "pad": 0}
    out, cache = fast_layers.conv_forward_fast(x, w, b, param)
    flat, room = x.ravel(), np.empty(x.size, np.float32)
    relu, linear, pool = nn.ReLU(), nn.Linear(1, 1), nn.MaxPool2d(1)
    net = nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(), nn.Flatten(), nn.Linear(1, 1))
    column = np.ones((1, 1), np.float32)
    criterion, label = nn.CrossEntropyLoss(), np.zeros(1, np.int64)

    def step():
        criterion(net(x), label)
        net.backward(criterion.backward())

    return {
        "conv forward": lambda: fast_layers.conv_forward_fast(x, w, b, param),
        "conv forward: checks": lambda: geometry.conv_geometry("conv_forward", x, w, b, param),
        "conv backward": lambda: fast_layers.conv_backward_fast(out, cache),
        "conv backward: checks": lambda: geometry.conv_backward_geometry(
            "conv_backward", out, cache
        ),
        "relu forward": lambda: fast_layers.relu_forward_fast(x),
        "relu forward: kernel": lambda: kernels.activations.relu_forward(flat, room),
        "relu forward: allocation": lambda: np.empty(x.shape, np.float32),
        "affine forward": lambda: fast_layers.affine_forward_fast(column, column, column[0]),
        "max pool forward": lambda: fast_layers.max_pool_forward_fast(
            x, {"pool_height": 2, "pool_width": 2, "stride": 1}
        ),
        "nn.ReLU": lambda: relu(x),
        "nn.Linear": lambda: linear(column),
        "nn.MaxPool2d": lambda: pool(x),
        "four layers, forward and backward": step,
    }


def _torch_calls(torch):
    x, w, b = map(torch.from_numpy, TINY.arrays("float32"))
    functional, layers = torch.nn.functional, torch.nn
    relu, linear, pool = layers.ReLU(), layers.Linear(1, 1), layers.MaxPool2d(1)
    net = layers.Sequential(
        layers.Conv2d(1, 1, 3), layers.ReLU(), layers.Flatten(), layers.Linear(1, 1)
    )
    column, label = torch.ones(1, 1), torch.zeros(1, dtype=torch.int64)

    def step():
        functional.cross_entropy(net(x), label).backward()

    return {
        "PyTorch: conv forward": lambda: functional.conv2d(x, w, b),
        "PyTorch: nn.ReLU": lambda: relu(x),
        "PyTorch: nn.Linear": lambda: linear(column),
        "PyTorch: nn.MaxPool2d": lambda: pool(x),
        "PyTorch: four layers, forward and backward": step,
    }
