"""Files that are written whole or not at all, and read without running anything."""

import errno
import io
import json
import math
import os
import pickle
import signal
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from minidl import storage

TREE = {
    "params": {"W1": np.arange(6.0).reshape(2, 3), "b1": np.zeros(0, np.float32)},
    "fortran": np.asfortranarray(np.arange(6).reshape(2, 3)),
    "list": [1, -0.1, True, None, "text", (2, [3])],
    "big": 2**200,
    "scalar": np.float32(0.1),
    "number": np.array(3, dtype=np.int8),
    "flags": np.array([True, False]),
    "infinite": [math.inf, -math.inf],
    "a/b": np.ones(1),
    "a": {"b": np.zeros(1)},
    "empty": {},
}


def same(a, b):
    assert type(a) is type(b)
    if isinstance(a, dict):
        assert list(a) == list(b)
        for key in a:
            same(a[key], b[key])
    elif isinstance(a, (list, tuple)):
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            same(x, y)
    elif isinstance(a, (np.ndarray, np.generic)):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)
    else:
        assert a == b


def test_a_state_comes_back_equal(tmp_path):
    storage.write_state(tmp_path / "s.npz", "test", TREE)
    back = storage.read_state(tmp_path / "s.npz", "test")
    same(back, TREE)
    back["params"]["W1"][0, 0] = 7  # writable, and nobody else's
    assert [p.name for p in tmp_path.iterdir()] == ["s.npz"]


def test_the_same_state_is_the_same_bytes_at_any_time(tmp_path, monkeypatch):
    for name, moment in (("a", 1e9), ("b", 1.5e9)):
        monkeypatch.setattr(zipfile.time, "time", lambda moment=moment: moment)
        storage.write_state(tmp_path / name, "test", TREE)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_not_a_number_comes_back(tmp_path):
    storage.write_state(tmp_path / "s.npz", "test", {"loss": math.nan})
    assert math.isnan(storage.read_state(tmp_path / "s.npz", "test")["loss"])


def test_numpy_reads_the_arrays(tmp_path):
    storage.write_state(tmp_path / "s.npz", "test", TREE)
    with np.load(tmp_path / "s.npz") as file:
        np.testing.assert_array_equal(file["state/params/W1"], TREE["params"]["W1"])


def test_arrays_are_exchanged_with_numpy(tmp_path):
    arrays = {"0.weight": np.ones((2, 3), np.float32), "n": np.int64(4), "u": np.array("text")}
    storage.write_arrays(tmp_path / "ours.npz", arrays)
    with np.load(tmp_path / "ours.npz") as file:
        assert sorted(file) == sorted(arrays)
        np.testing.assert_array_equal(file["0.weight"], arrays["0.weight"])
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "theirs.npz", **arrays)
        back = storage.read_arrays(tmp_path / "theirs.npz")
        assert {k: v.dtype for k, v in back.items()} == {
            k: np.asarray(v).dtype for k, v in arrays.items()
        }
        np.testing.assert_array_equal(back["0.weight"], arrays["0.weight"])


@pytest.mark.parametrize("wrong", [{"x": object()}, {1: 2}, {"x": {3}}, {"__tuple__": 1}])
def test_only_plain_things_are_stored(wrong, tmp_path):
    with pytest.raises(TypeError, match="write_state: state"):
        storage.write_state(tmp_path / "s.npz", "test", wrong)
    with pytest.raises(TypeError, match="holds Python objects"):
        storage.write_arrays(tmp_path / "s.npz", {"x": np.array([None])})
    assert not list(tmp_path.iterdir())


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "s.npz"
    storage.write_state(path, "test", {"a": 1})
    with pytest.raises(TypeError, match="Python objects"):
        storage.write_arrays(path, {"a": np.ones(9), "b": np.array([None])})
    with pytest.raises(TypeError, match="bytes-like"), storage.replacing(path) as file:
        file.write("text where bytes belong")
    assert storage.read_state(path, "test") == {"a": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["s.npz"]
    with pytest.raises(FileNotFoundError, match="the folder .* does not exist"):
        storage.write_state(tmp_path / "no" / "s.npz", "test", {})
    with pytest.raises(IsADirectoryError, match="it is a folder"):
        storage.write_state(tmp_path, "test", {})


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_killed_writer_leaves_the_last_good_file(tmp_path):
    """A process that does nothing but save is killed wherever it happens to be."""
    path = tmp_path / "s.npz"
    code = (
        "import itertools, numpy as np; from minidl import storage\n"
        "for k in itertools.count():\n"
        f"    storage.write_state({str(path)!r}, 'test', {{'k': k, 'x': np.full(10000, k)}})\n"
        "    print(k, flush=True)"
    )
    for lines in (1, 3, 8, 20):
        writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        last = [int(writer.stdout.readline()) for _ in range(lines)][-1]
        os.kill(writer.pid, signal.SIGKILL)
        writer.communicate()
        state = storage.read_state(path, "test")
        assert state["k"] >= last
        assert np.all(state["x"] == state["k"])


def test_an_error_names_the_file_that_was_asked_for(tmp_path, monkeypatch):
    path = str(tmp_path / "run.npz")

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    def refuse(name, *flags):
        raise PermissionError(errno.EACCES, "Permission denied", name)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space") as caught:
            storage.write_arrays(path, {"a": np.ones(3)})
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        with pytest.raises(PermissionError) as caught:
            storage.write_arrays(path, {"a": np.ones(3)})
    assert caught.value.filename == path
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_replaced_by_a_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="it is a device or a pipe, and no file"):
        storage.write_arrays(tmp_path / "pipe", {"a": np.ones(3)})
    assert [path.is_file() for path in tmp_path.iterdir()] == [False]


