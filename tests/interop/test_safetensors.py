""".safetensors files, and with them PyTorch: both read what either has written."""

import json

import numpy as np
import pytest
from saved_weights import awkward, equal, fresh

from minidl import interop, models, nn

safetensors = pytest.importorskip("safetensors", reason="safetensors is not installed")


@pytest.fixture(scope="module")
def torch():
    pytest.importorskip("torch", reason="PyTorch is not installed; it is no dependency")
    import safetensors.torch  # noqa: F401 - so that it is there
    import torch

    return torch


def test_arrays_of_any_layout(tmp_path):
    interop.save_safetensors(tmp_path / "w.safetensors", awkward())
    equal(interop.load_safetensors(tmp_path / "w.safetensors"), awkward())
    interop.save_safetensors(tmp_path / "none.safetensors", {})
    assert interop.load_safetensors(tmp_path / "none.safetensors") == {}


def test_a_net_comes_back(tmp_path, rng):
    net, other, x = fresh(1), fresh(2), rng.standard_normal((2, 1, 4, 4))
    interop.save_weights(net, tmp_path / "net.safetensors")
    interop.load_weights(other, tmp_path / "net.safetensors")
    np.testing.assert_array_equal(other(x), net(x))
    assert [p.name for p in tmp_path.iterdir()] == ["net.safetensors"]


def written(path, header, data):
    """Write a file with this header, as the format has it: length, JSON, bytes."""
    text = json.dumps(header).encode() if not isinstance(header, bytes) else header
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def tensor(dtype="F32", shape=(2,), begin=0, end=8):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}


def test_bits_of_bfloat16(tmp_path):
    """The upper half of a float32: 1, -2, 2**-133 (subnormal), infinity, NaN."""
    bits = np.array([0x3F80, 0xC000, 0x0001, 0x7F80, 0x7FC0], "<u2")
    path = written(tmp_path / "w", {"a": tensor("BF16", (5,), 0, 10)}, bits.tobytes())
    read = interop.load_safetensors(path)["a"]
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, np.array([1, -2, 2.0**-133, np.inf, np.nan], "f4"))


@pytest.mark.parametrize("dtype", ["F8_E4M3", "F8_E5M2"])
def test_eight_bit_floats_are_refused(dtype, tmp_path):
    path = written(tmp_path / "w", {"a": tensor(dtype, (8,))}, bytes(8))
    with pytest.raises(ValueError, match=f"'a' of dtype {dtype}, .*; convert it in PyTorch"):
        interop.load_safetensors(path)


def test_every_cut_and_every_flipped_bit_of_the_header(tmp_path):
    """Never anything but an array of the right kind, or a ValueError that names the file."""
    path = tmp_path / "w.safetensors"
    interop.save_safetensors(path, {"a": np.ones(3, "f4"), "b": np.ones((2, 1), "f8")})
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="w.safetensors"):
            interop.load_safetensors(path)
    for place in range(len(whole) - 28):
        for bit in (0, 3, 7):
            damaged = bytearray(whole)
            damaged[place] ^= 1 << bit
            path.write_bytes(damaged)
            try:
                arrays = interop.load_safetensors(path)
            except ValueError as error:
                assert "w.safetensors" in str(error)  # noqa: PT017 - it may well be readable
            else:
                assert all(isinstance(array, np.ndarray) for array in arrays.values())


@pytest.mark.parametrize(
    ("header", "data"),
    [
        (b"{}", b"more"),
        (b"[]", b""),
        (b"{", b""),
        (b"", b""),
        ({"a": tensor(shape=(3,))}, bytes(8)),
        ({"a": tensor(shape=(-2,))}, bytes(8)),
        ({"a": tensor(shape=(2**62, 4))}, bytes(8)),
        ({"a": tensor(begin=8, end=0)}, bytes(8)),
        ({"a": tensor(end=2**60)}, bytes(8)),
        ({"a": tensor(), "b": tensor()}, bytes(8)),
        ({"a": tensor("F128")}, bytes(8)),
        ({"a": 1}, b""),
    ],
)
def test_headers_that_lie(header, data, tmp_path):
    path = written(tmp_path / "w.safetensors", header, data)
    with pytest.raises(ValueError, match="load_safetensors: .*w.safetensors' is damaged, trunc"):
        interop.load_safetensors(path)


def test_files_that_are_something_else(tmp_path):
    path = tmp_path / "w.npz"
    interop.save_npz(path, {"a": np.ones(2)})
    with pytest.raises(ValueError, match="w.npz' is a zip, as an .npz file is; open it with load_"):
        interop.load_safetensors(path)
    path.write_bytes(b"no weights at all, but of some length")
    with pytest.raises(ValueError, match="w.npz' is damaged, truncated or no .safetensors file"):
        interop.load_safetensors(path)
    with pytest.raises(ValueError, match="the format keeps the name '__metadata__' for itself"):
        interop.save_safetensors(path, {"__metadata__": np.ones(2)})


