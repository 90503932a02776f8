"""``minidl trace`` as people meet it: examples, matrices, files, and all that can be wrong."""

import io
import json
import sys

import numpy as np
import pytest

from minidl import cli, trace
from minidl.trace.page import page
from minidl.trace.presets import PRESETS

IMAGE = ("--x", "1 2 3; 4 5 6; 7 8 9")
FILTER = ("--w", "3 2; 1 5")


@pytest.fixture
def told(capsys):
    """Run the command; return its exit status and what it printed, as lines on both streams."""

    def run(*words):
        status = cli.main(["trace", *words])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.mark.parametrize("name", PRESETS)
def test_examples_are_listed_and_told(name, told):
    status, out, _ = told("--list")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(PRESETS)
    assert told(name) == (0, f"{trace.preset(name)}\n", "")


def test_matrices_as_text(told):
    expected = f"{trace.convolution([[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[3, 2], [1, 5]])}\n"
    for x, w in [
        ("1 2 3; 4 5 6; 7 8 9", "3 2; 1 5"),
        ("1,2,3;4,5,6;7,8,9", "3,2\n1,5"),
        (" 1, 2  3\n4 5 6 ;\n7 8 9;\n", "3.0 2e0;+1 5"),
    ]:
        assert told("--x", x, "--w", w) == (0, expected, "")


def test_a_matrix_may_start_with_a_minus(told):
    _, out, _ = told("--x", "-1,2;3,4", "--w", "-1", "--b", "-2", "--dout", "-.5 1; 1 1", "--json")
    arrays = json.loads(out)["arrays"]
    assert arrays["x"] == [[[[-1, 2], [3, 4]]]]
    assert (arrays["w"], arrays["b"], arrays["dout"]) == ([[[[-1]]]], [-2], [[[[-0.5, 1], [1, 1]]]])
    _, out, _ = told("--layer", "relu", "--x", "-inf 1", "--json")
    assert json.loads(out)["arrays"]["x"] == [["-Infinity", 1]]


def test_parameters(told):
    options = ["--stride", "2,1", "--pad", "1,0,0,1", "--dilation", "1 2", "--groups", "1"]
    _, out, _ = told(*IMAGE, *FILTER, *options, "--json")
    assert json.loads(out)["param"] == {
        "stride": [2, 1],
        "pad": [[1, 0], [0, 1]],
        "dilation": [1, 2],
        "groups": 1,
    }
    for pad, sides in [("same", [[0, 1], [0, 1]]), ("2", [[2, 2]] * 2), ("1,0", [[1, 1], [0, 0]])]:
        _, out, _ = told(*IMAGE, *FILTER, "--pad", pad, "--json")
        assert json.loads(out)["param"]["pad"] == sides


def test_other_layers(told):
    window = {"pool_height": 2, "pool_width": 1}
    x = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    dout = [[1, 2, 3]]
    options = ["--layer", "max_pool", "--window", "2,1", "--dout", "1 2 3"]
    assert told(*IMAGE, *options)[1] == f"{trace.max_pool(x, window, dout)}\n"
    options = [
        "--layer",
        "avg_pool",
        "--window",
        "2,1",
        "--ceil-mode",
        "--pad",
        "1",
        "--image-only",
    ]
    options += ["--stride", "2"]
    param = {**window, "ceil_mode": True, "pad": 1, "count_include_pad": False, "stride": 2}
    status, _, err = told(*IMAGE, *options)
    assert status == 2
    assert "pad 1 and 1 must be smaller than the window width 1" in err
    options[options.index("1")] = "1,0"
    param["pad"] = 1, 0
    assert told(*IMAGE, *options)[1] == f"{trace.avg_pool(x, param)}\n"
    everything = trace.max_pool(x, {"global_pool": True})
    assert told(*IMAGE, "--layer", "max_pool", "--global-pool")[1] == f"{everything}\n"
    assert told(*IMAGE, "--layer", "relu")[1] == f"{trace.relu(x)}\n"


def test_the_step_takes_other_numbers(told):
    assert "loss_after = " in told("sgd-step", "--lr", "0.0001", "--pass", "loss-after")[1]
    _, out, _ = told("sgd-step", *IMAGE, "--w", "1 1", "--target", "9", "--json")
    assert json.loads(out)["arrays"]["target"] == 9


def test_passes_and_cells_are_chosen(told):
    _, out, _ = told("sgd-step", "--pass", "update", "--pass", "loss")
    assert [line for line in out.splitlines() if line[:1].isdigit()] == [
        "1. Loss",
        "2. Update of the filter",
    ]
    _, out, _ = told("sgd-step", "--pass", "filter-gradient", "--cell", "0,1")
    assert "dw[0,1] = 2*4 + 3*4 + 5*4 + 6*4 = 64" in out
    assert "dw[0,0]" not in out


def test_arrays_from_files(told, tmp_path, rng):
    x = rng.integers(0, 9, (2, 3, 3)).astype(np.float32)
    w = rng.integers(0, 9, (2, 2, 2, 2)).astype(np.int16)
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "W.NPY.npy", w)
    np.save(tmp_path / "b.npy", np.array([1.0, 2.0], dtype=np.float32))
    files = [str(tmp_path / name) for name in ("x.npy", "W.NPY.npy", "b.npy")]
    _, out, _ = told("--x", files[0], "--w", files[1], "--b", files[2])
    assert out == f"{trace.convolution(x, w, np.array([1, 2], np.float32))}\n"


