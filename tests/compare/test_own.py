"""A student's function as a side: right, wrong, raising, returning nonsense, never returning."""

import numpy as np
import pytest

from minidl import cli, compare
from minidl.twins import TWINS

pytestmark = pytest.mark.usefixtures("shared")
FILE = """
import numpy as np


def affine_forward(x, w, b):
    out = x.reshape(len(x), -1) @ w
    return (out if b is None else out + b), (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    rows = x.reshape(len(x), -1)
    return (dout @ w.T).reshape(x.shape), rows.T @ dout, None if b is None else dout.sum(axis=0)


def relu_forward_mine(x):
    return np.maximum(x, 0), x


def relu_backward_mine(dout, x):
    dx = dout * (x > 0)
    dx[2, 1, 0, 3] += 5
    return dx


def tanh_backward(dout, out):
    return dout * (1 - out * out)


def sigmoid_forward(x):
    return 1 / (1 + np.exp(-x))


def gelu_forward(x, approximate="none"):
    raise KeyError("nothing yet")


def leaky_relu_forward(x, slope=0.01):
    while True:
        pass


def svm_loss(x, y):
    return 0.0, x


def dropout_forward(x, dropout_param):
    x *= 2
    return x, x
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(FILE)
    return str(path)


def of(spec, **more):
    return list(compare.compare(own=spec, budget=0, **more))


def test_both_passes_are_compared_and_timed(file):
    forward, backward = of(f"{file}:affine_forward")
    for c in (forward, backward):
        assert c.equal
        assert c.seconds("yours") > 0
        assert c.speedup_of("yours").ratio > 0
        assert c.gflops("yours") > 0
        assert "yours" not in c.extra_bytes
    sides = [(gap.side, gap.result) for gap in backward.gaps]
    assert sides == [(side, name) for side in ("fast", "yours") for name in ("dx", "dw", "db")]
    lines = compare.report([forward], wide=True).splitlines()
    assert [line[16:21].strip() for line in lines[2:5]] == ["naive", "fast", "yours"]


def test_a_file_alone_serves_for_a_layer_that_is_named(file):
    assert [c.seconds("yours") > 0 for c in of(file, layers="affine")] == [True, True]
    with pytest.raises(ValueError, match="compare: which function of .*; write .*:affine_forward"):
        of(file)


def test_a_backward_pass_alone_takes_the_definitions_cache(file):
    forward, backward = of(f"{file}:tanh_backward")
    assert {gap.side for gap in forward.gaps} == {"fast"}
    assert {gap.side for gap in backward.gaps} == {"fast", "yours"}
    assert backward.equal
    assert forward.seconds("yours") is None


def test_wrong_values_exit_with_1_and_say_where(file, capsys):
    assert cli.main(["compare", "--fast", f"{file}:relu_forward_mine", "--budget", "0"]) == 1
    printed = capsys.readouterr().out
    assert "relu backward, yours: dx differs by 5 at [2, 1, 0, 3]: " in printed
    assert "inputs: x (8, 6, 28, 28)" in printed


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("sigmoid_forward", "float32 alone, must return out, cache"),
        ("gelu_forward", "gelu_forward: raised KeyError: 'nothing yet' (mine.py, line "),
        ("leaky_relu_forward", "leaky_relu_forward: did not end within 1 s (mine.py, line "),
        ("dropout_forward", "dropout_forward: x was changed in place; work on a copy"),
        ("sigmoid_backward", "has no function 'sigmoid_backward'; did you mean 'sigmoid_forward'"),
    ],
)
def test_what_gives_no_result_exits_with_2(file, function, message, capsys):
    words = ["compare", "--fast", f"{file}:{function}", "--time-limit", "1", "--budget", "0"]
    assert cli.main(words) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("minidl: compare: ")
    assert message in line


def test_the_least_speed_up_is_that_of_the_student(file, capsys):
    words = ["compare", "--fast", f"{file}:affine_forward", "--budget", "0", "--min-speedup", "1e9"]
    assert cli.main(words) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[2] for line in lines] == [
        " affine forward (yours)",
        " affine backward (yours)",
    ]


def test_functions_of_this_process(monkeypatch):
    twin = TWINS["affine"]
    forward, backward = of(twin.naive, layers="affine")
    assert forward.seconds("yours") > 0
    assert backward.equal

    def relu_forward(x):
        return np.maximum(x, 0), x

    forward, backward = of(relu_forward)
    assert forward.equal
    assert forward.seconds("yours") > 0
    assert backward.seconds("yours") is None


def test_a_file_is_loaded_once(tmp_path, capsys):
    path = tmp_path / "slow.py"
    text = "open(__file__ + '.log', 'a').write('x')\nimport numpy as np\n"
    path.write_text(text + "def relu_forward(x):\n    return np.maximum(x, 0), x\n")
    assert cli.main(["compare", "--fast", str(path), "--budget", "0"]) == 0
    assert (tmp_path / "slow.py.log").read_text() == "x"


def test_a_function_of_this_process_must_not_change_what_others_are_given():
    def relu_forward(x):
        x[x < 0] = 0
        return x, x

    with pytest.raises(ValueError, match="relu, yours: x was changed in place; work on a copy"):
        of(relu_forward)


def test_a_function_is_one_layer(file):
    with pytest.raises(ValueError, match="a function of yours is one layer, got conv, relu"):
        of(file, layers=["conv", "relu"])
    with pytest.raises(ValueError, match="no layer is called like hinge; add --layer NAME"):
        of(np.vectorize(abs, otypes=[float]) and _named("hinge"))


def _named(name):
    def function(x):
        return x

    function.__name__ = name
    return function


def test_a_loss_of_a_student(file):
    (loss,) = of(f"{file}:svm_loss")
    assert not loss.equal
    assert [gap.result for gap in loss.gaps if gap.side == "yours"] == ["loss", "dx"]
