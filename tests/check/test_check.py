"""minidl check: whatever a function does, a line says what; names, options and the API."""

import json
import re

import numpy as np
import pytest

from minidl import cli, layers
from minidl.check import check
from minidl.check.names import meant, recognise
from minidl.students import Student
from minidl.twins import TWINS

pytestmark = pytest.mark.usefixtures("shared")
RELU = "import numpy as np\ndef relu_forward(x):\n    {}\n"

MAX_POOL = """
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def max_pool_forward(x, pool_param):
    pad, stride = pool_param.get("pad", 0), pool_param.get("stride", 1)
    window = pool_param["pool_height"], pool_param["pool_width"]
    sides = (0, 0), (0, 0), (pad, pad), (pad, pad)
    padded = np.pad(x, sides, constant_values=-np.inf)
    windows = sliding_window_view(padded, window, axis=(2, 3))[:, :, ::stride, ::stride]
    return windows.max(axis=(4, 5)), None
"""


def run(tmp_path, capsys, source, *words, function="relu_forward"):
    """Return exit status, output and errors of ``minidl check`` of a file of this text."""
    file = tmp_path / "my_layers.py"
    file.write_text(source)
    status = cli.main(["check", f"{file}:{function}" if function else str(file), *words])
    return status, *capsys.readouterr()


def lines(printed, start):
    return [line for line in printed.splitlines() if line.startswith(f"  {start}")]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("while True: pass", "relu_forward: did not end within 0.5 s"),
        ("import os; os._exit(0)", "relu_forward: ended the process, exit code 0"),
        ("import sys; sys.exit()", r"relu_forward: ended by sys.exit\(None\)"),
        ("import ctypes; ctypes.string_at(0)", "relu_forward: crashed"),
        ("pass", "returned None, must return out, cache; is the return missing"),
        ("return x", "returned an array of shape .* alone, must return out, cache"),
        ("return 'x', x", "out is a str, must be an array"),
        ("return x.tolist(), x", "out is a list of"),
        ("return x.astype(object), x", "dtype object"),
        ("return np.ma.masked_array(x), x", "out is a MaskedArray"),
        ("return None, x", "out is None, must be an array of shape"),
        ("return relu_forward(x)", "likely  the function calls itself without end"),
        ("return np.maxmum(x, 0), x", "raised AttributeError: module 'numpy' has no attribute"),
        ("return np.maximum(y, 0), x", "likely  a name is misspelled"),
        ("return np.maximum(x, 0) + 0j, x", "float64 came in, and out came out as complex128"),
        ("return x > 0, x", "float64 came in, and out came out as bool"),
        ("return (x > 0).astype('u1'), x", r"out\[0\] is 1, must be"),
        ("return np.zeros((1 << 13, 1 << 13)), x", "512 MiB, must be .* of at most 256 MiB"),
    ],
)
def test_what_a_function_does_instead_fails_with_a_line(tmp_path, capsys, body, says):
    status, out, err = run(tmp_path, capsys, RELU.format(body), "--limit", "0.5")
    assert status == 1
    assert err == ""
    assert re.search(says, re.sub(r"\s+", " ", out).replace("likely ", "likely  ")), out
    assert "FAILED" in out
    assert "Traceback" not in out


def test_random_numbers_of_the_caller_go_on_as_if_nothing_were():
    state = np.random.get_state()  # noqa: NPY002
    assert next(check(layers.dropout_forward, layers.dropout_backward))
    assert np.array_equal(np.random.get_state()[1], state[1])  # noqa: NPY002


def test_padding_of_zeros_is_told_where_it_wins(tmp_path, capsys):
    """One number of one case is wrong: where it stands is chance, and not the last image."""
    source = MAX_POOL.replace("-np.inf", "0")
    out = " ".join(run(tmp_path, capsys, source, "--full", function="max_pool_forward")[1].split())
    assert "cells outside of the image are never the maximum" in out
    assert "the last image" not in out


def test_causes_are_not_told_of_what_is_something_else(tmp_path, capsys):
    """A dict's entry is in no order, complex numbers are no lost dtype, chance is not memory."""
    complex_out = RELU.format("return np.maximum(x, 0) + 0j, x")
    assert "likely" not in run(tmp_path, capsys, complex_out)[1]
    drawn = RELU.format("return np.maximum(x, 0) * np.random.rand(), x")
    assert "random numbers are drawn" in " ".join(run(tmp_path, capsys, drawn)[1].split())
    kept = "def batchnorm_forward(x, gamma, beta, bn_param):\n"
    kept += "    bn_param['running_mean'] = bn_param['running_var'] = x\n    return x, x\n"
    out = run(tmp_path, capsys, kept, function="batchnorm_forward")[1]
    assert "bn_param['running_mean'] has shape (3, 1), must be (1,)" in out
    assert "the order is" not in out


