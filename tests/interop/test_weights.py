"""Weights in files: what goes in comes out, and no file of another kind gets through."""

import os
import pickle
import re
import sys
import zipfile

import numpy as np
import pytest
from saved_weights import awkward, equal, fresh

from minidl import interop, models


def test_arrays_of_any_layout(tmp_path):
    interop.save_npz(tmp_path / "w.npz", awkward())
    equal(interop.load_npz(tmp_path / "w.npz"), awkward())


def test_numpy_reads_and_writes_the_same_files(tmp_path):
    net = fresh(1)
    interop.save_npz(tmp_path / "ours.npz", net)
    with np.load(tmp_path / "ours.npz") as file:
        equal(dict(file), net.state_dict())
    np.savez_compressed(tmp_path / "theirs.npz", **net.state_dict())
    equal(interop.load_npz(tmp_path / "theirs.npz"), net.state_dict())


def test_a_net_comes_back(tmp_path, rng):
    net, other = fresh(1), fresh(2)
    x = rng.standard_normal((2, 1, 4, 4))
    interop.save_weights(net, str(tmp_path / "net.NPZ"))
    interop.load_weights(other, os.fsencode(tmp_path / "net.NPZ"))
    np.testing.assert_array_equal(other(x), net(x))
    assert [p.name for p in tmp_path.iterdir()] == ["net.NPZ"]


def test_weights_that_do_not_fit_change_nothing(tmp_path):
    interop.save_weights(models.LeNet5(), tmp_path / "lenet.npz")
    net = fresh(1)
    before = net.state_dict()
    with pytest.raises(ValueError, match="load_state_dict: nothing was loaded: ") as refusal:
        interop.load_weights(net, tmp_path / "lenet.npz")
    assert "lenet.npz" in refusal.value.__notes__[0]
    equal(net.state_dict(), before)


def test_a_failed_save_leaves_the_old_file(tmp_path):
    path = tmp_path / "w.npz"
    interop.save_npz(path, {"a": np.ones(2)})
    with pytest.raises(TypeError, match="save_npz: 'b' must hold real numbers, got dtype object"):
        interop.save_npz(path, {"a": np.zeros(2), "b": [None]})
    np.testing.assert_array_equal(interop.load_npz(path)["a"], [1, 1])


@pytest.mark.parametrize(
    ("weights", "error", "message"),
    [
        ([np.ones(2)], TypeError, "weights must be a Module or a mapping of names to arrays"),
        ({0: np.ones(2)}, TypeError, "a name must be text, got 0"),
        ({"a\0": np.ones(2)}, ValueError, "the name 'a\\x00' cannot be printed"),
        ({"a\udc80": np.ones(2)}, ValueError, "the name 'a\\udc80' cannot be printed"),
        ({"a": 1j}, TypeError, "'a' must hold real numbers, got dtype complex128"),
        ({"a": "text"}, TypeError, "'a' must hold real numbers, got dtype <U4"),
        ({"a": [[1], [2, 3]]}, ValueError, "'a' is not a rectangular array"),
        ({"a": np.ma.ones(2)}, TypeError, "'a' is masked"),
    ],
)
@pytest.mark.parametrize("save", [interop.save_npz, interop.save_safetensors])
def test_what_cannot_be_saved(save, weights, error, message, tmp_path):
    if save is interop.save_safetensors:
        pytest.importorskip("safetensors", reason="safetensors is not installed")
    with pytest.raises(error, match=f"{save.__name__}: .*{re.escape(message)}"):
        save(tmp_path / "w", weights)
    assert not list(tmp_path.iterdir())


def test_arguments_the_wrong_way_round(tmp_path):
    net = fresh(1)
    with pytest.raises(TypeError, match="save_weights: net must be a Module, got .*Path"):
        interop.save_weights(tmp_path / "w.npz", net)
    with pytest.raises(TypeError, match="save_npz: path must be the name of a file, got Sequent"):
        interop.save_npz(net, tmp_path / "w.npz")
    with pytest.raises(TypeError, match="load_weights: net must be a Module, got dict"):
        interop.load_weights({}, tmp_path / "w.npz")
    with pytest.raises(TypeError, match="load_npz: path must be the name of a file, got int"):
        interop.load_npz(0)  # which would be the standard input


@pytest.mark.parametrize("name", ["net", "net.np", "net.npy", "net.safetensor", "net.h5"])
def test_other_suffixes(name, tmp_path):
    for function in (interop.save_weights, interop.load_weights):
        with pytest.raises(ValueError, match="must end with .npz or .safetensors") as refusal:
            function(fresh(1), tmp_path / name)
        assert ("did you mean" in str(refusal.value)) == (name not in ("net", "net.h5"))


class Bomb:
    def __reduce__(self):
        return (os.abort, ())


@pytest.mark.parametrize("load", [interop.load_npz, interop.load_safetensors])
def test_pickles_are_never_opened(load, tmp_path):
    if load is interop.load_safetensors:
        pytest.importorskip("safetensors", reason="safetensors is not installed")
    path = tmp_path / "w"
    for protocol in (2, 3, 4, 5):
        path.write_bytes(pickle.dumps({"a": Bomb()}, protocol))
        with pytest.raises(ValueError, match=f"{load.__name__}: .* is a Python pickle") as refusal:
            load(path)
        assert "safetensors.torch.save_file(torch.load(" in str(refusal.value)
    with zipfile.ZipFile(path, "w") as file:  # as torch.save writes it
        file.writestr("archive/data.pkl", pickle.dumps({"a": Bomb()}))
        file.writestr("archive/data/0", b"\0" * 8)
    with pytest.raises(ValueError, match="is a PyTorch file with a Python pickle.*save_file"):
        load(path)
    for name in ("w.pt", "w.pth", "w.ckpt", "w.pkl"):
        with pytest.raises(ValueError, match=f"load_weights: .*{name}'.*save_file"):
            interop.load_weights(fresh(1), tmp_path / name)


def test_files_that_are_something_else(tmp_path):
    path = tmp_path / "w"
    header = b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'
    path.write_bytes(len(header).to_bytes(8, "little") + header + b"\0")
    with pytest.raises(ValueError, match="is a .safetensors file; open it with load_safetensors"):
        interop.load_npz(path)
    for content in (b"", b"\x80", b"PK", b"no weights at all", b"\x93NUMPY", b"PK\x03\x04" * 99):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=re.escape(repr(str(path)))):
            interop.load_npz(path)
    with pytest.raises(FileNotFoundError):
        interop.load_npz(tmp_path / "nowhere.npz")


def test_without_the_library_an_error_names_the_extra(monkeypatch, tmp_path):
    for name in ("safetensors", "onnx"):
        monkeypatch.setitem(sys.modules, name, None)
    for call in (
        lambda: interop.save_safetensors(tmp_path / "w", {}),
        lambda: interop.load_safetensors(tmp_path / "w"),
        lambda: interop.save_weights(fresh(1), tmp_path / "w.safetensors"),
        lambda: interop.load_weights(fresh(1), tmp_path / "w.safetensors"),
    ):
        with pytest.raises(ImportError, match=r'pip install "minidl\[safetensors\]"'):
            call()
    with pytest.raises(ImportError, match=r'export_onnx: .*pip install "minidl\[onnx\]"'):
        interop.export_onnx(fresh(1), tmp_path / "net.onnx", (1, 4, 4))
    assert not list(tmp_path.iterdir())
