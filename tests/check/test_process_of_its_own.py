"""Checks in processes of their own: what is printed, and the command from outside."""

import os
import subprocess
import sys

from minidl import cli

RELU = "import numpy as np\ndef relu_forward(x):\n    {}\n"


def checked(tmp_path, body):
    """Return the words of a command that checks a ReLU with this body."""
    file = tmp_path / "my_layers.py"
    file.write_text(RELU.format(body))
    return ["check", f"{file}:relu_forward"]


def test_a_flood_does_no_harm_and_is_not_shown(tmp_path, capsys):
    body = "print('x' * 10**6); return np.maximum(x, 0), x"
    status = cli.main(checked(tmp_path, body))
    out = capsys.readouterr().out
    assert status == 0
    assert len(out) < 5000
    cli.main([*checked(tmp_path, "print(x.shape); return x, x"), "--printed"])
    err = capsys.readouterr().err
    assert err.startswith("(3, 5)\n")


def test_the_command_runs_from_outside(tmp_path):
    (tmp_path / "my_layers.py").write_text(RELU.format("return np.maximum(x, 0), x"))
    words = [sys.executable, "-m", "minidl", "check", "my_layers:relu_forward"]
    result = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.endswith("6 of 6 checks passed\n")
    assert os.listdir(tmp_path) == ["my_layers.py"]
