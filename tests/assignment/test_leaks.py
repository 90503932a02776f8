"""What a hand-out must not hold, put into it in every way in which it gets there by accident."""

import dataclasses
import gzip
import io
import json
import os
import zipfile

import numpy as np
import pytest
from assignment.sources import PACKAGE

from minidl.assignment.cases.trial import Cache, Slope, Trial, write_trials
from minidl.assignment.definition.reading import read_assignment
from minidl.assignment.leaks.scan import leaks
from minidl.assignment.sources.markers import without_markers
from minidl.assignment.sources.stubs import stubs
from minidl.assignment.spec import as_dict

FOLDER = PACKAGE / "assignment" / "templates" / "layers"
ASSIGNMENT = read_assignment(FOLDER)
SOURCES = {name: (FOLDER / "source" / name).read_text() for name in ASSIGNMENT.editable}
STUBS = {name: stubs(text, name, ASSIGNMENT.tasks) for name, text in SOURCES.items()}
SOLUTIONS = {name: without_markers(text, name) for name, text in SOURCES.items()}
LINES = SOLUTIONS["layers.py"].split("\n")


def line_of(beginning):
    return next(line for line in LINES if line.strip().startswith(beginning))


LINE, SHORT = line_of("dx = (dout @ w.T)"), line_of("error = x - y")
RNG = np.random.default_rng(7)
X, W, OUT, DIRECTION = (RNG.standard_normal(shape) for shape in ((3, 4), (2, 2), (5,), (2, 3)))
LABELS = np.array([0, 1, 1, 0, 2, 3])


def trial(name, *arguments, slopes=(), **right):
    return Trial(name, arguments, right, "float64", slopes=slopes)


PUBLIC = trial("ordinary", RNG.standard_normal((3, 4)), LABELS, np.zeros(9), out=np.arange(12.0))
HIDDEN = trial(
    "secret",
    X,
    Cache("affine_forward", ({"w": W},)),
    LABELS,
    np.zeros(9),
    out=OUT,
    more=np.arange(12.0),
    slopes=(Slope("dx", DIRECTION, 1.0),),
)
TRIALS = {"affine_forward": {"public": (PUBLIC,), "hidden": (HIDDEN,)}}


def spec(**changes):
    tasks = tuple(
        dataclasses.replace(
            task, checks=tuple(dataclasses.replace(check, hidden=()) for check in task.checks)
        )
        for task in ASSIGNMENT.tasks
    )
    return dataclasses.replace(ASSIGNMENT, **{"seed": 0, "tasks": tasks, **changes})


def as_json(assignment):
    return json.dumps(as_dict(assignment), indent=1).encode()


def found(places=(), assignment=ASSIGNMENT, **files):
    """Return what is found in a hand-out with further files; names without a dot
    have _ for it, and __ for /."""
    named = {
        name if "." in name else ".".join(name.replace("__", "/").rsplit("_", 1)): data
        for name, data in files.items()
    }
    stub_files = {name: text.encode() for name, text in STUBS.items()}
    extra = {
        "train.py": (FOLDER / "extra" / "train.py").read_bytes(),
        "assignment.json": as_json(spec()),
    }
    data = {
        name: text.encode() if isinstance(text, str) else text
        for name, text in {**stub_files, **extra, **named}.items()
    }
    return leaks(data, assignment, SOLUTIONS, STUBS, TRIALS, places)


def written(*trials, tmp_path):
    write_trials(tmp_path / "x.npz", trials)
    return (tmp_path / "x.npz").read_bytes()


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return file.getvalue()


def saved(write, *arrays, **named):
    file = io.BytesIO()
    write(file, *arrays, **named)
    return file.getvalue()


def test_a_clean_hand_out_has_none(tmp_path):
    assert found(public__affine_forward_npz=written(PUBLIC, tmp_path=tmp_path)) == []


def test_the_stubs_themselves_are_looked_at():
    """A hand-out that was edited after it was made."""
    text = STUBS["layers.py"]
    assert found(layers_py=SOLUTIONS["layers.py"])[0].startswith("layers.py:")
    edited = text.replace("# YOUR CODE HERE", LINE.strip() + "  # YOUR CODE HERE", 1)
    number = edited[: edited.index(LINE.strip())].count("\n") + 1
    assert [what.split(": ")[0] for what in found(layers_py=edited)] == [f"layers.py:{number}"]


