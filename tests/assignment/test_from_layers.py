"""Assignments made of layers: every layer, alone and all together."""

import ast
import re

import numpy as np
import pytest
from assignment.sources import write

from minidl.assignment import build, new
from minidl.assignment.cases.trials import prepare
from minidl.assignment.definition.reading import read_assignment
from minidl.assignment.making.building import NotBuilt
from minidl.assignment.making.from_layers import FORBIDDEN, POINTS, from_layers
from minidl.assignment.sources.imports import forbidden
from minidl.assignment.sources.stubs import stubs
from minidl.twins import TWINS, relative_difference


def made(folder, *names, seed=1):
    """Write an assignment of layers, and return it and the text of its source."""
    texts = from_layers(names, seed)
    write(folder, texts["assignment.toml"], layers_py=texts["source/layers.py"])
    return read_assignment(folder), texts["source/layers.py"]


def defined(text):
    namespace = {"__name__": "made"}
    exec(compile(text, "layers.py", "exec"), namespace)
    return namespace


@pytest.mark.parametrize("name", TWINS)
def test_every_layer_makes_one(tmp_path, name):
    assignment, text = made(tmp_path, name)
    twin = TWINS[name]
    assert [task.which for task in assignment.tasks] == list(twin.passes)
    assert [task.function for task in assignment.tasks] == [f.__name__ for f in twin.naive]
    assert assignment.points == sum(task.points for task in assignment.tasks)
    assert forbidden(text, FORBIDDEN, "layers.py") == []
    assert not re.search(r"from minidl\.(?!geometry\b)", text)
    trials = prepare(assignment, tmp_path)  # it refuses cases that the reference fails
    assert all(parts["public"] and parts["hidden"] for parts in trials.values())
    own = defined(text)
    for case in list(twin.cases(np.random.default_rng(0), np.dtype("float64")))[:3]:
        arguments = [dict(a) if isinstance(a, dict) else a for a in case]
        expected = twin.naive[0](*[dict(a) if isinstance(a, dict) else a for a in case])
        result = own[twin.naive[0].__name__](*arguments)
        first, right = (r[0] if isinstance(r, tuple) else r for r in (result, expected))
        assert relative_difference(first, right) == 0


def test_the_stub_shows_only_what_is_asked_for(tmp_path):
    assignment, text = made(tmp_path, "conv1d", "gelu")
    stub = stubs(text, "layers.py", assignment.tasks)
    names = [node.name for node in ast.parse(stub).body if isinstance(node, ast.FunctionDef)]
    assert names == [task.function for task in assignment.tasks]
    assert "conv_forward_naive" in text
    assert "_SHARES" in text
    assert not re.search(r"^_SHARES|^FAR|for .* in range", stub, re.M)


def test_all_layers_together(tmp_path):
    """Helpers of different layers have the same name; what others call comes before them."""
    assignment, text = made(tmp_path, *TWINS)
    functions = {function.__name__ for twin in TWINS.values() for function in twin.naive}
    assert {task.function for task in assignment.tasks} == functions
    nodes = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert len(nodes) == len(set(nodes))
    needs = {task.function: task.needs for task in assignment.tasks}
    assert needs["conv_backward_naive"] == (
        "conv_forward_naive",
        "conv_input_gradient_naive",
        "conv_filter_gradient_naive",
    )
    assert "conv_forward_naive" in needs["conv1d_forward_naive"]
    own, rng = defined(text), np.random.default_rng(0)
    x = rng.standard_normal((4, 3))
    for name, more in [("batchnorm_forward", {"mode": "train"}), ("layernorm_forward", {})]:
        right = next(f for twin in TWINS.values() for f in twin.naive if f.__name__ == name)
        out, expected = (f(x, np.ones(3), np.zeros(3), dict(more))[0] for f in (own[name], right))
        assert np.array_equal(out, expected)


def test_points():
    for which, checks in POINTS.items():
        assert sum(map(sum, checks.values())) == {"backward": 15}.get(which, 10), which
    assert from_layers(["relu"], seed=5) == from_layers(["relu", "relu"], seed=5)


def test_what_is_no_layer(tmp_path):
    with pytest.raises(ValueError, match="^new: no layer 'cnv'; did you mean 'conv'?"):
        from_layers(["cnv"], 1)
    with pytest.raises(ValueError, match="^new: name at least one layer; there are conv, "):
        from_layers([], 1)
    with pytest.raises(ValueError, match="^new: either a template or layers make an assignment"):
        new(tmp_path / "a", "layers", ["conv"])


CHAIN = '''\
import numpy as np


def first(x):
    """Double."""
    return 2 * x


def second(x):
    """Double twice."""
    return first(first(x))


def third(x):
    """Double three times."""
    return second(first(x))
'''
TASK = """
[[tasks]]
id = "{0}"
points = 1
file = "layers.py"
function = "{0}"
cases = "cases.py:cases"
returns = ["out"]
needs = {1}
checks = [{{kind = "values", points = 1, public = ["one"]}}]
"""


def chain(folder, **needs):
    toml = 'format = 1\nname = "chain"\ntitle = "Chain"\nminidl = ">=0.1"\nseed = 1\n'
    toml += 'editable = ["layers.py"]\n'
    toml += "".join(TASK.format(name, others) for name, others in needs.items())
    (folder / "cases.py").write_text("def cases(rng):\n    yield 'one', (rng.random(3),)\n")
    return write(folder, toml, layers_py=CHAIN)


def test_what_stands_in_for_a_task_has_what_it_needs(tmp_path):
    build(chain(tmp_path, first=[], second=["first"], third=["first", "second"]))
    stand_ins = tmp_path / "build" / "grader" / "stand_ins"
    for name, left in {"first": 2, "second": 1, "third": 0}.items():
        text = (stand_ins / name / "layers.py").read_text()
        assert text.count("raise NotImplementedError") == left


def test_needs_that_are_not_named_are_found(tmp_path):
    with pytest.raises(NotBuilt, match="task second gets 0 of 1 point when it alone is solved"):
        build(chain(tmp_path, first=[], second=[]))
