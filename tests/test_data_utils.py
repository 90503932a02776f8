"""CS231n's loaders: its names, shapes and numbers, and the words for what is missing."""

import io
import pickle
import re
from pathlib import Path

import cifar_files
import numpy as np
import pytest

from minidl import data_utils
from minidl.data_utils import (
    get_CIFAR10_data,
    load_CIFAR10,
    load_CIFAR_batch,
    load_imagenet_val,
    load_models,
    load_pickle,
    load_tiny_imagenet,
)
from minidl.datasets import folders
from minidl.datasets.cifar10 import cifar10_folder


@pytest.fixture
def somewhere(tmp_path, monkeypatch):
    """An empty working folder, no environment variables, and nothing beside the package."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(folders, "BESIDE", tmp_path / "beside")
    for variable in ("MINIDL_CIFAR10_DIR", "MINIDL_IMAGENET_VAL"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


@pytest.fixture
def cifar(somewhere):
    """A folder with 20 training images and 6 test images, and what is in it."""
    folder = somewhere / "elsewhere"
    return folder, *cifar_files.write(folder)


def test_load_pickle(cifar):
    path = cifar[0] / "data_batch_1"
    with path.open("rb") as file:
        content = load_pickle(file)
    with path.open("rb") as file:
        theirs = pickle.load(file, encoding="latin1")
    np.testing.assert_array_equal(content.pop("data"), theirs.pop("data"), strict=True)
    assert content == theirs
    hostile = io.BytesIO(pickle.dumps(exec, 2))
    with pytest.raises(ValueError, match="load_pickle: 'the file' asks for '__builtin__.exec'"):
        load_pickle(hostile)
    for wrong in (path, str(path), None):
        with pytest.raises(TypeError, match=r"load_pickle: f must be a file, got .* open one"):
            load_pickle(wrong)
    with path.open(encoding="latin1") as file, pytest.raises(TypeError, match="opened as text"):
        load_pickle(file)


def test_load_batch(cifar):
    folder, images, labels = cifar
    X, y = load_CIFAR_batch(folder / "data_batch_2")
    np.testing.assert_array_equal(X, images[4:7].transpose(0, 2, 3, 1).astype(float), strict=True)
    np.testing.assert_array_equal(y, labels[4:7], strict=True)
    assert X.flags.c_contiguous


def test_load_all(cifar):
    folder, images, labels = cifar
    Xtr, ytr, Xte, yte = load_CIFAR10(str(folder))
    expected = images.transpose(0, 2, 3, 1).astype(float)
    np.testing.assert_array_equal(Xtr, expected[:20], strict=True)
    np.testing.assert_array_equal(Xte, expected[20:], strict=True)
    np.testing.assert_array_equal(np.concatenate([ytr, yte]), labels, strict=True)


@pytest.mark.parametrize("dtype", [np.float64, "float32"])
@pytest.mark.parametrize("subtract_mean", [True, False])
def test_split_centred_and_channels_first(cifar, dtype, subtract_mean):
    folder, images, labels = cifar
    data = get_CIFAR10_data(9, 5, 4, subtract_mean, dtype=dtype, cifar10_dir=folder)
    mean = images[:9].mean(axis=0) * subtract_mean
    parts = {"train": slice(9), "val": slice(9, 14), "test": slice(20, 24)}
    assert list(data) == [f"{name}_{part}" for part in parts for name in "Xy"]
    for part, rows in parts.items():
        expected = (images[rows] - mean).astype(dtype)
        np.testing.assert_array_equal(data[f"X_{part}"], expected, strict=True)
        np.testing.assert_array_equal(data[f"y_{part}"], labels[rows], strict=True)
        assert data[f"X_{part}"].flags.c_contiguous


def test_the_course_asks_for_49000(cifar):
    with pytest.raises(
        ValueError, match=r"1000 images are asked for, and test_batch .* hold 6; ask"
    ):
        get_CIFAR10_data(cifar10_dir=cifar[0])
    with pytest.raises(
        ValueError, match=r"get_CIFAR10_data: 50000 images .* hold 20; ask for fewer"
    ):
        get_CIFAR10_data(num_test=6, cifar10_dir=cifar[0])
    assert len(get_CIFAR10_data(20, 0, 0, cifar10_dir=cifar[0])["X_test"]) == 0


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"num_training": 0}, ValueError, "num_training must be at least 1, got 0"),
        ({"num_validation": -1}, ValueError, "num_validation must be at least 0, got -1"),
        ({"num_test": 2.0}, TypeError, "num_test must be an integer, got 2.0"),
        ({"subtract_mean": 1}, TypeError, "subtract_mean must be True or False, got 1"),
        ({"dtype": "float16"}, ValueError, "dtype must be float32 or float64, got 'float16'"),
    ],
)
def test_wrong_arguments_are_refused_before_any_search(somewhere, arguments, error, message):
    with pytest.raises(error, match=f"get_CIFAR10_data: {message}"):
        get_CIFAR10_data(**arguments)


def test_missing_files_are_named(cifar):
    folder = cifar[0]
    for name in ("data_batch_3", "data_batch_5"):
        (folder / name).unlink()
    with pytest.raises(
        FileNotFoundError,
        match=r"load_CIFAR10: .* lacks data_batch_3, data_batch_5; .* hold 7 images, and all are",
    ):
        load_CIFAR10(folder)
    assert len(get_CIFAR10_data(6, 1, 2, cifar10_dir=folder)["X_train"]) == 6
    with pytest.raises(FileNotFoundError, match=r"hold 7 images, and 8 images are needed; fetch"):
        get_CIFAR10_data(6, 2, 2, cifar10_dir=folder)
    (folder / "test_batch").unlink()
    with pytest.raises(FileNotFoundError, match=r"lacks test_batch; the files before hold 0"):
        get_CIFAR10_data(6, 1, 2, cifar10_dir=folder)


COURSE = "cs231n/datasets/cifar-10-batches-py"


def test_where_the_folder_is_looked_for(somewhere, monkeypatch):
    """Argument, environment, beside the package, the course's path: the first that there is."""
    places = [Path(name) for name in ("own", "env", "beside/cifar-10-batches-py", COURSE)]
    for place in places:
        place.mkdir(parents=True)
    own, env, beside, course = places

    def found(root=None):
        return somewhere / cifar10_folder("test", root)

    assert found(own) == somewhere / own
    assert found(COURSE) == somewhere / course
    assert found() == somewhere / beside
    monkeypatch.setenv("MINIDL_CIFAR10_DIR", str(env))
    assert found(own) == somewhere / own
    assert found() == somewhere / env
    course.rmdir()
    assert found(COURSE) == somewhere / env
    monkeypatch.delenv("MINIDL_CIFAR10_DIR")
    assert found(COURSE) == somewhere / beside
    beside.rmdir()
    course.mkdir()
    assert found() == somewhere / course
    monkeypatch.setenv("HOME", str(somewhere))
    monkeypatch.setenv("USERPROFILE", str(somewhere))
    assert found("~/own") == somewhere / own


