"""The README and the docs tell the truth: their Python runs, their links lead somewhere."""

import pathlib
import re

import numpy as np
import pytest
import test_twins

import minidl
from minidl.twins import TWINS

ROOT = pathlib.Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
names = [str(page.relative_to(ROOT)) for page in PAGES]


def blocks(page, language):
    """Return the code blocks of a page in one language; "" is none."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(), re.M | re.S)
    return [code for tongue, code in found if tongue == language]


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "python")], ids=lambda p: p.name)
def test_code_blocks_run_in_order(page, capsys):
    scope = {}
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), scope)


def test_the_layer_of_the_docs_passes_the_tests_of_layers(rng):
    """What ``adding_a_layer.md`` writes down is held to what it says about new layers."""
    scope = {}
    for block in blocks(ROOT / "docs" / "adding_a_layer.md", "python"):
        exec(compile(block, "adding_a_layer.md", "exec"), scope)
    twin = scope["ELU"]
    for dtype in ("float32", "float64"):
        test_twins.test_twins_agree(twin, dtype)
        test_twins.test_inputs_are_unchanged_and_outputs_fresh(twin, dtype)
        for layout in test_twins.LAYOUTS:
            test_twins.test_memory_layout_does_not_matter(twin, dtype, layout)
    for poison in (np.nan, np.inf):
        test_twins.test_one_poisoned_number_spreads_equally(twin, poison, rng)
        test_twins.test_one_poisoned_upstream_number_spreads_equally(twin, poison, rng)
    for wrong in test_twins.WRONG:
        test_twins.test_wrong_dtypes_are_refused_in_the_same_words(twin, wrong)
    test_twins.test_wrong_upstream_shape_is_refused(twin)
    test_twins.test_foreign_caches_are_refused(twin)
    test_twins.test_caches_are_interchangeable(twin, rng)


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        if not target.startswith("https://"):
            assert (page.parent / target).exists(), target


def test_readme_has_two_complete_commands():
    see, test = blocks(ROOT / "README.md", "sh")
    for command in (see, test):
        assert command.count("\n") == 1
        assert command.startswith("python3 -m venv .venv && .venv/bin/pip install ")
    assert see.endswith("minidl demo\n")
    assert '".[test]"' in test
    assert test.endswith("pytest\n")


def test_the_first_use_is_ten_lines():
    first = blocks(ROOT / "README.md", "python")[0].strip().splitlines()
    assert len([line for line in first if line and not line.startswith(("import", "from"))]) <= 10


def test_the_pictured_demo_lists_layers_that_exist():
    (picture,) = [block for block in blocks(ROOT / "README.md", "") if "updated weights" in block]
    table = picture.split("---\n")[-1]
    rows = [line.split()[:2] for line in table.splitlines() if " x" in line]
    assert rows
    for layer, which in rows:
        assert which in TWINS[layer].passes


def test_changelog_knows_this_version():
    assert f"## {minidl.__version__}" in (ROOT / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_no_merge_left_its_marks(page):
    assert not re.findall(r"^(?:<{7}|={7}|>{7})(?: .*)?$", page.read_text(), re.M)


def test_decisions_have_three_lines():
    for entry in (ROOT / "docs" / "decisions.md").read_text().split("\n## ")[1:]:
        marks = re.findall(r"^\* (Choice|Reason|Rejected): ", entry, re.M)
        assert marks == ["Choice", "Reason", "Rejected"], entry.splitlines()[0]
