"""Normalisations and dropout as ONNX, with statistics and weights that are not the first ones."""

import numpy as np
import pytest
from onnx_graphs import onnx, same

from minidl import interop, nn


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.onnx"


def trained(layer, rng):
    """Return the layer as if it had been trained: every weight and buffer moved."""
    for parameter in layer.parameters():
        parameter.data += 0.5 * rng.standard_normal(parameter.shape).astype(parameter.data.dtype)
    for name, buffer in layer.named_buffers():
        if name != "num_batches_tracked":
            buffer[...] += rng.random(buffer.shape).astype(buffer.dtype)
    return layer


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (lambda **k: nn.BatchNorm1d(5, **k), (5,)),
        (lambda **k: nn.BatchNorm1d(5, eps=0.125, affine=False, **k), (5, 7)),
        (lambda **k: nn.BatchNorm2d(3, eps=0.01, **k), (3, 4, 5)),
        (lambda **k: nn.LayerNorm(7, **k), (7,)),
        (lambda **k: nn.LayerNorm((5, 7), eps=0.125, bias=False, **k), (3, 5, 7)),
        (lambda **k: nn.LayerNorm([5], elementwise_affine=False, **k), (3, 5)),
        (lambda **k: nn.GroupNorm(2, 6, **k), (6, 4, 5)),
        (lambda **k: nn.GroupNorm(3, 6, eps=0.125, affine=False, **k), (6,)),
        (lambda **k: nn.GroupNorm(1, 6, **k), (6, 3)),
    ],
)
def test_one_layer(make, shape, dtype, path, rng):
    """ONNX keeps eps in float32, which has 0.125 exactly."""
    x = (2 * rng.standard_normal((4, *shape)) + 1).astype(dtype)
    same(nn.Sequential(nn.ReLU(), trained(make(dtype=dtype), rng), nn.Flatten()), path, x)


def test_a_net_that_has_seen_batches(path, rng):
    """Exported while training, it is the net of evaluation, and stays in training."""
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3, rng=rng),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Dropout(0.5, rng=rng),
        nn.Linear(64, 5, rng=rng),
        nn.BatchNorm1d(5, affine=False),
        nn.Dropout(),
    )
    x = rng.standard_normal((8, 1, 6, 6), dtype=np.float32)
    for _ in range(3):
        net(x)
    before = net.state_dict()
    interop.export_onnx(net, path, (1, 6, 6))
    assert net.training
    assert net[1].training
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(array, before[name])
    same(net, path, x)
    operators = [node.op_type for node in onnx.load(str(path)).graph.node]
    assert operators.count("BatchNormalization") == 2
    assert "Dropout" not in operators
    weights = {w.name for w in onnx.load(str(path)).graph.initializer}
    assert {"1.running_mean", "1.running_var", "5.running_mean", "5.ones"} < weights


def test_dropout_alone_is_nothing(path, rng):
    same(nn.Sequential(nn.Dropout()), path, rng.standard_normal((3, 4), dtype=np.float32))


@pytest.mark.parametrize("shape", [(3,), (3, 4, 4)])
def test_statistics_of_the_batch_are_refused(shape, path):
    kind = nn.BatchNorm1d if len(shape) == 1 else nn.BatchNorm2d
    net = nn.Sequential({"norm": kind(3, track_running_stats=False)})
    with pytest.raises(ValueError, match="export_onnx: layer 'norm' has track_running_stats=Fal"):
        interop.export_onnx(net, path, shape)
    assert not path.exists()