@pytest.mark.parametrize("root", [COURSE, COURSE.replace("cs231n", "minidl")])
def test_the_notebooks_own_path_falls_back(cifar, monkeypatch, root):
    folder = cifar[0]
    with pytest.raises(
        FileNotFoundError, match=r"looked for '.*', and MINIDL_CIFAR10_DIR is not set"
    ):
        load_CIFAR10(root)
    monkeypatch.setenv("MINIDL_CIFAR10_DIR", str(folder))
    assert len(load_CIFAR10(root)[0]) == 20
    with pytest.raises(
        FileNotFoundError, match="found no cifar-10-batches-py; looked for 'typo', "
    ):
        load_CIFAR10("typo")


def test_a_missing_folder_says_how_to_get_it(somewhere, monkeypatch):
    with pytest.raises(FileNotFoundError) as caught:
        get_CIFAR10_data()
    words = str(caught.value)
    for part in ("beside", COURSE, "kriz/cifar.html", "get_datasets.sh", "MINIDL_CIFAR10_DIR"):
        assert part in words
    monkeypatch.setenv("MINIDL_CIFAR10_DIR", "gone")
    with pytest.raises(
        FileNotFoundError, match="looked for 'gone', and MINIDL_CIFAR10_DIR is 'gone'"
    ):
        get_CIFAR10_data()
    (somewhere / "file").touch()
    with pytest.raises(NotADirectoryError, match="'file' is no folder; fetch"):
        load_CIFAR10("file")


def test_models(tmp_path, rng):
    W = rng.standard_normal((3, 4))
    np.savez(tmp_path / "best.npz", W=W, b=np.zeros(4, dtype=np.float32))
    (tmp_path / "README.txt").write_text("passed over")
    (tmp_path / "folder").mkdir()
    models = load_models(tmp_path)
    assert list(models) == ["best.npz"]
    np.testing.assert_array_equal(models["best.npz"]["W"], W, strict=True)
    (tmp_path / "best").write_bytes(pickle.dumps({"model": 1}))
    with pytest.raises(
        ValueError, match=r"load_models: .*best' is a Python pickle, which can run any"
    ):
        load_models(str(tmp_path))


