"""The tables of comparisons: how wide they are, how they are sorted, what their cells say."""

import re

import pytest

from minidl import compare
from minidl.compare.cells import times

SIDES = {"naive": 0.4, "im2col": 0.00035, "fast": 0.00005, "torch": 0.0002, "yours": 0.3}


def one(sides=("naive", "fast"), which="forward", rounds=6, equal=True, **more):
    """Return a record whose rounds scatter by a fifth around the times above."""
    error = 6.2e-6 if equal else 0.5
    gaps = tuple(compare.Gap(s, "out", error, error / 30, 1e-5) for s in sides if s != "naive")
    scatter = [1 + 0.2 * k / max(rounds - 1, 1) for k in range(rounds)]
    known = {"sizes": {"N": 2, "H": 16}, "multiply_adds": 700_000, "gaps": gaps}
    if equal:
        known["timings"] = {s: compare.Timing(tuple(SIDES[s] * x for x in scatter)) for s in sides}
        known["extra_bytes"] = dict.fromkeys(sides[:2], 60_000)
    return compare.Comparison("conv", which, "float32", **known | more)


def lines(*records):
    """Return header and lines of the long table, without what stands below it."""
    header, _, *rows = compare.report(records, wide=True).split("\n\n")[0].splitlines()
    return header, rows


@pytest.mark.parametrize("sides", [("naive", "fast"), tuple(SIDES)])
@pytest.mark.parametrize("swept", [None, "H"])
def test_the_long_table_is_no_wider_than_a_page(sides, swept):
    records = [one(sides, which=which, swept=swept) for which in ("forward", "backward")]
    assert max(map(len, compare.report(records, wide=True).splitlines())) <= 105


def test_two_sides_share_a_line_and_its_cells():
    header, (row,) = lines(one(rounds=9))
    cells = ["pass", "results", "naive ms", "fast ms", "speed-up", "GFLOP/s", "extra MB"]
    assert re.split(" {2,}", header) == cells
    assert re.split(" {2,}", row) == [
        *("conv forward", "equal 6e-6/2e-7", "440.0 +-5%", "0.055 +-5%"),
        *("8,000 x (8,000 to 8,000)", "25.5", "0.06/0.06"),
    ]


def test_more_sides_have_a_line_each():
    header, rows = lines(one(("naive", "im2col", "fast")), one(("naive", "im2col", "fast")))
    assert header.split()[:2] == ["pass", "side"]
    assert [row.split()[:3] for row in rows[:2]] == [
        ["conv", "forward", "naive"],
        ["im2col", "equal", "6e-6/2e-7"],
    ]
    assert [row[:12].strip() for row in rows] == ["conv forward", "", "", "", "", ""]


@pytest.mark.parametrize("sides", [("naive", "fast"), ("naive", "fast", "yours")])
def test_a_sweep_grows_downwards_pass_by_pass(sides):
    records = [
        one(sides, which=which, swept="H", sizes={"H": size})
        for size in (8, 16)
        for which in ("forward", "backward")
    ]
    header, rows = lines(*records)
    place = header.index(" H ") + 1
    n = 2 * (1 if len(sides) == 2 else len(sides))
    assert [row[: place + 1].split()[-1] for row in rows] == ["8", "16"] * n
    assert [bool(row[:12].strip()) for row in rows] == [True, *[False] * (n - 1)] * 2


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [(0.949, "0.95"), (1.96, "1.96"), (2.96, "3.0"), (99.4, "99.4"), (1234.4, "1,234")],
)
def test_a_ratio_has_as_many_decimals_as_mean_something(ratio, shown):
    assert times(ratio) == shown


def test_few_rounds_are_marked_and_explained_below():
    three_and_six = compare.report([one(rounds=3), one(rounds=5), one(rounds=9)], wide=True)
    assert "* 75% to 94% sure" in " ".join(three_and_six.split())
    text = compare.report([one(rounds=3), one(which="backward")], wide=True)
    assert "8,000 x (8,000 to 8,000)*" in text
    assert text.count("75%") == 1
    assert "*" not in compare.report([one()], wide=True)


def test_of_one_round_nothing_is_said_about_spread_or_interval():
    text = compare.report([one(rounds=1)], wide=True)
    assert "+-" not in text
    assert "(" not in text
    assert "of one round" in text


def test_no_ratio_is_told_where_times_overlap():
    same = {side: compare.Timing((1.0, 1.1, 1.2)) for side in ("naive", "fast")}
    record = one(timings=same)
    assert "no clear difference" in compare.report([record])
    text = compare.report([one(timings=same)], wide=True)
    assert "unclear (1.00 to 1.00)*" in text
    assert "unclear: " in text
    assert " x" not in text.split("\n\n")[0]


@pytest.mark.parametrize("sides", [("naive", "fast"), ("naive", "im2col", "fast")])
def test_results_that_differ_have_lines_without_times(sides):
    _, rows = lines(one(sides), one(sides, which="backward", equal=False))
    assert len(rows) == (2 if len(sides) == 2 else 5)
    assert rows[-1].endswith("DIFFERS 5e-1/2e-2")


def test_of_several_sides_all_count():
    """One that differs keeps all from being timed, and the one that is equal hides it not."""
    gaps = one(("naive", "fast")).gaps + one(("naive", "yours"), equal=False).gaps
    _, rows = lines(one(gaps=gaps, timings={}), one(which="backward"))
    assert " fast   equal " in rows[0]
    assert " yours  DIFFERS " in rows[1]


def test_results_may_be_equal_exactly():
    record = one(gaps=(compare.Gap("fast", "out", 0.0, 0.0, 1e-5),))
    assert "equal exactly" in lines(record)[1][0]


def test_markdown_has_the_same_cells():
    text = compare.report_markdown([one(tuple(SIDES)), one(tuple(SIDES), which="backward")])
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len(table) == 2 + 2 * len(SIDES)
    assert {line.count("|") for line in table} == {table[0].count("|")}
    assert "8,000 x (8,000 to 8,000)" in text
