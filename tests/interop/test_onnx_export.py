"""Nets as ONNX: whole models, names, dtypes, and what is refused before anything is written."""

import numpy as np
import pytest
from onnx_graphs import onnx, run, same

from minidl import interop, models, nn


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.onnx"


@pytest.mark.parametrize(
    ("make", "shape"),
    [
        (models.LeNet5, (1, 28, 28)),
        (models.LeNet5, (1, 32, 32)),
        (lambda: models.PyramidNet((3, 13, 17), n_stages=2, depth=2), (3, 13, 17)),
        (lambda: nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3, bias=False)), (5,)),
        (lambda: nn.Sequential(nn.Linear(24, 4)), (2, 3, 4)),  # flattens
        (lambda: nn.Sequential(nn.Conv1d(2, 3, 3, padding="same"), nn.Flatten()), (2, 7)),
        (lambda: nn.Sequential(nn.Sequential(nn.ReLU(), nn.Sum())), (2, 7)),
        (lambda: nn.Conv2d(2, 3, 3, stride=2, padding="same"), (2, 6, 7)),
        (nn.Sequential, (2, 3)),
        (nn.Flatten, ()),
        (lambda: nn.Sequential({"input": nn.ReLU(), "output": nn.Flatten()}), (2, 3)),
    ],
)
def test_whole_nets(make, shape, path, rng):
    for n_images in (1, 4):
        same(make(), path, rng.standard_normal((n_images, *shape), dtype=np.float32))


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
@pytest.mark.parametrize("padding", ["same", ((2, 0), (1, 3))])
def test_padding_with_the_image(mode, padding, path, rng):
    net = nn.Sequential(nn.Conv2d(2, 3, (2, 4), padding=padding, padding_mode=mode))
    same(net, path, rng.standard_normal((2, 2, 5, 6), dtype=np.float32))
    net = nn.Conv1d(2, 3, 4, padding=(3, 1), padding_mode=mode)
    same(net, path, rng.standard_normal((2, 2, 5), dtype=np.float32))


def test_names(path):
    block = nn.Sequential({"conv": nn.Conv2d(1, 2, 3), "act": nn.ReLU()})
    interop.export_onnx(nn.Sequential({"block": block, "fc": nn.Linear(8, 3)}), path, (1, 4, 4))
    graph = onnx.load(str(path)).graph
    names = [(node.name, node.op_type) for node in graph.node]
    assert names == [
        ("block.conv", "Conv"),
        ("block.act", "Relu"),
        ("fc", "Flatten"),
        ("fc_2", "Gemm"),
    ]
    weights = {w.name: tuple(w.dims) for w in graph.initializer}
    assert weights == {
        "block.conv.weight": (2, 1, 3, 3),
        "block.conv.bias": (2,),
        "fc.weight": (3, 8),
        "fc.bias": (3,),
    }
    sizes = [
        [size.dim_param or size.dim_value for size in end.type.tensor_type.shape.dim]
        for end in (*graph.input, *graph.output)
    ]
    assert sizes == [["N", 1, 4, 4], ["N", 3]]
    assert [end.name for end in (*graph.input, *graph.output)] == ["input", "output"]


@pytest.mark.parametrize("batch", ["images", 5])
def test_the_batch_has_a_name_or_a_size(batch, path):
    interop.export_onnx(nn.ReLU(), path, (2,), batch)
    model = onnx.load(str(path))
    first = model.graph.input[0].type.tensor_type.shape.dim[0]
    assert (first.dim_param or first.dim_value) == batch
    assert model.opset_import[0].version >= 17
    assert model.producer_name == "minidl"


def test_shared_weights_are_written_once(path, rng):
    net = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 3))
    net[2].weight = net[0].weight
    same(net, path, rng.standard_normal((2, 3), dtype=np.float32))
    names = [w.name for w in onnx.load(str(path)).graph.initializer]
    assert names == ["0.weight", "0.bias", "2.bias"]


def test_weights_of_any_memory_layout(path, rng):
    net = nn.Linear(3, 4)
    net.weight.data = np.asfortranarray(net.weight.data)
    same(net, path, rng.standard_normal((2, 3), dtype=np.float32))