def test_what_changes_its_input_explains_what_else_is_wrong(tmp_path, capsys):
    """Traits would tell of positive numbers, which only the second call of a case finds wrong."""
    body = "x += 1\n    return np.maximum(x - (x > 1.5), 0), x"
    status, out, _ = run(tmp_path, capsys, RELU.format(body), "--dtype", "float64")
    assert status == 1
    values = out.partition("values of out")[2].partition("forward:")[0]
    assert "likely  x was changed in place" in values
    assert "where" not in values


@pytest.mark.parametrize(
    ("name", "body", "right"),
    [
        ("sigmoid_forward", "out = np.exp(x) / (1 + np.exp(x))", False),
        ("sigmoid_forward", "out = 1 / (1 + np.exp(-x))", True),
        ("tanh_forward", "out = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))", False),
        ("tanh_forward", "out = np.tanh(x)", True),
    ],
)
def test_exponentials_must_not_overflow(tmp_path, capsys, name, body, right):
    source = f"import numpy as np\ndef {name}(x):\n    {body}\n    return out, x\n"
    status, out, _ = run(tmp_path, capsys, source, function=name)
    assert status == 1 - right
    assert right or "for exp of a large number" in " ".join(out.split())


def test_stubs_are_not_written_yet(tmp_path, capsys):
    """The one that was named counts; its partner is shown and does not."""
    stub = "def relu_backward(dout, cache):\n    raise NotImplementedError('yours')\n"
    right = RELU.format("return np.maximum(x, 0), x")
    status, out, _ = run(tmp_path, capsys, right + stub)
    assert status == 0
    assert lines(out, "to do") == ["  to do   backward: not written yet"]
    assert "6 of 6 checks passed" in out
    status, out, _ = run(tmp_path, capsys, right + stub, function="relu_backward")
    assert status == 1
    assert lines(out, "TO DO") == ["  TO DO   backward: not written yet"]
    status, out, _ = run(tmp_path, capsys, right + stub, function=None)
    assert status == 1


def test_a_backward_pass_alone_gets_the_cache_of_the_reference(tmp_path, capsys):
    source = "def relu_backward(dout, cache):\n    return dout * (cache > 0)\n"
    stub = "def relu_forward(x):\n    raise NotImplementedError\n"
    status, out, _ = run(tmp_path, capsys, source, function="relu_backward")
    assert status == 0
    assert "forward" not in out
    status, out, _ = run(tmp_path, capsys, source + stub, function="relu_backward")
    assert status == 0
    assert lines(out, "ok      backward: values of dx")


def test_json_has_the_numbers(tmp_path, capsys):
    source = RELU.format("return np.maximum(x, 0.5), x")
    status, out, _ = run(tmp_path, capsys, source, "--json", "--dtype", "float64", "--seed", "3")
    (report,) = json.loads(out)
    assert status == 1
    assert (report["layer"], report["functions"]) == ("relu", {"forward": "relu_forward"})
    assert report["passed"] is False
    (failed,) = [one for one in report["checks"] if one["status"] == "failed"]
    assert failed["name"] == "values of out"
    assert failed["got"] == pytest.approx(0.5)
    assert failed["error"] == pytest.approx(failed["got"] - failed["expected"])
    assert 0 < failed["wrong"] <= failed["cases"]
    assert failed["case"].startswith("x (")
    again = run(tmp_path, capsys, source, "--json", "--dtype", "float64", "--seed", "3")[1]
    assert again == out
    assert run(tmp_path, capsys, source, "--json", "--dtype", "float64")[1] != out


def test_a_dtype_may_be_chosen(tmp_path, capsys):
    """A function that only knows float64 is right in it."""
    source = RELU.format("return np.maximum(x, 0).astype(np.float64), x")
    assert run(tmp_path, capsys, source, "--dtype", "float64")[0] == 0
    assert run(tmp_path, capsys, source, "--dtype", "float32")[0] == 1
    status, out, _ = run(tmp_path, capsys, source)
    assert status == 1
    assert "float32 came in, and out came out as float64" in out


def test_a_layer_may_be_named(tmp_path, capsys):
    source = "import numpy as np\ndef cut(x):\n    return np.maximum(x, 0), x\n"
    assert run(tmp_path, capsys, source, "--layer", "relu", function="cut")[0] == 0
    status, _, err = run(tmp_path, capsys, source, function="cut")
    assert status == 2
    assert "'cut' does not say which layer it is; name it like conv_forward, or add --layer" in err
    status, _, err = run(tmp_path, capsys, source, "--layer", "rellu", function="cut")
    assert status == 2
    assert err.startswith("minidl: check: no layer 'rellu'; did you mean 'relu'? ")


