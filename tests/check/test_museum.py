"""The museum of mistakes: each is caught, and its cause is named; what is right passes."""

import re

import pytest
from common_mistakes import CONVOLUTIONS, LATER, MUSEUM, POOLS, SMALL

from minidl import cli

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
def test_mistakes_are_caught_and_their_cause_is_named(mistake, tmp_path, capsys):
    file = tmp_path / "my_layers.py"
    file.write_text(mistake.source())
    status = cli.main(["check", f"{file}:{mistake.function}", *mistake.options])
    printed = capsys.readouterr().out
    assert status == 1, printed
    cause = re.sub(" +", " ", likely(printed))
    assert re.search(mistake.hint, cause), f"{cause!r}\n{printed}"


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
