"""A bundle is opened only if it is what was built, every byte of it."""

import io
import json
import zipfile

import pytest

from minidl.assignment import open_bundle
from minidl.assignment.making.manifest import files_in
from minidl.assignment.making.zips import zip_bytes


def test_a_bundle_holds_what_the_grader_needs(layers):
    folder, _ = layers
    with open_bundle(folder / "build" / "grader") as bundle:
        assert bundle.assignment.name == "layers"
        for task in bundle.assignment.tasks:
            assert (bundle.stand_ins / task.id / task.file).is_file()
            assert bundle.trials[task.id]["public"]
            assert bundle.trials[task.id]["hidden"]
        assert sorted(p.name for p in bundle.handout.iterdir()) == ["layers.py", "net.py"]
        solved = (bundle.solution / "layers.py").read_text()
    assert "NotImplementedError" not in solved
    assert "SOLUTION" not in solved


def test_folders_and_zips_are_the_same_bundle(layers, tmp_path):
    folder, _ = layers
    files = files_in(folder / "build" / "grader")
    flat, deep = tmp_path / "flat.zip", tmp_path / "deep.zip"
    flat.write_bytes(zip_bytes(files))
    deep.write_bytes(zip_bytes({f"grader/{name}": data for name, data in files.items()}))
    digests, folders = set(), []
    for path in (folder, folder / "build", folder / "build" / "grader", flat, deep):
        with open_bundle(path) as bundle:
            digests.add(bundle.digest)
            folders.append(bundle.folder)
    assert len(digests) == 1
    assert not folders[-1].exists()  # a zip's files go when it is closed


def _damage(bundle, name, how):
    path = bundle / name
    if how == "changed":
        path.write_bytes(path.read_bytes() + b" ")
    elif how == "missing":
        path.unlink()
    else:
        path.write_text("more")


@pytest.mark.parametrize(
    ("name", "how", "message"),
    [
        ("trials/hidden/sgd.npz", "changed", "trials/hidden/sgd.npz is not what was built"),
        ("solution/net.py", "missing", "solution/net.py is missing"),
        ("stand_ins/sgd/more.py", "added", "stand_ins/sgd/more.py does not belong to it"),
        ("assignment.json", "changed", "assignment.json is not what was built"),
        ("assignment.json", "missing", "holds no bundle"),
        ("manifest.json", "missing", "holds no bundle"),
        ("manifest.json", "added", "cannot be read"),
    ],
)
def test_damage_is_named(name, how, message, bundle):
    _damage(bundle, name, how)
    with pytest.raises(ValueError, match=message) as refused, open_bundle(bundle):
        pass
    assert "\n" not in str(refused.value)


def test_a_later_format_is_refused(bundle):
    from minidl.assignment.making.manifest import MANIFEST, manifest

    facts = json.loads((bundle / "assignment.json").read_text()) | {"format": 99}
    (bundle / "assignment.json").write_text(json.dumps(facts))
    files = files_in(bundle)
    files.pop(MANIFEST)
    (bundle / MANIFEST).write_bytes(manifest(files))
    with pytest.raises(ValueError, match="has format 99, and this version reads format 1"):
        open_bundle(bundle).__enter__()


def test_what_is_no_bundle_says_so(layers, tmp_path):
    folder, _ = layers
    (tmp_path / "text.zip").write_text("no zip")
    for path, message in [
        (folder / "build" / "handout", "it is a hand-out, and the grader's bundle lies beside"),
        (folder / "source", "holds no bundle"),
        (tmp_path / "text.zip", "is no zip, or a damaged one"),
    ]:
        with pytest.raises(ValueError, match=message), open_bundle(path):
            pass
    with pytest.raises(FileNotFoundError), open_bundle(tmp_path / "nowhere"):
        pass


@pytest.mark.parametrize("name", ["../out.py", "a//b", "/abs.py", "a\\b", "c:/x"])
def test_a_zip_writes_nowhere_else(name, tmp_path):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr(name, "x")
    (tmp_path / "bad.zip").write_bytes(memory.getvalue())
    with pytest.raises(ValueError, match="which would be written elsewhere"):
        open_bundle(tmp_path / "bad.zip").__enter__()


def test_an_assignment_that_is_not_built_says_how(tmp_path):
    from minidl.assignment import new

    new(tmp_path / "mine")
    with pytest.raises(ValueError, match="run minidl assignment build"):
        open_bundle(tmp_path / "mine").__enter__()
