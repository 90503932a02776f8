"""The path of somebody new: make an assignment, build it, solve it, pack it; and wrong turns."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest
from hand_ins import right

from minidl import cli


@pytest.fixture
def run(capsys):
    """Run a command of ``minidl assignment``; return its exit status, output and errors."""

    def command(*words):
        status = cli.main(["assignment", *map(str, words)])
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    return command


@pytest.fixture
def at_work(handed, monkeypatch):
    """Work in the folder of the hand-out of *layers*."""
    monkeypatch.chdir(handed)
    return handed


def solve(folder, *functions, wrong=""):
    """Write the right bodies of functions over their stubs, and perhaps change one of them."""
    for file, solved in right("layers").items():
        path = folder / file
        text = path.read_text()
        for function in functions:
            if f"def {function}(" in text and f"def {function}(" in solved:
                text = text.replace(_function(text, function), _function(solved, function))
        path.write_text(text)


def _function(text, name):
    start = text.index(f"def {name}(")
    end = text.find("\n\n\n", start)
    return text[start : len(text) if end < 0 else end + 1]


def test_an_instructor_makes_an_assignment(layers):
    folder, shown = layers
    assert "  source/layers.py\n" in shown
    assert f"next: minidl assignment build {folder}\n" in shown
    assert "all                             58      42     100\n" in shown
    assert f"for students    {folder / 'build' / 'layers.zip'}" in shown
    assert "which students must not get" in shown


compiling = pytest.mark.slow  # of the convolution, in each state of its file, takes half a minute


@pytest.mark.parametrize(
    ("template", "tasks"), [("layers", 8), pytest.param("convolution", 5, marks=compiling)]
)
def test_the_sample_assignments_prove_themselves(template, tasks, request):
    _, shown = request.getfixturevalue(template)
    assert "leak scan           clean\n" in shown
    assert "untouched hand-out  0 of 100 points, no task attempted\n" in shown
    assert "solution            all of 100 points\n" in shown
    assert f"each task alone     {tasks} of {tasks} marked in full\n" in shown


def test_a_student_works_checks_and_packs(run, at_work):
    status, out, _ = run("doctor")
    assert (status, out.splitlines()[-1]) == (0, "all is there")
    status, out, _ = run("check")
    assert status == 1
    assert "  affine_forward   not attempted        0 of 6   hidden: 4 more\n" in out
    assert out.endswith("0 of 58 points by public checks; hidden checks decide 42 more points\n")

    solve(at_work, "affine_forward", "affine_backward", "relu_forward")
    status, out, _ = run("check", "affine_forward", "affine_backward", "relu_forward")
    assert status == 0
    assert out.endswith("18 of 18 points by public checks; hidden checks decide 12 more points\n")

    status, out, err = run("pack", "--name", "ada")
    assert status == 0
    assert err.startswith("note: not written yet: relu_backward, softmax_loss")
    assert "hand in layers-ada.zip\n" in out
    assert zipfile.is_zipfile("layers-ada.zip")


def test_all_tasks_solved_are_all_points(run, at_work):
    for name, text in right("layers").items():
        (at_work / name).write_text(text)
    status, out, _ = run("check", "--json")
    facts = json.loads(out)
    assert status == 0
    assert (facts["passed"], facts["points"], facts["hidden_points"]) == (True, 58, 42)
    assert {task["status"] for task in facts["tasks"]} == {"passed"}
    assert run("pack")[2] == ""  # no note
    shown = subprocess.run(
        [sys.executable, "train.py"], capture_output=True, text=True, check=True
    ).stdout
    assert float(shown.split()[-2]) > 90


def test_a_mistake_is_explained(run, at_work):
    solve(at_work, "relu_forward", "relu_backward")
    path = at_work / "layers.py"
    text = path.read_text()
    assert "cache > 0" in text
    path.write_text(text.replace("cache > 0", "dout > 0"))
    status, out, _ = run("check", "relu_forward", "relu_backward")
    assert status == 1
    assert "relu_forward   passed" in out
    assert "relu_backward  wrong" in out
    assert "values    case 'ordinary'" in out
    assert "must be" in out
    assert "likely    the mask comes from dout" in out
    assert "hint      Which cells of the input let their number through?" in out
    assert "again     minidl assignment check relu_backward\n" in out


def test_a_loop_without_end_takes_the_limit_and_no_more(run, at_work):
    path = at_work / "layers.py"
    text = path.read_text()
    stub = 'raise NotImplementedError("task sgd: yours to write")'
    assert stub in text
    path.write_text(text.replace(stub, "while True:\n        pass"))
    status, out, _ = run("check", "sgd", "--limit", "0.3")
    assert status == 1
    assert "sgd  timed out" in out
    assert "0.3 s" in out


def test_training_says_what_is_missing(at_work):
    result = subprocess.run(
        [sys.executable, "train.py"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert result.stderr.startswith("train.py needs these tasks first:\n  affine_forward ")
    assert result.stderr.endswith(
        "see minidl assignment check affine_forward affine_backward relu_forward\n"
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"def f(:\n", "net.py, line 1: invalid syntax"),
        ("x = 1\n".encode("utf-16"), "net.py is UTF-16; save it as UTF-8"),
        (b"def two_layer_loss(*_):\n    import minidl\n", "imports minidl"),
        (b"import missing_module\n", "No module named 'missing_module'"),
        (None, "net.py is missing; take it from the hand-out again"),
        (b"two_layer_loss = None\n", "two_layer_loss"),
    ],
)
def test_a_file_that_cannot_be_run_is_named(content, says, run, at_work):
    if content is None:
        (at_work / "net.py").unlink()
    else:
        (at_work / "net.py").write_bytes(content)
    status, out, err = run("check", "two_layer_loss")
    assert status == 1
    assert says in out + err
    assert "Traceback" not in out + err


@pytest.mark.parametrize("change", [b"\xef\xbb\xbf", b"\r\n"])
def test_marks_and_line_ends_of_windows_do_no_harm(change, run, at_work):
    text = right("layers")["layers.py"].encode()
    text = change + text if change.startswith(b"\xef") else text.replace(b"\n", change)
    (at_work / "layers.py").write_bytes(text)
    assert run("check", "sgd")[0] == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("check", "sdg"), "check: there is no task 'sdg'; did you mean 'sgd'?"),
        (("check", "--folder", "nowhere"), "check: there is no folder 'nowhere'"),
        (("pack", "--name", "a/b"), "may hold letters, digits, ., - and _, got 'a/b'"),
        (("new", "."), "is not empty, it holds"),
        (("new", "x", "--template", "layer"), "did you mean 'layers'?"),
        (("build", "nowhere"), "there is no folder nowhere"),
        (("build",), "needs the folder with assignment.toml"),
    ],
)
def test_wrong_turns_end_with_2_and_one_line(words, message, run, at_work):
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_words_that_are_none_are_refused(run):
    for words in (("chek",), (), ("pack", "-o", "x.tar"), ("check", "--limit", "0")):
        with pytest.raises(SystemExit) as stop:
            run(*words)
        assert stop.value.code == 2


def test_a_file_stands_for_its_tasks(run, at_work):
    _, out, _ = run("check", "net.py")
    assert "two_layer_loss  not attempted" in out
    assert "sgd" not in out


def test_what_was_changed_is_noted(run, at_work, monkeypatch):
    monkeypatch.setattr("minidl.__version__", "0.3.1")
    _, _, err = run("check", "sgd")
    assert "note: this is minidl 0.3.1, and the assignment is made for >=0.1,<0.2" in err
    status, out, _ = run("doctor")
    assert status == 1
    assert "something is missing" in out


def test_a_refused_build_says_all_of_it(run, tmp_path):
    run("new", tmp_path / "mine")
    path = tmp_path / "mine" / "source" / "layers.py"
    path.write_text(path.read_text().replace("np.mean(error**2)", "np.sum(error**2)"))
    status, _, err = run("build", tmp_path / "mine")
    assert status == 1
    assert "minidl: build: the solution gets 5 of 10 points for task mse_loss: " in err
    assert err.endswith("nothing was built\n")
    assert sorted(os.listdir(tmp_path / "mine")) == [
        "assignment.toml",
        "cases.py",
        "extra",
        "source",
    ]


@compiling
def test_the_fast_convolution_is_checked_where_a_compiler_is(convolution, tmp_path, run):
    pytest.importorskip("Cython")
    folder = convolution[0] / "build" / "handout"
    place = shutil.copytree(folder, tmp_path / "convolution")
    status, out, _ = run("doctor", "--folder", place)
    assert status == 0
    assert "C compiler" in out
    for name in ("convolution.py", "fast_convolution.pyx"):
        shutil.copy(convolution[0] / "source" / name, place)
    status, out, _ = run("check", "--folder", place)
    assert "conv_forward_fast  passed             20 of 20   hidden: 10 more\n" in out
    assert "times" in out
    assert status == 0
