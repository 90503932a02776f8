"""kill -9 in the middle of an epoch, go on from the file, and end with the same bits."""

import os
import pathlib
import signal
import subprocess
import sys

import killed_runs
import numpy as np
import pytest


def run_and_die(run, folder, moment):
    """Start a run in a process of its own, which kills itself."""
    command = [sys.executable, str(pathlib.Path(killed_runs.__file__)), run, str(folder), moment]
    died = subprocess.run(command, capture_output=True, text=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr


# An epoch is five steps: moments in the first, in a later one, at its start and at its end.
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize(
    ("run", "moment"),
    [
        ("replacement", "3"),
        ("replacement", "14"),
        ("shuffle", "6"),
        ("shuffle", "8"),
        ("shuffle", "write 5"),
        ("momentum", "20"),
        ("classifier", "7"),
        ("classifier", "13"),
        ("modules", "4"),
        ("modules", "8"),
    ],
)
def test_a_killed_run_goes_on_as_if_never_stopped(run, moment, tmp_path):
    (tmp_path / "whole").mkdir()
    (tmp_path / "killed").mkdir()
    expected = killed_runs.RUNS[run](str(tmp_path / "whole"), False)
    run_and_die(run, tmp_path / "killed", moment)
    actual = killed_runs.RUNS[run](str(tmp_path / "killed"), True)
    assert list(actual) == list(expected)
    for name, value in expected.items():
        np.testing.assert_array_equal(actual[name], value, err_msg=name)
