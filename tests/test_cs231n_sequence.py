"""Notebooks written for ``cs231n`` run on minidl, by either way of changing the import."""

import pathlib
import re
import subprocess
import sys

import pytest

SCRIPT = pathlib.Path(__file__).with_name("cs231n_sequence.py")

STAND_IN = "import minidl; minidl.as_cs231n()"
ALIASES = """
import importlib, sys
import minidl as cs231n
sys.modules["cs231n"] = cs231n
for name in [
    "classifiers", "classifiers.cnn", "classifiers.fc_net", "classifiers.linear_svm",
    "classifiers.neural_net", "classifiers.softmax", "features", "gradient_check",
    "layer_utils", "layers", "optim", "solver", "vis_utils",
]:
    sys.modules[f"cs231n.{name}"] = importlib.import_module(f"minidl.{name}")
"""


@pytest.mark.parametrize(
    "imports",
    [
        pytest.param(STAND_IN, id="stand-in"),
        pytest.param(ALIASES, id="aliases", marks=pytest.mark.slow),  # the same again, 10 seconds
    ],
)
def test_the_courses_sequence(imports):
    code = f"{imports}\nimport runpy\nrunpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count("ok ") == 23
    lines = result.stdout.splitlines()
    assert (
        sum(bool(re.fullmatch(r"\(Iteration \d+ / 60\) loss: \d+\.\d{6}", s)) for s in lines) == 60
    )
    epoch = r"\(Epoch \d+ / 30\) train acc: [01]\.\d{6}; val_acc: [01]\.\d{6}"
    assert sum(bool(re.fullmatch(epoch, line)) for line in lines) == 31
