"""The pages about assignments show what happens: they are run, and so are their recipes."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

import make_pages
import pytest
import sessions
import shown_pages
from shown_pages import consoles, printing

from minidl import cli
from minidl.assignment.definition import checks as reading_checks
from minidl.assignment.definition import reading
from minidl.assignment.definition import tasks as reading_tasks
from minidl.assignment.making.scaffold import TEMPLATES
from minidl.assignment.outcome import STATUSES
from minidl.assignment.spec import KINDS, Limits

NAMES = make_pages.STORIES["assignments"]
PAGES = {name: shown_pages.text(name) for name in NAMES}
TEACHING, DOING, RECIPES = PAGES.values()
BASH = shutil.which("bash") if os.name == "posix" else None


def numbered(blocks_of):
    """Return page, number and block for a kind of blocks of all pages."""
    return [(name, k, one) for name in NAMES for k, one in enumerate(blocks_of(PAGES[name]))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder in which the pages have run."""
    return tmp_path_factory.mktemp("story")


@pytest.fixture(scope="module")
def today(folder):
    """Return the pages as they would be written today, by name."""
    session = sessions.Session(folder)
    return {
        name: make_pages.rewritten(page, session, shown_pages.CHARTS)
        for name, page in PAGES.items()
    }


@pytest.mark.parametrize(("name", "k", "block"), numbered(consoles))
def test_commands_print_what_the_pages_show(today, name, k, block):
    shown_pages.require_same_console(block, consoles(today[name])[k])


@pytest.mark.parametrize(("name", "k", "block"), numbered(printing))
def test_python_prints_what_the_pages_show(today, name, k, block):
    shown_pages.require_same_print(block, printing(today[name])[k])


def test_all_keys_kinds_and_statuses_are_explained():
    keys = {*reading.KEYS, *reading_tasks.KEYS, *reading_checks.SPEED_KEYS}
    for key in (*keys, *KINDS, *Limits.__dataclass_fields__):
        assert f"`{key}`" in TEACHING, key
    for status in STATUSES:
        assert f"\n| {status} | " in TEACHING, status
        assert f"\n| {status} | " in DOING, status


def test_all_options_of_grading_are_explained(capsys):
    with pytest.raises(SystemExit):
        cli.main(["assignment", "grade", "--help"])
    options = set(re.findall(r"(?<![\w-])--[a-z-]+", capsys.readouterr().out))
    missing = {one for one in options - {"--help", "--debug", "--out"} if one not in TEACHING}
    assert not missing


def test_what_is_quoted_of_a_template_stands_there():
    quoted = re.findall(r"^```toml\n(?!# \S+\n)(.*?)^```$", TEACHING, re.M | re.S)
    templates = [path.read_text() for path in TEMPLATES.glob("*/assignment.toml")]
    assert quoted
    for part in quoted:
        assert any(part in text for text in templates), part


def test_everything_that_grading_writes_is_explained(today, folder):
    assert today
    for path in (folder / "results").iterdir():
        known = path.name in ("run.json", "times.json", "builds", ".lock", "overrides.csv")
        assert known or f"`{path.name}" in TEACHING, path.name


def test_the_workflow_is_handed_out_and_its_checks_run(today, folder):
    assert today
    place = folder / "leaky" / "build" / "handout"
    workflow = (place / ".github" / "workflows" / "classroom.yml").read_text()
    runs = re.findall(r"^ +- run: (minidl .*)$", workflow, re.M)
    assert len(runs) == 2
    for run in runs:
        command = run.replace("minidl", f'"{sys.executable}" -m minidl', 1)
        assert subprocess.run(command, shell=True, cwd=place, check=False).returncode == 1
    assert json.loads((place / "check.json").read_text())["hidden_points"] == 4


@pytest.fixture
def autograder(today, folder, tmp_path):
    """Return a folder like /autograder, and a function that runs its script there."""
    if BASH is None:
        pytest.skip("no bash here")
    assert today
    with zipfile.ZipFile(folder / "autograder.zip") as archive:
        archive.extractall(tmp_path / "source")
    for name in ("results", "submission", "venv/bin"):
        (tmp_path / name).mkdir(parents=True)
    minidl = tmp_path / "venv" / "bin" / "minidl"
    minidl.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m minidl "$@"\n')
    minidl.chmod(0o755)
    script = (tmp_path / "source" / "run_autograder").read_text()
    assert script.startswith("#!/usr/bin/env bash\n")
    script = script.replace("/autograder", str(tmp_path))

    def run():
        done = subprocess.run(
            [BASH, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path
        )
        return json.loads((tmp_path / "results" / "results.json").read_text()), done.stderr

    return tmp_path, run


def test_gradescope_gets_results_of_a_hand_in(autograder, folder):
    place, run = autograder
    solution = folder / "leaky" / "build" / "grader" / "solution" / "leaky.py"
    shutil.copy(solution, place / "submission" / "leaky.py")
    results, _ = run()
    assert results["score"] == 10
    assert {test["visibility"] for test in results["tests"]} == {"visible", "after_published"}
    assert sum(test["max_score"] for test in results["tests"]) == 10
    assert all(test["score"] == test["max_score"] for test in results["tests"])


@pytest.mark.parametrize("names", [("notes.txt",), ("a.zip", "b.zip")])
def test_gradescope_gets_results_also_where_nothing_fits(autograder, names):
    place, run = autograder
    for name in names:
        (place / "submission" / name).write_text("x = 1\n")
    results, _ = run()
    assert results["score"] == 0
    assert "hand in the zip" in results["output"]


@pytest.mark.skipif(BASH is None, reason="no bash here")
@pytest.mark.parametrize("script", re.findall(r"^```sh\n(.*?)^```$", RECIPES, re.M | re.S))
def test_scripts_are_what_bash_understands(script):
    subprocess.run([BASH, "-n"], input=script, text=True, check=True)


def test_commands_for_a_shell_are_commands_of_minidl(tmp_path, monkeypatch, capsys):
    """They get as far as looking for their files."""
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^minidl (assignment .*)$", RECIPES, re.M)
    assert len(commands) == 2
    for command in commands:
        shutil.rmtree("results", ignore_errors=True)
        assert cli.main(command.split()) == 2
        assert re.search("there is no|no such file", capsys.readouterr().err)


def test_links_between_the_pages_name_headings():
    for page in PAGES.values():
        for target, anchor in re.findall(r"\]\(([\w.]*)#([\w.-]+)\)", page):
            text = (make_pages.DOCS / target).read_text() if target else page
            headings = re.findall(r"^#+ (.*)$", text, re.M)
            slugs = {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}
            assert anchor in slugs, anchor
