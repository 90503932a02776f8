"""The names of cases that an instructor can ask for."""

import json

import pytest

from minidl import cli
from minidl.assignment import cases_of_layer, cases_of_tasks, new
from minidl.twins import TWINS


@pytest.mark.parametrize("layer", TWINS)
def test_every_layer_has_an_ordinary_case_and_none_twice(layer):
    names = cases_of_layer(layer)
    assert names
    assert len(names) == len(set(names))
    assert not [name for name in names if name.endswith((", float32", ", Fortran-ordered"))]


def test_tasks_of_a_template_have_the_cases_that_it_names(tmp_path, capsys):
    new(tmp_path / "a", "layers")
    found = cases_of_tasks(tmp_path / "a")
    assert found["affine_forward"] == found["affine_backward"] == cases_of_layer("affine")
    assert "the worked step" in found["sgd"]
    assert cli.main(["assignment", "cases", str(tmp_path / "a"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == found


def test_cases_of_a_layer_are_printed(capsys):
    assert cli.main(["assignment", "cases", "--layer", "relu"]) == 0
    assert "ordinary;" in capsys.readouterr().out


def test_what_has_no_cases_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for words, says in (
        (["--layer", "cnv"], "did you mean 'conv'"),
        (["x", "--layer", "conv"], "either a folder or --layer"),
        ([], "assignment.toml"),
    ):
        assert cli.main(["assignment", "cases", *words]) == 2
        assert says in capsys.readouterr().err