@pytest.mark.parametrize("padding_mode", ["zeros", "circular"])
def test_double_precision(padding_mode, path, rng):
    """ONNX's own evaluator computes in float64; ONNX Runtime has no such convolution."""
    kinds = {"dtype": "float64", "rng": rng}
    net = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding="same", padding_mode=padding_mode, **kinds),
        nn.ReLU(),
        nn.MaxPool2d(3, 2, padding=1),
        nn.ConvTranspose2d(4, 3, 2, stride=2, **kinds),
        nn.AvgPool2d(2, ceil_mode=True),
        nn.Linear(3 * 4 * 4, 5, **kinds),
    )
    same(net, path, rng.standard_normal((2, 2, 7, 7)))


def test_a_net_of_two_dtypes(path, rng):
    net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2, dtype="float64"))
    net.eval()
    x = rng.standard_normal((2, 3), dtype=np.float32)
    interop.export_onnx(net, path, (3,))
    out = run(path, x)
    assert out.dtype == np.float64
    np.testing.assert_allclose(out, net(x), rtol=1e-6)


def test_layers_composed_by_hand(path, rng):
    """Any module that calls its layers one after the other is a chain."""

    class Chain(nn.Module):
        def __init__(self):
            self.last = nn.Linear(4, 2)
            self.first = nn.Linear(3, 4)

        def forward(self, x):
            return self.last(self.first(x))

    same(Chain(), path, rng.standard_normal((2, 3), dtype=np.float32))


def test_the_net_is_left_as_it_was(path, rng):
    net = nn.Sequential(nn.Linear(3, 2), nn.Flatten())
    x = rng.standard_normal((2, 3))
    net(x)
    interop.export_onnx(net, path, (3,))
    net.backward(np.ones((2, 2)))
    np.testing.assert_allclose(net[0].weight.grad, np.tile(x.sum(axis=0), (2, 1)), rtol=1e-5)
    assert all(module.training for module in net.modules())


class Doubling(nn.Module):
    def forward(self, x):
        return 2 * x


class Residual(nn.Sequential):
    def forward(self, x):
        return super().forward(x) + x


class Between(nn.Sequential):
    def forward(self, x):
        return self[1](-self[0](x))


class Loud(nn.ReLU):
    def forward(self, x):
        return 9 * super().forward(x)


@pytest.mark.parametrize(
    ("net", "message"),
    [
        (nn.Sequential(nn.Sequential(Doubling())), "layer '0.0' (Doubling) is of a type"),
        (nn.Sequential(nn.ReLU(), Loud()), "layer '1' (Loud) is of a type"),
        (Doubling(), "layer Doubling is of a type that ONNX export does not know; it knows Ada"),
        (Residual(nn.ReLU()), "Residual does more between layer '0' (ReLU) and the output"),
        (Residual(), "Residual does more between the input and the output"),
        (Between(nn.ReLU(), nn.ReLU()), "between layer '0' (ReLU) and layer '1' (ReLU) than to"),
        ("net", "net must be a Module, got str"),
    ],
)
def test_refused_before_anything_is_written(net, message, path):
    with pytest.raises(TypeError) as refusal:
        interop.export_onnx(net, path, (3,))
    assert message in str(refusal.value)
    assert not path.exists()


def test_other_refusals(path, tmp_path):
    net = nn.Sequential(nn.Linear(3, 2))
    with pytest.raises(ValueError, match="affine_forward: x has 4 values") as refusal:
        interop.export_onnx(net, path, (4,))
    assert "without a batch, was (4,)" in refusal.value.__notes__[-1]
    with pytest.raises(TypeError, match="export_onnx: input_shape must be a tuple of integers"):
        interop.export_onnx(net, path, 3)
    for batch in (0, -1):
        with pytest.raises(ValueError, match="export_onnx: batch must be at least 1"):
            interop.export_onnx(net, path, (3,), batch)
    for batch in ("", "a b", None, 1.0):
        with pytest.raises(TypeError, match="export_onnx: batch must be an integer"):
            interop.export_onnx(net, path, (3,), batch)
    with pytest.raises(TypeError, match="export_onnx: path must be the name of a file, got tuple"):
        interop.export_onnx(net, (3,), path)
    with pytest.raises(FileNotFoundError, match="the folder .* does not exist"):
        interop.export_onnx(net, tmp_path / "no" / "net.onnx", (3,))
    assert not list(tmp_path.iterdir())


def test_more_than_a_file_can_hold(path):
    net = nn.Linear(1, 1)
    net.weight.data = np.broadcast_to(np.float32(0), (2**20, 2**10))
    with pytest.raises(ValueError, match="the weights have 4294967300 bytes, and an ONNX file ho"):
        interop.export_onnx(net, path, (2**10,))
    assert not path.exists()