@pytest.mark.parametrize(
    ("source", "function", "message"),
    [
        ("def relu_forwrd(x): pass", "relu_forward", "did you mean 'relu_forwrd'?"),
        ("def relu_forwrd(x): pass", "relu_forwrd", "did you mean 'relu_forward'?"),
        ("def relu_forward(x:", "relu_forward", "my_layers.py, line 1: "),
        ("def helper(x): pass", None, "no function with the name of a layer, as conv_forward"),
        ("", None, "nor any other"),
        ("1 / 0", "relu_forward", "raised ZeroDivisionError"),
    ],
)
def test_wrong_words_exit_with_2(tmp_path, capsys, source, function, message):
    status, out, err = run(tmp_path, capsys, source, function=function)
    assert (status, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("limit", ["0", "-1", "nan", "inf", "soon"])
def test_a_limit_is_a_number_above_0(limit, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["check", "my.py:conv_forward", "--limit", limit])
    assert stop.value.code == 2
    assert "must be a number above 0" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["conv_forward", "conv_forward_naive", "my_conv_forward_2"])
def test_names_say_the_layer(name):
    assert recognise(name) == ("conv", "forward")


@pytest.mark.parametrize(
    ("name", "layer", "which"),
    [
        ("conv2d_backward", "conv", "backward"),
        ("conv1d_forward", "conv1d", "forward"),
        ("conv_transpose_forward", "conv_transpose", "forward"),
        ("maxpool_forward", "max_pool", "forward"),
        ("spatial_batchnorm_forward", "spatial_batchnorm", "forward"),
        ("batchnorm_backward_alt", "batchnorm_alt", "backward"),
        ("linear_backward", "affine", "backward"),
        ("softmax_loss_vectorized", "softmax_loss", "loss"),
        ("conv_filter_gradient_fast", "conv_filter_gradient", "gradient"),
    ],
)
def test_longer_names_come_first(name, layer, which):
    assert recognise(name) == (layer, which)


@pytest.mark.parametrize("name", ["convforward", "relu", "forward", "unconv_forward_", "helper"])
def test_other_names_say_nothing(name):
    assert recognise(name) is None


def test_partners_go_by_their_naming():
    names = ["conv_forward", "conv_backward", "conv_forward_fast", "conv_backward_fast", "helper"]
    (one,) = meant(names, "conv_forward_fast")
    assert one.functions == {"forward": "conv_forward_fast", "backward": "conv_backward_fast"}
    assert [one.layer for one in meant([*names, "relu_forward"])] == ["conv", "relu"]
    (one,) = meant(["relu_forward", "my_relu_backward"], "relu_forward")
    assert one.functions == {"forward": "relu_forward", "backward": "my_relu_backward"}
    (one,) = meant(["relu_forward", "a_relu_backward", "b_relu_backward"], "relu_forward")
    assert one.functions == {"forward": "relu_forward"}
    (one,) = meant(["batchnorm_forward", "batchnorm_backward_alt"], "batchnorm_backward_alt")
    assert one.functions["forward"] == "batchnorm_forward"


@pytest.mark.parametrize("twin", TWINS.values(), ids=TWINS.keys())
def test_references_pass_their_own_check(twin):
    """In all forms; or the cases themselves are wrong."""
    (report,) = check(*twin.naive, layer=twin.name, full=True)
    assert report, str(report)


@pytest.mark.parametrize("name", ["conv", "relu", "batchnorm"])
def test_fast_twins_pass_too(name):
    (report,) = check(*TWINS[name].fast, layer=name)
    assert report, str(report)


def test_functions_of_a_notebook_are_checked_in_place():
    def relu_forward(x):
        x[x < 0] = 0
        return x, x

    (report,) = check(relu_forward, layers.relu_backward)
    assert not report
    unchanged = next(one for one in report.findings if one.name == "inputs unchanged")
    assert re.fullmatch(r"x\[.*\] was -.* before the call, is 0 after it", unchanged.what.says)
    assert "x was changed in place" in str(report)


def test_an_open_student_is_checked_and_stays_open(tmp_path):
    file = tmp_path / "my_layers.py"
    file.write_text(RELU.format("return np.maximum(x, 0), x"))
    with Student(file) as student:
        (report,) = check(student)
        assert report
        assert student.call("relu_forward", np.ones(2)).values[0].tolist() == [1, 1]


def test_two_mistakes_are_two_findings(tmp_path, capsys):
    source = RELU.format("return np.abs(x), x")
    source += "def relu_backward(dout, cache):\n    return dout[:1]\n"
    status, out, _ = run(tmp_path, capsys, source)
    assert status == 1
    assert lines(out, "FAILED  forward: values of out")
    assert lines(out, "FAILED  backward: shape of dx")


def test_seed_and_dtype_are_checked():
    with pytest.raises(ValueError, match="check: seed must be at least 0"):
        next(check(layers.relu_forward, seed=-1))
    with pytest.raises(ValueError, match="check: dtype must be float32 or float64"):
        next(check(layers.relu_forward, dtype="int8"))
