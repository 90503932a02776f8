"""A new assignment is a whole one, and is written nowhere where something is."""

import os

import pytest

from minidl.assignment import new, templates
from minidl.assignment.definition.reading import read_assignment
from minidl.assignment.making.scaffold import TEMPLATES


@pytest.mark.parametrize("template", ["convolution", "layers"])
def test_a_template_is_read_as_it_is(template, tmp_path):
    names = new(tmp_path / "mine", template)
    found = {p.relative_to(tmp_path / "mine").as_posix() for p in (tmp_path / "mine").rglob("*.*")}
    assert found == set(names)
    assignment = read_assignment(tmp_path / "mine")
    assert (assignment.name, assignment.points) == (template, 100)
    kinds = {check.kind for task in assignment.tasks for check in task.checks}
    assert {"shape", "values", "dtype", "purity", "gradient"} <= kinds


def test_templates_are_those_that_there_are():
    assert templates() == ["convolution", "layers"]


@pytest.mark.parametrize("what", [{"template": "convolution"}, {"layers": ["relu"]}])
def test_nobody_knows_the_seed_of_a_new_assignment_unless_it_is_given(what, tmp_path):
    seeds = set()
    for name in "abc":
        new(tmp_path / name, **what)
        seeds.add(read_assignment(tmp_path / name).seed)
    new(tmp_path / "own", **what, seed=7)
    assert len(seeds) == 3
    assert read_assignment(tmp_path / "own").seed == 7


def test_an_empty_folder_is_taken(tmp_path):
    assert "assignment.toml" in new(tmp_path)


@pytest.mark.parametrize(
    ("name", "message"),
    [("convolutoin", "did you mean 'convolution'"), ("x", "there are convolution and layers")],
)
def test_an_unknown_template_is_named(name, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        new(tmp_path / "mine", name)
    assert not (tmp_path / "mine").exists()


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match="is not empty, it holds 'notes.txt'; name one that does"):
        new(tmp_path)
    with pytest.raises(ValueError, match="is a file"):
        new(tmp_path / "notes.txt")
    assert os.listdir(tmp_path) == ["notes.txt"]


def test_what_python_leaves_behind_is_no_part_of_a_template(tmp_path):
    cache = TEMPLATES / "layers" / "__pycache__"
    there = cache.exists()
    cache.mkdir(exist_ok=True)
    try:
        assert not [name for name in new(tmp_path) if "pycache" in name]
    finally:
        if not there:
            cache.rmdir()
