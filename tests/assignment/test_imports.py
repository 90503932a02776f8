"""Imports that are not allowed, in whatever is handed in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minidl.assignment.sources.imports import forbidden
from minidl.assignment.sources.lexing import lex

FOUND = [
    ("import torch", "torch"),
    ("import torch.nn", "torch.nn"),
    ("import numpy, torch.nn.functional as F, os", "torch.nn.functional"),
    ("import \\\n  torch", "torch"),
    ("from torch import nn", "torch.nn"),
    ("from torch.nn import (functional as f,\n  init)", "torch.nn.functional"),
    ("from torch import *", "torch"),
    ("from minidl import layers", "minidl.layers"),
    ("from minidl import nn, layers", "minidl.layers"),
    ("from minidl import *", "minidl"),
    ("import minidl\nminidl.layers.relu_forward(1)", "minidl.layers.relu_forward"),
    ("import minidl as m; x = m.layers", "minidl.layers"),
    ("def f():\n    if 1: import torch", "torch"),
    ("try:\n    x = 1; from torch import nn\nexcept: pass", "torch.nn"),
    ("__import__('torch')", "torch"),
    ("x = __import__ ( r'torch.nn' )", "torch.nn"),
    ("importlib.import_module('torch', None)", "torch"),
    (
        "from importlib import import_module as i, import_module\nimport_module('''torch''')",
        "torch",
    ),
    ("cimport torch", "torch"),
    ("from torch.nn cimport a, b", "torch.nn.a"),
    ("cdef f(:\n  x = (\nimport torch", "torch"),
    ("x = '''\n''' ; import torch ; y = '", "torch"),
]


@pytest.mark.parametrize(("text", "module"), FOUND)
def test_imports_are_found(text, module):
    first, *_ = forbidden(f"# a line\n{text}\n", ("torch", "minidl.layers"), "a.pyx")
    name = "torch" if module.startswith("torch") else "minidl.layers"
    assert first.endswith(f": imports {module}, and this is to be done without {name}")


@pytest.mark.parametrize(
    "text",
    [
        "import torchvision",
        "# import torch",
        "'import torch'",
        "f'import torch'",
        "import numpy.torch",
        "from . import torch",
        "from .torch import x",
        "from .. import layers",
        "x.torch = 1",
        "torch = 1",
        "from minidl import nn",
        "import minidl\nx.minidl.layers",
        "import minidl.nn",
        "raise torch from torch",
        "yield from torch",
        "def import_module(x): pass",
        "__import__(torch)",
        "__import__(b'torch')",
        "import",
        "from torch",
        "from import",
        "import_module(",
    ],
)
def test_nothing_else_is(text):
    assert forbidden(text, ("torch", "minidl.layers"), "a.py") == []


def test_the_line_is_that_of_the_import_and_each_is_told_once():
    text = "import os\n\n\nimport torch, torch\nfrom torch import (\n  nn,\n)\n"
    assert forbidden(text, ("torch",), "a.py") == [
        "a.py:4: imports torch, and this is to be done without torch",
        "a.py:5: imports torch.nn, and this is to be done without torch",
    ]
    assert forbidden(text, (), "a.py") == []


def test_what_is_too_long_for_a_student_is_not_searched():
    text = "x = 1\n" * 100_000
    assert forbidden(text, ("torch",), "a.py") == [
        "a.py: has 600000 characters; at most 500000 are searched for imports"
    ]


WORDS = [
    *"\n\n\n:;,.()[]{}*\"'#\\ \t",
    "    ",
    "async",
    "def",
    "cdef",
    "cpdef",
    "f",
    "import",
    "as",
]
WORDS += [
    "from",
    "torch",
    "__import__",
    "import_module",
    "f'",
    "{",
    "r'''",
    "\r\n",
    "1",
    "\f",
    "ä",
    "\0",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_whatever_is_handed_in_is_read(text):
    for one in (text, text.replace(" ", "")):
        forbidden(one, ("torch",), "a.py")
        lexed = lex(one, "a.py", strict=False)
        words = [token for statement in lexed.statements for token in statement.tokens]
        places = [place for word in words for place in (word.start, word.end)]
        assert places == sorted(places)
        assert all(one[word.start : word.end] == word.text for word in words)