def lenet(torch):
    """Return LeNet-5 for images of 28 x 28, under the names that minidl gives its layers."""
    layers = {
        "conv1": torch.nn.Conv2d(1, 6, 5, padding=2),
        "relu1": torch.nn.ReLU(),
        "pool1": torch.nn.MaxPool2d(2),
        "conv2": torch.nn.Conv2d(6, 16, 5),
        "relu2": torch.nn.ReLU(),
        "pool2": torch.nn.MaxPool2d(2),
        "flatten": torch.nn.Flatten(),
        "fc1": torch.nn.Linear(400, 120),
        "relu3": torch.nn.ReLU(),
        "fc2": torch.nn.Linear(120, 84),
        "relu4": torch.nn.ReLU(),
        "fc3": torch.nn.Linear(84, 10),
    }
    net = torch.nn.Sequential()
    for name, layer in layers.items():
        net.add_module(name, layer)
    return net.eval()


def test_a_net_from_pytorch_and_back(torch, tmp_path, rng):
    theirs, ours = lenet(torch), models.LeNet5()
    safetensors.torch.save_file(theirs.state_dict(), tmp_path / "theirs.safetensors")
    interop.load_weights(ours, tmp_path / "theirs.safetensors")
    x = rng.random((3, 1, 28, 28), dtype=np.float32)
    expected = theirs(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(ours(x), expected, rtol=1e-5, atol=1e-6)

    again = lenet(torch)
    ours = models.LeNet5()
    interop.save_weights(ours, tmp_path / "ours.safetensors")
    again.load_state_dict(safetensors.torch.load_file(tmp_path / "ours.safetensors"))
    expected = again(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(ours(x), expected, rtol=1e-5, atol=1e-6)


def test_pytorch_reads_every_dtype_and_layout(torch, tmp_path):
    arrays = {name: np.asarray(array) for name, array in awkward().items()}
    interop.save_safetensors(tmp_path / "w.safetensors", arrays)
    read = safetensors.torch.load_file(tmp_path / "w.safetensors")
    equal({name: read[name].numpy() for name in read}, arrays)


def test_short_floats_of_pytorch(torch, tmp_path):
    values = torch.tensor([1.5, -0.1, 3e38, 1e-40])
    for dtype, numbers in [(torch.bfloat16, np.float32), (torch.float16, np.float16)]:
        short = values.to(dtype)
        safetensors.torch.save_file({"a": short}, tmp_path / "w.safetensors")
        read = interop.load_safetensors(tmp_path / "w.safetensors")["a"]
        assert read.dtype == numbers
        np.testing.assert_array_equal(read, short.float().numpy().astype(numbers))


def test_a_pytorch_state_dict_is_saved_directly(torch, tmp_path):
    state = lenet(torch).state_dict()
    expected = {name: tensor.numpy() for name, tensor in state.items()}
    for save, load in [
        (interop.save_npz, interop.load_npz),
        (interop.save_safetensors, interop.load_safetensors),
    ]:
        save(tmp_path / "w", state)
        equal(load(tmp_path / "w"), expected)
    with pytest.raises(TypeError, match="save_npz: 'a' cannot be read as an array"):
        interop.save_npz(tmp_path / "w", {"a": torch.ones(1, dtype=torch.bfloat16)})


def test_files_of_torch_save_are_refused(torch, tmp_path):
    for new in (True, False):
        path = tmp_path / f"{new}.pt"
        torch.save({"a": torch.ones(2)}, path, _use_new_zipfile_serialization=new)
        for load in (interop.load_npz, interop.load_safetensors):
            with pytest.raises(ValueError, match="Python pickle.*weights_only=True"):
                load(path)
    line = str(interop.weights.CONVERT).partition(": ")[2]
    scope = {"torch": torch, "safetensors": safetensors}
    exec(line.replace("weights.", f"{tmp_path}/True."), scope)  # what the refusal tells to do
    np.testing.assert_array_equal(interop.load_safetensors(tmp_path / "True.safetensors")["a"], 1)


def normalized(library, **options):
    """Return a net with every kind of normalisation, from ``torch.nn`` or ``minidl.nn``."""
    return library.Sequential(
        library.Conv2d(1, 4, 3, **options),
        library.BatchNorm2d(4),
        library.GroupNorm(2, 4),
        library.ReLU(),
        library.Dropout(0.5),
        library.Flatten(),
        library.Linear(64, 6, **options),
        library.LayerNorm(6),
        library.BatchNorm1d(6, momentum=None),
    )


def test_running_statistics_travel_with_the_weights(torch, tmp_path, rng):
    theirs, ours = normalized(torch.nn), normalized(nn, rng=rng)
    x = rng.standard_normal((8, 1, 6, 6), dtype=np.float32)
    for _ in range(3):
        theirs(torch.tensor(x))
    safetensors.torch.save_file(theirs.state_dict(), tmp_path / "theirs.safetensors")
    interop.load_weights(ours, tmp_path / "theirs.safetensors")
    assert ours.state_dict()["8.num_batches_tracked"] == 3
    expected = theirs.eval()(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(ours.eval()(x), expected, rtol=1e-4, atol=1e-5)

    again = normalized(torch.nn)
    ours.train()(x)
    interop.save_weights(ours, tmp_path / "ours.safetensors")
    again.load_state_dict(safetensors.torch.load_file(tmp_path / "ours.safetensors"))
    expected = again.eval()(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(ours.eval()(x), expected, rtol=1e-4, atol=1e-5)
