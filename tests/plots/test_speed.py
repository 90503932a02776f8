"""Charts of times: every side, every size, and what is missing."""

import dataclasses

import pytest

from minidl import plots
from minidl.compare import Comparison, Gap, Timing

pytest.importorskip("matplotlib", reason="draws the charts")

EQUAL = Gap("fast", "out", 0.0, 0.0, 1e-5, (0,), 1.0, 1.0)
DIFFERS = dataclasses.replace(EQUAL, relative=1.0)


def record(which="forward", size=8, sides=("naive", "fast"), gap=EQUAL, **more):
    timings = {
        side: Timing((1e-3 * size * n, 1.1e-3 * size * n, 1.2e-3 * size * n))
        for side, n in zip(("naive", "fast", "torch"), (100, 1, 2), strict=True)
        if side in sides
    }
    own = {"sizes": {"N": 2, "H": size, "W": size}, "swept": "H", **more}
    return Comparison("conv", which, "float32", (gap,), timings, **own)


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_speed_has_a_row_for_each_record():
    records = [record(swept=None), record("backward", sides=("naive", "fast", "torch"), swept=None)]
    ax = plots.speed(records)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["conv forward", "conv backward"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["naive", "fast", "PyTorch"]
    assert words(ax).count("100 x") == 2
    assert ax.get_xscale() == "log"


def test_speed_says_what_differs_and_what_is_unclear():
    same = Timing((1.0, 1.1, 1.2))
    level = dataclasses.replace(record(), timings={"naive": same, "fast": same})
    ax = plots.speed([record(sides=(), gap=DIFFERS), level])
    assert "results differ" in words(ax)
    assert "no clear difference" in words(ax)


def test_a_sweep_has_a_line_for_each_side_and_pass():
    sizes = [8, 16, 32]
    records = [record(which, size) for size in sizes for which in ("forward", "backward")]
    ax = plots.sweep(records)
    lines = [line for line in ax.lines if len(line.get_xdata()) == 3]
    assert len(lines) == 4
    assert list(lines[0].get_xdata()) == sizes
    assert list(lines[0].get_ydata()) == [pytest.approx(1.1e2 * size) for size in sizes]
    for name in ("naive forward", "naive backward", "fast forward", "fast backward"):
        assert name in words(ax)
    assert [label.get_text() for label in ax.get_xticklabels()] == [
        f"{size}\n100 x\n100 x" for size in sizes
    ]
    assert any("N=2 W=H\n" in word for word in words(ax))


def test_a_sweep_goes_on_where_naive_was_skipped():
    last = record(size=16, sides=("fast",), note="naive skipped: it would take too long")
    ax = plots.sweep([record(), last])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["8\n100 x", "16\n"]
    assert any("naive skipped" in word for word in words(ax))


def test_wrong_records_are_refused():
    with pytest.raises(ValueError, match="plots.speed: there are no records"):
        plots.speed([])
    with pytest.raises(ValueError, match="plots.sweep: records must be of one layer, got conv, re"):
        plots.sweep([record(), dataclasses.replace(record(), layer="relu")])
    with pytest.raises(ValueError, match="nothing was swept over in conv forward; use plots.speed"):
        plots.sweep([record(swept=None)])
