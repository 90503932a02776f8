"""The command line as people meet it: output, exit status, wrong words."""

import errno
import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest

import minidl
from minidl import cli, compare, demo, kernels, memory
from minidl.cli import entry
from minidl.compare import timing
from minidl.twins import TWINS


def run(*words, **more):
    return subprocess.run(
        [sys.executable, "-m", "minidl", *words],
        capture_output=True,
        text=True,
        check=False,
        **more,
    )


def test_demo_shows_the_step_the_net_and_the_table(capsys, monkeypatch):
    monkeypatch.setattr(timing, "BUDGET", 0)
    assert cli.main(["demo", "--epochs", "2"]) == 0
    printed = capsys.readouterr().out
    assert "convolution        [[36, 47], [69, 80]]" in printed
    assert "sum                232, should be 230: squared error 4" in printed
    assert "filter gradient    [[48, 64], [96, 112]]" in printed
    assert "updated weights    [[2.52, 1.36], [0.04, 3.88]]" in printed
    accuracies = [float(a) for a in re.findall(r"test accuracy ([\d.]+)%", printed)]
    assert len(accuracies) == 2
    assert accuracies[-1] > 90
    assert len(re.findall(r"\bequal\b", printed)) == sum(len(t.passes) for t in TWINS.values())


def test_demo_fails_if_a_pair_differs(monkeypatch, capsys):
    gap = compare.Gap("fast", "out", 1.0, 1.0, 1e-5, (0,), 2.0, 1.0)
    unequal = compare.Comparison("conv", "forward", "float32", (gap,))
    monkeypatch.setattr(demo, "compare", lambda: iter([unequal]))
    monkeypatch.setattr(demo, "train_lenet", lambda epochs, seed: None)
    assert cli.main(["demo"]) == 1
    printed = capsys.readouterr().out
    assert "DIFFERS" in printed
    assert "conv forward, fast: out differs by 1 at [0]: 2, should be 1" in printed


def test_info_prints_the_facts():
    facts = json.loads(run("info", "--json").stdout)
    assert facts["minidl"] == minidl.__version__
    assert facts["cpu level"] in kernels.LEVELS
    assert facts["threads"] == minidl.get_num_threads()
    assert facts["idle memory kept, MiB"] == memory.figures()["limit"] >> 20
    assert facts["numpy"] == np.__version__
    assert re.search(r"\d", facts["compiler"])
    assert re.search(rf"^minidl +{minidl.__version__}$", run("info").stdout, re.M)


def test_info_follows_the_environment():
    lowest = next(iter(kernels.probe.flags()))  # of those that were built
    environment = {**os.environ, "MINIDL_CPU": lowest, "MINIDL_NUM_THREADS": "5"}
    facts = json.loads(run("info", "--json", env=environment).stdout)
    assert (facts["cpu level"], facts["threads"]) == (lowest, 5)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "the following arguments are required: COMMAND"),
        (("fly",), "invalid choice: 'fly'"),
        (("demo", "--epochs", "0"), "must be at least 1, got 0"),
        (("demo", "--epochs", "many"), "must be a whole number, got 'many'"),
        (("demo", "--seed", "-1"), "must be a whole number, got '-1'"),
        (("compare", "--layer", "cnov"), "no layer 'cnov'; did you mean 'conv'"),
        (("compare", "--dtype", "int8"), "invalid choice: 'int8'"),
    ],
)
def test_wrong_words_exit_with_2(words, message):
    result = run(*words)
    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_wrong_environment_exits_with_2():
    result = run("info", env={**os.environ, "MINIDL_CPU": "avx9"})
    assert result.returncode == 2
    assert result.stderr.startswith(
        f"minidl: MINIDL_CPU must be one of {', '.join(kernels.LEVELS)}"
    )


@pytest.mark.parametrize("command", [c.__name__.split(".")[-1] for c in entry.COMMANDS])
def test_help_has_an_example(command, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([command, "--help"])
    assert stop.value.code == 0
    assert f"example: minidl {command}" in capsys.readouterr().out


def test_version():
    assert run("--version").stdout == f"minidl {minidl.__version__}\n"


def test_letters_that_a_terminal_does_not_know_do_no_harm(tmp_path):
    file = tmp_path / "\u00fcbung.py"
    file.write_text("import numpy as np\ndef relu_forward(x):\n    return np.maximum(x, 0), x\n")
    command = [sys.executable, "-m", "minidl", "check", str(file)]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    result = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, encoding="ascii"
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert "\\xfcbung.py" in result.stdout


def test_a_reader_that_leaves_early_is_no_error():
    for command in ("compare --layer mse_loss --json | head -1", "info | true"):
        shell = f"{sys.executable} -m minidl {command}"
        result = subprocess.run(shell, shell=True, capture_output=True, text=True, check=False)
        assert result.stderr == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full device")
def test_output_that_cannot_be_written_is_named():
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "minidl", "info"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert result.returncode == 1
    expected = f"minidl: the output cannot be written: {os.strerror(errno.ENOSPC).lower()}\n"
    assert result.stderr.decode() == expected


@pytest.mark.skipif(os.name == "nt", reason="its shell cannot close a stream")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_that_are_closed_are_no_error(closed):
    shell = f"{sys.executable} -X dev -W error -m minidl trace relu {closed}"
    result = subprocess.run(shell, shell=True, capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert result.stderr == ""
    assert result.stdout.startswith("ReLU") == (closed == "2>&-")


def test_names_that_a_terminal_cannot_write_are_spelled_out(tmp_path):
    path = tmp_path / "\N{SNOWMAN}.html"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "1"}
    result = run("trace", "relu", "--html", str(path), env=environment)
    assert (result.returncode, result.stderr) == (0, "")
    assert "\\u2603.html is written" in result.stdout
    assert path.is_file()


def test_files_that_are_missing_are_named(capsys):
    assert cli.main(["trace", "--x", "no file.npy", "--w", "1"]) == 2
    reason = os.strerror(errno.ENOENT).lower()
    assert capsys.readouterr().err == f"minidl: no file.npy: {reason}\n"


def test_an_interrupt_is_quiet(monkeypatch, capsys):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "run", stopped)
    assert cli.main(["demo"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_debug_shows_where_an_error_was_raised():
    result = run("compare", "--layer", "cnov", "--debug")
    assert result.returncode != 0
    assert "Traceback" in result.stderr