WAYS = {
    "as it is": ("a_py", f"x = 1\n{LINE}\n", "a.py:2"),
    "spaced": ("a_py", "\n\ndx  =  (dout@w.T) . reshape( x.shape )\n", "a.py:3"),
    "over two lines": ("a_py", "x = 1\ndx = (dout @ w.T).reshape(\n    x.shape)\n", "a.py:2"),
    "with a comment": ("a_py", f"{LINE}  # the slope\n", "a.py:1"),
    "as a comment": ("a_py", f"x = 1\n# {LINE}\n", "a.py:2"),
    "a short line as a comment": ("a_py", f"#{SHORT}\n", "a.py:1"),
    "in a text": (
        "README_md",
        f"# Title\n\nIt is `{LINE.strip()}`, see.\n",
        "README.md:3",
    ),
    "as code in a text": ("README_md", f"> ```\n> {SHORT}\n", "README.md:2"),
    "from a console": ("notes_txt", f">>> {SHORT}\n", "notes.txt:1"),
    "behind other code": ("a_py", f"if 1: x = 1; {LINE.strip()}; y = 2\n", "a.py:1"),
    "with other line ends": ("a_py", f"x = 1\r\n{SHORT}\r\n", "a.py:2"),
    "wide": ("a_txt", f"x\n{LINE}\n".encode("utf-16"), "a.txt:2"),
    "in a notebook": (
        "a_ipynb",
        json.dumps({"cells": [{"source": []}, {"source": ["x = 1\n", SHORT + "\n"]}]}),
        "a.ipynb/cell 2:2",
    ),
    "in what a notebook shows": (
        "a_ipynb",
        json.dumps({"cells": [{"source": "", "outputs": [{"text": [LINE + "\n"]}]}]}, indent=1),
        "a.ipynb:8",
    ),
    "in a zip": ("a_zip", zipped(b_py=f"\n{SHORT}"), "a.zip/b.py:2"),
    "in a zip in a zip": ("a_zip", zipped(b_zip=zipped(c_txt=SHORT)), "a.zip/b.zip/c.txt:1"),
    "packed": ("a_gz", gzip.compress(f"\n\n{SHORT}\n".encode()), "a.gz/unpacked:3"),
    "among arrays": ("a_npz", saved(np.savez, text=np.array(["x", LINE])), "a.npz"),
    "in a kept state": (
        "a_npz",
        saved(np.savez_compressed, text=np.array([LINE])),
        "a.npz/text.npy",
    ),
}


@pytest.mark.parametrize(("name", "data", "place"), WAYS.values(), ids=WAYS)
def test_a_line_of_a_solution_is_found(name, data, place):
    first = found(**{name: data})
    assert len(first) == 1
    assert first[0].startswith(place)
    line = LINE if "dx" in first[0] else SHORT
    number = LINES.index(line) + 1
    assert first[0].endswith(f": holds line {number} of the solution, layers.py: {line.strip()}")


def test_what_a_docstring_says_is_no_secret():
    """``dw = rows.T @ dout`` stands in one."""
    assert found(a_py=line_of("dw = rows.T") + "\n") == []


def test_quotes_within_json():
    line = line_of('config = {"learning_rate"')
    assert len(found(a_ipynb=json.dumps({"cells": [], "x": f"y\n{line}\n"}))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "return dx, dw, db\n",
        "x, w, b = cache\n",
        "for n in range(len(x)):\n    pass\nelse:\n    continue\n",
        "import numpy as np\nfrom layers import affine_forward\n",
        "N, D = x.shape\n",
        "total = 0.0\nout = None\n",
        "dx = (dout @ v.T).reshape(x.shape)\n",
        "the gradient dx is dout @ w.T, put into the shape of x\n",
        ")]}\n\n",
    ],
)
def test_what_anybody_writes_is_no_leak(text):
    assert found(a_py=text) == []


def test_lines_of_given_files_are_none_unless_they_are_a_whole_function():
    given = dataclasses.replace(ASSIGNMENT, given=("given.py",))
    one = f"def other(x):\n{LINE}\n    return dx\n"
    assert len(found(**{"given_py": one})) == 1
    assert found(assignment=given, given_py=one) == []
    assert found(assignment=given, given_py=one, README_md=one) == []
    body = SOLUTIONS["layers.py"][SOLUTIONS["layers.py"].index("def affine_backward") :]
    body = body[: body.index("\n\n\n")]
    assert found(assignment=given, given_py=body) == [
        "given.py: holds the whole solution of affine_backward"
    ]


def test_only_the_first_of_many_are_told():
    told = found(a_py=SOLUTIONS["layers.py"])
    assert len(told) == 6
    assert told[-1].startswith("a.py: and ")
    assert told[-1].endswith(" more of the kind")


