"""The museum of mistakes: each is caught, and its cause is named; what is right passes."""

import re
import runpy

import pytest
from common_mistakes import CONVOLUTIONS, LATER, MUSEUM, POOLS, SMALL

from minidl import cli
from minidl.check import check

pytestmark = pytest.mark.usefixtures("shared")


def likely(printed):
    """Return the first likely cause of a report, or ""."""
    lines = printed.split("          likely  ", 1)
    return re.split(r"\n {2}\S|\n {10}\S", lines[1])[0].replace("\n", " ") if lines[1:] else ""


@pytest.mark.parametrize(
    "mistake",
    [*CONVOLUTIONS, *POOLS, *SMALL, *LATER],
    ids=lambda mistake: mistake.name.replace(" ", "-"),
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_mistakes_are_caught_and_their_cause_is_named(mistake, tmp_path):
    """In this process: to talk with another one takes longer than a student's loops."""
    file = tmp_path / "my_layers.py"
    file.write_text(mistake.source())
    functions = {
        name: thing for name, thing in runpy.run_path(str(file)).items() if callable(thing)
    }
    asked = functions.pop(mistake.function)
    (report,) = check(asked, *functions.values(), full="--full" in mistake.options)
    assert not report
    cause = re.sub(" +", " ", likely(str(report)))
    assert re.search(mistake.hint, cause), f"{cause!r}\n{report}"


@pytest.mark.parametrize(
    "file",
    [
        "convolution.py",
        "convolution_views.py",
        "max_pooling.py",
        "small_layers.py",
        "course_layers.py",
    ],
)
def test_what_is_right_passes(file, capsys):
    status = cli.main(["check", str(MUSEUM / file)])
    printed = capsys.readouterr().out
    assert status == 0, printed
    for line in printed.splitlines():
        if match := re.fullmatch(r"(\d+) of (\d+) checks passed", line):
            assert match[1] == match[2]


def test_what_is_right_in_all_forms_passes_in_full(capsys):
    status = cli.main(["check", "--full", str(MUSEUM / "convolution_taps.py")])
    assert status == 0, capsys.readouterr().out