@pytest.fixture
def imagenet(somewhere, rng):
    """The course's file in miniature: its dict of names is an object, and so a pickle in it."""
    X, y = rng.integers(0, 256, (5, 8, 8, 3)).astype(np.uint8), np.arange(5) * 7
    names = {7 * k: f"class {k}" for k in range(5)}
    np.savez(somewhere / "imagenet_val_25.npz", X=X, y=y, label_map=names)
    return somewhere, X, y, names


def test_imagenet_val(imagenet, monkeypatch):
    folder, X, y, names = imagenet
    for path in (folder, folder / "imagenet_val_25.npz"):
        ours = load_imagenet_val(path=path)
        np.testing.assert_array_equal(ours[0], X, strict=True)
        np.testing.assert_array_equal(ours[1], y, strict=True)
        assert ours[2] == names
    monkeypatch.setenv("MINIDL_IMAGENET_VAL", str(folder))
    assert [len(part) for part in load_imagenet_val(2)] == [2, 2, 5]
    with pytest.raises(ValueError, match="num is 6, and .* holds 5 images"):
        load_imagenet_val(6)
    monkeypatch.delenv("MINIDL_IMAGENET_VAL")
    with pytest.raises(FileNotFoundError, match="load_imagenet_val: found no imagenet_val_25.npz"):
        load_imagenet_val()


class Call:
    def __reduce__(self):
        return print, ("called",)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"label_map": Call()}, "label_map asks for"),
        ({"label_map": [1, 2]}, "label_map goes on|label_map is no pickle|cannot be read"),
        ({"label_map": np.array("text", dtype=object)}, "and the dict label_map, got"),
        ({"X": np.array([Call(), 1], dtype=object)}, "holds X that cannot be read"),
        ({"y": np.arange(4)}, r"must hold X \(N, H, W, 3\), y \(N,\)"),
        ({"X": np.zeros((5, 2))}, "must hold X"),
        ({"X": None}, "holds no X"),
    ],
)
def test_other_imagenet_files(imagenet, arrays, message, capsys):
    folder, X, y, names = imagenet
    content = {"X": X, "y": y, "label_map": names} | arrays
    content = {key: value for key, value in content.items() if value is not None}
    np.savez(folder / "imagenet_val_25.npz", **content)
    with pytest.raises(ValueError, match=message):
        load_imagenet_val(path=folder)
    assert capsys.readouterr().out == ""


def test_damaged_imagenet_files(imagenet):
    path = imagenet[0] / "imagenet_val_25.npz"
    content = path.read_bytes()
    damaged = bytearray(content)
    damaged[300] ^= 1
    for wrong in (b"", content[:-30], b"\x80\x02N.", bytes(damaged)):
        path.write_bytes(wrong)
        with pytest.raises(ValueError, match="is damaged, truncated or no .npz file"):
            load_imagenet_val(path=path)


@pytest.fixture
def tiny(tmp_path, rng):
    """Two classes of Tiny ImageNet with two images each, one of them grey."""
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed; it is an extra")
    pixels = {}

    def save(path, array):
        path.parent.mkdir(parents=True, exist_ok=True)
        image.fromarray(array).save(path, format="PNG")  # the real ones are JPEG, which loses
        pixels[path.name] = array

    (tmp_path / "wnids.txt").write_text("n02\nn01\n")
    (tmp_path / "words.txt").write_text("n01\tgoldfish, Carassius\nn02\tsalamander\nn03\tlynx\n")
    for wnid in ("n01", "n02"):
        names = [f"{wnid}_{k}.JPEG" for k in range(2)]
        for k, name in enumerate(names):
            grey = wnid == "n01" and k == 1
            array = rng.integers(0, 256, (64, 64) if grey else (64, 64, 3)).astype(np.uint8)
            save(tmp_path / "train" / wnid / "images" / name, array)
        boxes = "".join(f"{name}\t0\t0\t63\t63\n" for name in names)
        (tmp_path / "train" / wnid / f"{wnid}_boxes.txt").write_text(boxes)
    for part, names in (("val", ["val_1.JPEG", "val_0.JPEG"]), ("test", ["b.JPEG", "a.JPEG"])):
        for name in names:
            array = rng.integers(0, 256, (64, 64, 3)).astype(np.uint8)
            save(tmp_path / part / "images" / name, array)
    rows = "val_1.JPEG\tn01\t0\t0\t9\t9\nval_0.JPEG\tn02\t0\t0\t9\t9\n"
    (tmp_path / "val" / "val_annotations.txt").write_text(rows)
    return tmp_path, pixels, image


