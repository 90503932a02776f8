"""Pictures as files."""

import os
import re

import pytest

pytest.importorskip("matplotlib", reason="draws the pictures")
from minidl import plots

STARTS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


@pytest.mark.parametrize("ending", STARTS)
def test_the_same_picture_is_the_same_file(ending, tmp_path):
    first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending.upper()}"
    plots.save(plots.loss([2, 1]), first)
    plots.save(plots.loss([2, 1]), str(second))
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().startswith(STARTS[ending])
    assert sorted(path.name for path in tmp_path.iterdir()) == [first.name, second.name]


def test_pixels_for_each_inch(tmp_path):
    ax = plots.loss([2, 1])
    plots.save(ax, tmp_path / "a.png", dpi=50)
    header = (tmp_path / "a.png").read_bytes()[16:24]
    width, height = (int.from_bytes(header[k : k + 4], "big") for k in (0, 4))
    assert (width, height) == tuple(50 * ax.figure.get_size_inches())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.jpg", "ends in '.jpg'; pictures are written as .pdf, .png, .svg"),
        ("a.pgn", "did you mean '.png'?"),
        ("a", "ends in ''; pictures are"),
    ],
)
def test_other_endings_are_refused(name, said, tmp_path):
    with pytest.raises(ValueError, match="plots.save: .*" + re.escape(said)):
        plots.save(plots.loss([1]), tmp_path / name)


def test_places_that_cannot_be_written_are_named(tmp_path):
    ax = plots.loss([1])
    with pytest.raises(FileNotFoundError, match="nowhere' does not exist"):
        plots.save(ax, tmp_path / "nowhere" / "a.png")
    (tmp_path / "a.png").mkdir()
    with pytest.raises(IsADirectoryError, match=r"a.png': it is a folder"):
        plots.save(ax, tmp_path / "a.png")


def test_a_folder_without_permission_is_named(tmp_path, monkeypatch):
    def refuse(path, *rest):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(PermissionError, match=r"Permission denied: '.*\ba.svg'$"):
        plots.save(plots.loss([1]), tmp_path / "a.svg")


def test_only_axes_and_names_are_taken(tmp_path):
    with pytest.raises(TypeError, match="plots.save: ax must be a matplotlib Axes, got str"):
        plots.save(tmp_path.name, plots.loss([1]))
    with pytest.raises(TypeError, match="plots.save: path must be the name of a file, got int"):
        plots.save(plots.loss([1]), 3)
    with pytest.raises(TypeError, match="plots.save: dpi must be an integer"):
        plots.save(plots.loss([1]), tmp_path / "a.png", dpi="high")
