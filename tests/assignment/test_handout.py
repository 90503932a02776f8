"""The hand-out: all that students need, and nothing that is not for them."""

import json
from dataclasses import replace

import numpy as np
import pytest
from tiny_assignment import ASSIGNMENT

from minidl.assignment import hidden_points, public_points
from minidl.assignment.cases.trial import Cache, read_trials
from minidl.assignment.definition.reading import read_assignment
from minidl.assignment.making.manifest import digest
from minidl.assignment.making.readme import readme
from minidl.assignment.making.scaffold import TEMPLATES
from minidl.assignment.spec import from_dict


def arrays(node):
    if isinstance(node, Cache):
        node = node.arguments
    if isinstance(node, dict):
        node = tuple(node.values())
    if isinstance(node, tuple):
        return [array for part in node for array in arrays(part)]
    return [node] if isinstance(node, np.ndarray) and node.size > 1 else []


def test_the_spec_of_students_holds_no_secrets(layers):
    text = (layers[0] / "build" / "handout" / "assignment.json").read_text()
    assignment = from_dict(json.loads(text))
    assert assignment.seed == 0
    assert "2026" not in text
    assert "cases.py" not in text
    checks = [check for task in assignment.tasks for check in task.checks]
    assert not any(check.hidden for check in checks)
    assert sum(check.n_hidden for check in checks) > 40


def test_no_number_of_a_hidden_case_is_handed_out(layers):
    build = layers[0] / "build"
    for path in (build / "grader" / "trials" / "hidden").iterdir():
        public = read_trials(build / "handout" / "public" / path.name)
        known = {a.tobytes() for trial in public for a in arrays(trial.arguments) if a.std()}
        for trial in read_trials(path):
            assert not known & {a.tobytes() for a in arrays(trial.arguments)}, trial.name


def test_the_manifest_has_all_that_is_not_for_editing(layers):
    folder = layers[0] / "build" / "handout"
    hashes = json.loads((folder / "manifest.json").read_text())
    files = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert hashes.keys() == files - {"layers.py", "net.py", "manifest.json"}
    for name, known in hashes.items():
        assert digest((folder / name).read_bytes()) == known


@pytest.mark.parametrize("template", ["convolution", "layers"])
def test_the_readme_has_all_points(template):
    assignment = read_assignment(TEMPLATES / template)
    text = readme(assignment, ["train.py"])
    for task in assignment.tasks:
        points = public_points(task), hidden_points(task), task.points
        assert f"| `{task.file}` | {' | '.join(map(str, points))} |" in text
    assert "| **all** |" in text
    assert "`minidl`" in text  # which must not be imported
    assert "`python train.py`" in text
    assert ("8 points from 30 times" in text) == (template == "convolution")
    assert ("minidl[cython]" in text) == (template == "convolution")
    assert all(len(line) <= 100 or line.startswith("|") for line in text.splitlines())
    assert "train.py" not in readme(assignment)


def test_the_readme_of_one_task_speaks_of_one():
    text = readme(replace(ASSIGNMENT, tasks=ASSIGNMENT.tasks[:1]))
    assert "One function is yours to write, for 5 points. Its docstring says" in text
    assert "The docstring of each says" in readme(ASSIGNMENT)


def test_the_readme_shows_both_ways_to_check_below_each_other():
    commands = [line for line in readme(ASSIGNMENT).splitlines() if " assignment check " in line]
    assert len({line.index("#") for line in commands}) == 1
    assert len(commands) == 2


def test_the_readme_of_a_build_is_that_of_its_assignment(layers):
    text = (layers[0] / "build" / "handout" / "README.md").read_text()
    assert text == readme(read_assignment(layers[0]), ["train.py"])