def test_files_that_hold_something_else(told, tmp_path):
    files = {}
    for name, write in {
        "pickled": lambda path: np.save(path, np.array([{}, None]), allow_pickle=True),
        "empty": lambda path: path.write_bytes(b""),
        "words": lambda path: path.write_text("1 2 3"),
    }.items():
        files[name] = tmp_path / f"{name}.npy"
        write(files[name])
    with open(tmp_path / "several.npy", "wb") as file:
        np.savez(file, a=[1])
    files["several"] = tmp_path / "several.npy"
    for name, path in files.items():
        status, out, err = told("--x", str(path), "--w", "1")
        assert (status, out) == (2, ""), name
        what = "holds several arrays" if name == "several" else "is no .npy file of numbers ("
        assert err.startswith(f"minidl: trace: x: {path} {what}"), name
        assert err.count("\n") == 1
    np.save(tmp_path / "large.npy", np.ones((3, 700, 700), dtype=np.uint8))
    _, _, err = told("--x", str(tmp_path / "large.npy"), "--w", "1")
    assert "x has 1470000 cells" in err
    status, _, err = told("--x", str(tmp_path / "nothing.npy"), "--w", "1")
    assert (status, err.startswith(f"minidl: {tmp_path / 'nothing.npy'}: ")) == (2, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--x", "1 2; a 4", "--w", "1"], "trace: x, row 2, number 1: 'a' is no number"),
        (["--x", "1", "--w", "1 2; 3"], "trace: w, row 2 has 1 numbers, and row 1 has 2; all rows"),
        (["--x", "1,,2", "--w", "1"], "trace: x, row 1, number 2: nothing stands beside a comma"),
        (["--x", "", "--w", "1"], "trace: x, row 1 has no numbers; write rows as '1 2; 3 4'"),
        (["--x", "1;;2", "--w", "1"], "trace: x, row 2 has no numbers"),
        (["--x", "x.png", "--w", "1"], "'x.png' is no number; files must be .npy"),
        (["--x", "[[1, 2], [3, 4]]", "--w", "1"], "'[[1' is no number; write rows without bra"),
        ([*IMAGE], "trace: conv needs a filter, too"),
        ([], "trace: nothing to trace; give an image"),
        ([*IMAGE, "--layer", "avg_pool"], "trace: avg_pool needs --window 2, or --global-pool"),
        (
            [*IMAGE, *FILTER, "--window", "2"],
            "trace: --window is no option of conv, which takes --x",
        ),
        ([*IMAGE, *FILTER, "--pad", "sme"], "got 'sme'; did you mean 'same'?"),
        ([*IMAGE, *FILTER, "--pad", "1,2,3"], "trace: --pad takes 1 or 2 or 4 whole numbers"),
        ([*IMAGE, *FILTER, "--stride", "a"], "trace: --stride: 'a' is no whole number"),
        ([*IMAGE, *FILTER, "--stride", "9" * 20], "is no whole number"),
        ([*IMAGE, *FILTER, "--groups", "2"], "groups 2 must divide the 1 channels of x"),
        ([*IMAGE, "--w", "1 2 3 4"], "window width 4 exceeds the padded input width 3"),
        ([*IMAGE, *FILTER, "--dout", "1"], "dout must have shape (1, 1, 2, 2)"),
        ([*IMAGE, *FILTER, "--b", "1 2"], "b must have shape (1,)"),
        (["sgd-stpe"], "trace: no preset 'sgd-stpe'; did you mean 'sgd-step'?"),
        (["relu", "--x", "1"], "trace: relu has numbers of its own; leave out --x"),
        (["relu", "--layer", "conv"], "trace: relu is an example; leave out --layer"),
        (["sgd-step", "--b", "1"], "trace: --b is no option of sgd-step"),
        (["sgd-step", "--lr", "nan"], "trace.sgd_step: lr must be finite, got nan"),
        (["relu", "--pass", "forwrd"], "trace: no pass 'forwrd' in relu; did you mean 'forward'?"),
        (["relu", "--cell", "9,9"], "trace: no result has a cell 9,9; there are out 2 x 3"),
        (["relu", "--cell", "x"], "trace: --cell: 'x' is no whole number"),
        (["relu", "--cell", ""], "trace: --cell: '' is no whole number"),
        (["relu", "--html", ""], "minidl: cannot write "),
        (["relu", "--cell", "0,0", "--json"], "trace: --cell is for the text"),
    ],
)
def test_wrong_words(words, message, told):
    status, out, err = told(*words)
    assert (status, out) == (2, "")
    assert err.startswith("minidl: ")
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [
        (True, {}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
)
def test_colours_are_for_a_terminal(monkeypatch, terminal, environment, coloured):
    stream = io.StringIO()
    stream.isatty = lambda: terminal
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert cli.main(["trace", "relu"]) == 0
    assert ("\033[" in stream.getvalue()) == coloured


@pytest.mark.parametrize("width", [60, 80])
def test_text_fits_the_terminal(width, monkeypatch):
    stream = io.StringIO()
    stream.isatty = lambda: True
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    assert cli.main(["trace", "strided"]) == 0
    told = stream.getvalue().partition("1. Forward")[2].splitlines()
    assert width - 15 < max(map(len, told)) <= width


def test_a_page(told, tmp_path):
    path = tmp_path / "page.html"
    status, out, _ = told("relu", "--html", str(path))
    assert (status, out) == (0, f"{path} is written; open it in a browser\n")
    assert path.read_text(encoding="utf-8") == page(trace.preset("relu"))
    _, out, _ = told("relu", "--html", str(path), "--json")
    assert json.loads(out)["kind"] == "relu"
    status, _, err = told("relu", "--html", str(tmp_path / "no" / "page.html"))
    assert status == 2
    assert err.startswith(f"minidl: cannot write {str(tmp_path / 'no' / 'page.html')!r}: ")