def test_a_file_has_the_usual_permissions(tmp_path):
    storage.write_arrays(tmp_path / "ours", {})
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


class Bomb:
    def __reduce__(self):
        return (os.abort, ())


def _zip(path, **members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def _npy(array, **options):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, **options)
    return file.getvalue()


def _facts(**changes):
    return json.dumps({"format": 1, "kind": "test", "state": {}} | changes)


LONG = _npy(np.zeros(3)).replace(b"(3,)", b"(8,)")
HUGE = _npy(np.zeros((0, 1))).replace(b"(0, 1), }" + b" " * 30, b"(0, 1" + b"0" * 30 + b"), }")
FOREIGN = {
    "pickle": (lambda p: p.write_bytes(pickle.dumps(Bomb())), "is a Python pickle"),
    "torch": (
        lambda p: _zip(p, **{"w/data.pkl": pickle.dumps(Bomb())}),
        "file with a Python pickle",
    ),
    "empty": (lambda p: p.write_bytes(b""), "no .npz file at all"),
    "text": (lambda p: p.write_text("hello"), "no .npz file at all"),
    "npy": (lambda p: p.write_bytes(_npy(np.ones(3))), "is an .npy file: one array"),
    "gzip": (lambda p: p.write_bytes(b"\x1f\x8b123"), "compressed by gzip"),
    "objects": (
        lambda p: _zip(p, **{"a.npy": _npy(np.array([Bomb()]), allow_pickle=True)}),
        "an array of Python objects",
    ),
    "no array": (lambda p: _zip(p, **{"a.npy": b"hello hello hello"}), "which is no array"),
    "huge": (lambda p: _zip(p, **{"a.npy": HUGE}), "which no array can have"),
    "long": (lambda p: _zip(p, **{"a.npy": LONG}), "in 24 bytes; needs 64"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_files_are_refused(name, tmp_path):
    write, message = FOREIGN[name]
    write(tmp_path / "f.npz")
    with pytest.raises(ValueError, match=message) as caught:
        storage.read_arrays(tmp_path / "f.npz")
    assert "f.npz" in str(caught.value)
    with pytest.raises(ValueError, match=r"f\.npz"):
        storage.read_state(tmp_path / "f.npz", "test")


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (_facts(kind="weights"), "is a 'weights', and a 'test' is needed"),
        (_facts(format=9), "has format 9, and this version reads format 1"),
        (_facts(state={"x": {"__array__": "state/x"}}), "does not fit its arrays"),
        (_facts(state={"x": {"__tuple__": 3}}), "does not fit its arrays"),
        ("[" * 100_000, "cannot be read: RecursionError"),
        ("nonsense", "cannot be read: JSONDecodeError"),
        ("[]", "cannot be read: TypeError"),
    ],
)
def test_states_that_do_not_fit_are_refused(facts, message, tmp_path):
    _zip(tmp_path / "s.npz", **{"state.json": facts})
    with pytest.raises(ValueError, match=message):
        storage.read_state(tmp_path / "s.npz", "test")


def test_a_state_asks_for_no_more_memory_than_it_has_bytes(tmp_path):
    with zipfile.ZipFile(tmp_path / "s.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("state.json", _facts(state={"x": " " * 1_000_000}))
    with pytest.raises(ValueError, match=r"s\.npz' claims 1000\d\d\d bytes in \d+; minidl packs"):
        storage.read_state(tmp_path / "s.npz", "test")


def test_paths_may_be_bytes_and_any_letters(tmp_path):
    for name in ("plain", "\u00fc \u2603"):
        path = os.fsencode(tmp_path / name)
        storage.write_state(path, "test", {"n": 1})
        assert storage.read_state(path, "test") == {"n": 1}
        assert os.listdir(os.fsencode(tmp_path)) == [os.fsencode(name)]
        os.unlink(path)


def test_states_and_arrays_are_not_taken_for_each_other(tmp_path):
    storage.write_arrays(tmp_path / "a.npz", {"x": np.ones(2)})
    with pytest.raises(ValueError, match="holds no state.json; it is not a test that minidl"):
        storage.read_state(tmp_path / "a.npz", "test")
    storage.write_state(tmp_path / "s.npz", "test", {"x": np.ones(2)})
    with pytest.raises(ValueError, match="'state.json', which is no array"):
        storage.read_arrays(tmp_path / "s.npz")


def test_every_truncation_and_every_flipped_byte_is_noticed(tmp_path):
    """Never a wrong number without a word: an error, or (in unused bytes) the same state."""
    path = tmp_path / "s.npz"
    storage.write_state(path, "test", {"x": np.arange(4.0), "n": 7})
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(ValueError, match="read_state"):
            storage.read_state(path, "test")
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        try:
            state = storage.read_state(path, "test")
        except ValueError:
            continue
        same(state, {"x": np.arange(4.0), "n": 7})
