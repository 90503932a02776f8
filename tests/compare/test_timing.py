"""Times and what is known of their ratio; the times themselves are never judged."""

import gc
import math

import numpy as np
import pytest

from minidl.compare import timing
from minidl.compare.speedup import order_statistics, speedup
from minidl.compare.timing import Timing, in_turn, race


def test_calls_run_in_turn_without_the_collector():
    ran = []
    calls = {"a": lambda: ran.append("a"), "b": lambda: ran.append(gc.isenabled())}
    times = in_turn(calls, 0, least=3, most=5, repeats={"b": 2})
    assert ran == ["a", False, False] * 3
    assert [len(own) for own in times.values()] == [3, 3]
    assert gc.isenabled()


def test_calls_settle_before_they_are_timed():
    ran = []
    times = in_turn({"a": lambda: ran.append("a")}, 0, least=1, most=1, settle=0.001)
    assert len(times["a"]) == 1
    assert len(ran) > 1


def test_rounds_end_when_enough_is_known():
    times = in_turn({"a": lambda: None}, 60, 2, 50, enough=lambda times: len(times["a"]) >= 4)
    assert len(times["a"]) == 4


def test_the_collector_comes_back_after_an_error():
    def fail():
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        in_turn({"a": fail}, 0, 1, 1)
    assert gc.isenabled()


def test_a_race_repeats_what_is_quick(monkeypatch):
    monkeypatch.setattr(timing, "MOST", 6)
    ran = []
    calls = {"naive": lambda: ran.append("n"), "fast": lambda: ran.append("f")}
    found = race(calls, {"naive": 1e-6, "fast": 1e-6}, 10)
    assert {len(own.seconds) for own in found.values()} <= {5, 6}
    assert ran.count("f") > 6
    assert ran.count("f") <= 1 + 6 * timing.MOST_REPEATS
    ran.clear()
    assert len(race(calls, {}, 0)["fast"].seconds) == 1
    assert ran == ["n", "f"]


def test_slow_calls_are_run_three_times():
    ran = []
    calls = {"naive": lambda: ran.append("n"), "fast": lambda: ran.append("f")}
    race(calls, {"naive": 100.0, "fast": 1.0}, 1e-9)
    assert ran.count("n") == timing.LEAST_OF_SLOW
    assert ran.count("f") == 5 * timing.LEAST_OF_SLOW


def test_a_call_may_time_itself():
    class Remote:
        def seconds(self, repeats):
            return [3.0] * repeats

    assert race({"naive": Remote()}, {"naive": 3.0}, 0)["naive"].seconds == (3.0,)


def test_median_quartiles_and_spread():
    own = Timing((1.0, 2.0, 3.0, 4.0, 5.0))
    assert own.median == 3
    assert own.quartiles == (2, 4)
    assert own.spread == 1 / 3
    assert Timing((2.0,)).quartiles == (2, 2)
    assert own.overlaps(Timing((4.0, 4.0, 9.0)))
    assert not own.overlaps(Timing((5.0, 6.0, 7.0)))
    assert own.as_dict()["rounds"] == 5


@pytest.mark.parametrize(
    ("n", "outer", "confidence"),
    [  # Le Boudec's table for the median at 95 %, and what few values give
        (1, 0, 0.0),
        (3, 0, 0.75),
        (5, 0, 0.9375),
        (6, 0, 0.96875),
        (9, 1, 0.961),
        (20, 5, 0.959),
        (70, 26, 0.959),
    ],
)
def test_order_statistics_of_the_median(n, outer, confidence):
    found = order_statistics(n)
    assert found[0] == outer
    assert found[1] == pytest.approx(confidence, abs=1e-3)


def test_the_interval_covers_the_true_median_as_often_as_it_says(rng):
    n, tries = 15, 2000
    hits = 0
    for _ in range(tries):
        found = speedup(np.exp(rng.standard_normal(n)), np.ones(n))
        hits += found.low <= 1 <= found.high
    assert hits / tries == pytest.approx(found.confidence, abs=0.02)


def test_the_speed_up_is_the_median_of_the_rounds():
    found = speedup([2.0, 9.0, 8.0], [1.0, 3.0, 2.0])
    assert (found.ratio, found.low, found.high) == (3, 2, 4)
    assert found.uncertainty == 1 / 3
    assert math.isclose(found.as_dict()["confidence"], 0.75)
