"""A bar where somebody looks, with tqdm and without; the same lines everywhere."""

import importlib.util
import io
import sys

import pytest
from small_models import TwoLayers, classes

from minidl.solver import Solver


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def lines_of(capsys, **arguments):
    solver = Solver(TwoLayers(), classes(), batch_size=10, num_epochs=2, seed=0, **arguments)
    solver.train()
    return capsys.readouterr().out


def without_tqdm(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "tqdm" else find(name)
    )


def test_no_bar_without_a_terminal(capsys, monkeypatch):
    plain = lines_of(capsys)
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    assert lines_of(capsys, progress=True) == plain
    assert stream.getvalue() == ""


def test_our_own_bar(capsys, monkeypatch):
    plain = lines_of(capsys)
    without_tqdm(monkeypatch)
    monkeypatch.setattr(sys, "stderr", Screen())
    assert lines_of(capsys, progress=True) == plain
    shown = sys.stderr.getvalue()
    assert "training [###---------------------------] 1/8, 0 s left" in shown
    assert shown.endswith("\r\033[K")
    assert lines_of(capsys, progress=False) == plain
    assert sys.stderr.getvalue() == shown


def test_tqdms_bar(capsys, monkeypatch):
    pytest.importorskip("tqdm", reason="tqdm is not installed")
    plain = lines_of(capsys)
    monkeypatch.setattr(sys, "stderr", Screen())
    assert lines_of(capsys, progress=True) == plain
    assert "0/8" in sys.stderr.getvalue()