NUMBERS = {
    "bytes": ("a_bin", b"x" + X.tobytes() + b"y"),
    "an array": ("a_npy", saved(np.save, X)),
    "turned": ("a_npy", saved(np.save, np.asfortranarray(X))),
    "arrays": ("a_npz", saved(np.savez, X)),
    "compressed": ("a_npz", saved(np.savez_compressed, X)),
    "half as wide": ("a_npy", saved(np.save, X.astype(np.float32))),
    "in the cache": ("a_npy", saved(np.save, W)),
    "what is right": ("a_npy", saved(np.save, OUT)),
    "a direction": ("a_npy", saved(np.save, DIRECTION)),
    "text": ("a_json", json.dumps({"x": X.tolist()}, indent=1)),
    "in a zip": ("a_zip", zipped(b_npz=saved(np.savez_compressed, X))),
    "within another": ("a_npy", saved(np.save, np.concatenate([np.zeros((1, 4)), X]))),
}


@pytest.mark.parametrize(("name", "data"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_of_hidden_cases_are_found(name, data):
    (first,) = found(**{name: data})
    assert first.endswith(": holds numbers of the hidden case 'secret' of task affine_forward")


@pytest.mark.parametrize("array", [LABELS, np.zeros(9), np.arange(12.0), X[0, :3], X + 1e-9])
def test_numbers_that_say_nothing_are_none(array):
    assert found(a_npy=saved(np.save, array)) == []


def test_names_of_hidden_cases_and_the_seed(tmp_path):
    named = ASSIGNMENT.tasks[0].checks[1].hidden
    assert named
    told = found(assignment_json=as_json(dataclasses.replace(ASSIGNMENT, seed=0)))
    assert any(
        "assignment.json: names the hidden cases of task affine_forward" in one for one in told
    )
    (told,) = found(assignment_json=as_json(spec(seed=ASSIGNMENT.seed)))
    assert told.startswith("assignment.json:")
    assert told.endswith(f": holds the seed, {ASSIGNMENT.seed}")
    (told,) = found(notes_json='{\n"case": "secret"}')
    assert told == "notes.json:2: names the hidden case 'secret'"
    empty = dataclasses.replace(HIDDEN, arguments=(), right={}, slopes=())
    (told,) = found(a_npz=written(PUBLIC, empty, tmp_path=tmp_path))
    assert told.endswith(": names the hidden case 'secret'")
    assert found(notes_json='{"case": "ordinary"}', README_md='the case "secret"') == []
    assert found(a_py=f"year = {ASSIGNMENT.seed}\nseed = 1\n") == []
    assert len(found(a_py=f"x = 1\nSEED={ASSIGNMENT.seed}\n")) == 1


@pytest.mark.parametrize(
    "name",
    [
        "__pycache__/layers.cpython-311.pyc",
        "fast.cpython-311-x86_64-linux-gnu.so",
        "fast.cp311-win_amd64.pyd",
        ".git/config",
        "sub/.ipynb_checkpoints/a.ipynb",
        ".DS_Store",
        "build/lib/a.py",
        "layers.py~",
    ],
)
def test_generated_files_are_found(name):
    (told,) = found(**{name: "x"})
    assert told.startswith(f"{name}: ")
    assert told.endswith(" is made by a program, and no part of a hand-out")


def test_what_cython_makes_is_found_and_other_c_is_not():
    assert found(fast_c="/* Generated by Cython 3.1 */\nint x;") == [
        "fast.c: is made by Cython, and no part of a hand-out"
    ]
    assert found(fast_c="int x;\n") == []


def test_folders_of_this_machine_are_found(tmp_path):
    text = f"\nopen('{tmp_path}/a')\n"
    assert found([tmp_path], a_py=text) == [
        f"a.py:2: holds the name of a folder of this machine, {os.path.abspath(tmp_path)}"
    ]
    assert found([tmp_path], a_py=f"{tmp_path}_2") == []
    assert found([os.sep], a_py="/x") == []


def test_markers_that_are_left_are_found():
    assert found(a_py="x = 1\n  ### END SOLUTION\n") == [
        "a.py:2: holds the marker ### END SOLUTION"
    ]
    assert found(README_md="the line `### BEGIN SOLUTION` begins a part\n") == []


def test_broken_archives_are_taken_as_they_are():
    whole = zipped(b_py=SHORT)
    assert (
        found(a_zip=whole[: len(whole) // 2], b_zip=b"PK\x05\x06", c_gz=b"\x1f\x8b\x08junk") == []
    )
    assert found(a_ipynb="{", b_ipynb="[]") == []
