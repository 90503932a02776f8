"""A trace shows itself: as a page in a notebook, as text elsewhere, in a line in a shell."""

import html
import re
import sys
import types

import pytest

from minidl import trace
from minidl.trace.page import page


class Shell:
    """Stands for IPython's, whose kernel is what a notebook has and a terminal has not."""


@pytest.fixture
def notebook(monkeypatch):
    """Let a notebook seem to run; return what is displayed."""
    displayed, shell = [], Shell()
    shell.kernel = object()
    display = types.SimpleNamespace(display=displayed.append)
    ipython = types.SimpleNamespace(get_ipython=lambda: shell, display=display)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return displayed


def test_elsewhere_the_text_is_printed(capsys, monkeypatch):
    told = trace.preset("relu")
    trace.show(told)
    assert capsys.readouterr().out == f"{told}\n"
    told.show()
    assert capsys.readouterr().out == f"{told}\n"
    trace.show("relu")
    assert capsys.readouterr().out == f"{told}\n"
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=Shell))
    trace.show(told)  # IPython in a terminal
    assert capsys.readouterr().out == f"{told}\n"


def test_in_a_notebook_the_trace_is_displayed(notebook, capsys):
    told = trace.preset("relu")
    trace.show(told)
    assert notebook == [told]
    assert capsys.readouterr().out == ""


def test_a_notebook_shows_the_page_in_a_frame():
    told = trace.preset("relu")
    framed = told._repr_html_()
    (source,) = re.fullmatch(
        r'<iframe srcdoc="([^"]*)" title="ReLU[^>]*></iframe>', framed
    ).groups()
    assert html.unescape(source) == page(told)


def test_a_line_in_a_shell():
    told = trace.sgd_step()
    assert repr(told) == f"Trace({told.title!r}, 12 passes, 27 steps)"


def test_what_is_no_trace_is_refused():
    with pytest.raises(TypeError, match="trace must be a Trace or the name of a preset, got int"):
        trace.show(3)
    with pytest.raises(ValueError, match="no preset 'relo'; did you mean 'relu'?"):
        trace.show("relo")
