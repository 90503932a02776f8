"""What the page on threats claims is in force here, and what it warns of is so."""

import pathlib
import re
import sys

import numpy as np
import pytest

from minidl import students
from minidl.students import Box, Student

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "grading_threats.md"
HOSTILE = str(pathlib.Path(__file__).with_name("hostile.py"))
ROWS = re.findall(r"^\| `([a-z -]+)` \| (.+) \| (.+) \|$", PAGE.read_text(), re.M)
X = np.arange(6.0).reshape(2, 3)


@pytest.fixture(scope="module", params=["auto", False], ids=["confined", "not_confined"])
def measures(request):
    return students.confinement(Box(confine=request.param))


def test_what_is_in_force_stands_in_the_page(measures):
    written = {measure: words for measure, words, _ in ROWS}
    assert len(written) == len(ROWS)
    assert measures.items() <= written.items()


def test_what_the_page_says_is_in_force(measures):
    """Of a row for all systems, of one for namespaces if one such is there."""
    expected = {measure for measure, _, where in ROWS if where == "everywhere"}
    if "network" in measures:
        expected |= {measure for measure, _, where in ROWS if where.startswith("namespaces")}
    assert expected - measures.keys() <= {"read-only", "namespaces", "hidden"}
    if sys.platform.startswith("linux"):
        linux = {measure for measure, _, where in ROWS if re.match("Linux(, macOS)?$", where)}
        assert linux <= measures.keys()


def test_purity_is_told_by_the_suspect():
    """The page warns of it: a function can change its argument and say that it did not."""
    with Student(HOSTILE, limit=20, box=Box()) as student:
        assert student.call("changes_its_argument", X).changes
        assert student.call("lies_about_its_argument", X).changes == ()