def test_tiny_imagenet(tiny):
    folder, pixels, _ = tiny
    data = load_tiny_imagenet(folder, subtract_mean=False)
    assert data["class_names"] == [["salamander"], ["goldfish", "Carassius"]]
    assert data["y_train"].tolist() == [0, 0, 1, 1]
    assert data["y_val"].tolist() == [1, 0]
    assert data["y_test"] is None
    order = {
        "train": ["n02_0.JPEG", "n02_1.JPEG", "n01_0.JPEG", "n01_1.JPEG"],
        "val": ["val_1.JPEG", "val_0.JPEG"],
        "test": ["a.JPEG", "b.JPEG"],
    }
    for part, names in order.items():
        X = data[f"X_{part}"]
        assert (X.shape, X.dtype) == ((len(names), 3, 64, 64), np.float32)
        for image, name in zip(X, names, strict=True):
            array = pixels[name]
            array = np.stack([array] * 3, axis=-1) if array.ndim == 2 else array
            np.testing.assert_array_equal(image, array.transpose(2, 0, 1))
    mean = data["X_train"].mean(axis=0)
    np.testing.assert_allclose(data["mean_image"], mean, rtol=1e-6)
    centred = load_tiny_imagenet(str(folder), np.float64)
    assert centred["X_val"].dtype == np.float64
    for part in order:
        np.testing.assert_allclose(
            centred[f"X_{part}"], data[f"X_{part}"] - centred["mean_image"], atol=1e-12
        )


def test_tiny_imagenet_with_labels_of_test_images(tiny):
    folder = tiny[0]
    (folder / "test" / "test_annotations.txt").write_text("b.JPEG\tn02\na.JPEG\tn01\n")
    assert load_tiny_imagenet(folder)["y_test"].tolist() == [1, 0]
    for name in ("a.JPEG", "b.JPEG"):
        (folder / "test" / "images" / name).unlink()
    (folder / "test" / "test_annotations.txt").unlink()
    (folder / "test" / "images").rmdir()
    assert load_tiny_imagenet(folder)["X_test"].shape == (0, 3, 64, 64)


def test_tiny_imagenet_that_is_wrong(tiny, monkeypatch):
    folder, _, image = tiny
    target = folder / "val" / "images" / "val_0.JPEG"
    good = target.read_bytes()
    for content in (b"", good[:2000], b"\x80\x02N.", good[:40] + b"xx" + good[42:]):
        target.write_bytes(content)
        with pytest.raises(ValueError, match=r"val_0.JPEG' is no image that can be read"):
            load_tiny_imagenet(folder)
    image.new("RGB", (64, 32)).save(target, format="PNG")
    with pytest.raises(ValueError, match="has 64 x 32 pixels; 64 x 64 are needed"):
        load_tiny_imagenet(folder)
    target.unlink()
    with pytest.raises(FileNotFoundError, match=r"val_0.JPEG"):
        load_tiny_imagenet(folder)
    (folder / "val" / "val_annotations.txt").write_text("val_1.JPEG\tn77\n")
    with pytest.raises(
        ValueError, match=r"val_annotations.txt' says 'val_1.JPEG n77', which is no"
    ):
        load_tiny_imagenet(folder)
    (folder / "words.txt").write_text("n01\tgoldfish\n")
    with pytest.raises(ValueError, match="class 'n02' of wnids.txt is not in words.txt"):
        load_tiny_imagenet(folder)
    with pytest.raises(FileNotFoundError, match=r"holds no wnids.txt; it is the unpacked"):
        load_tiny_imagenet(folder / "val")
    with pytest.raises(ValueError, match="dtype must be float32 or float64, got 'int'"):
        load_tiny_imagenet(folder, "int")
    monkeypatch.setitem(__import__("sys").modules, "PIL", None)
    with pytest.raises(ImportError, match=re.escape('pip install "minidl[images]"')):
        load_tiny_imagenet(folder)


def test_star_import_gives_the_course_its_names():
    assert set(data_utils.__all__) == {
        *("load_pickle", "load_CIFAR_batch", "load_CIFAR10", "get_CIFAR10_data"),
        *("load_tiny_imagenet", "load_models", "load_imagenet_val"),
    }
