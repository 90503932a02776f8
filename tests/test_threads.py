"""The thread pool: how many, who does what, what happens after a fork."""

import itertools
import os
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pytest

import minidl
from minidl import threads as pool
from minidl.fast_layers import conv_forward_fast


def started_with(value):
    return subprocess.run(
        [sys.executable, "-c", "import minidl; print(minidl.get_num_threads())"],
        env={**os.environ, "MINIDL_NUM_THREADS": value},
        capture_output=True,
        text=True,
        check=False,
    )


def test_environment_sets_the_default():
    assert started_with("3").stdout.strip() == "3"
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert started_with("").stdout.strip() == str(usable)


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", "9" * 5000])
def test_wrong_environment_is_named(value):
    message = f"MINIDL_NUM_THREADS must be an integer of at least 1, got {value!r}"
    assert message in started_with(value).stderr


@pytest.mark.parametrize("value", [0, -1, 1.5, "2", True, None])
def test_wrong_number_is_refused(value):
    with pytest.raises((TypeError, ValueError), match="set_num_threads: n_threads must be"):
        minidl.set_num_threads(value)


def test_parts_cover_the_batch_in_order(threads):
    for n_threads in (1, 2, 3, 7):
        threads(n_threads)
        for n_images in (0, 1, 2, 5, 20):
            parts = pool.over_images(lambda a, b: (a, b), n_images, pool.SPLIT_ABOVE)
            assert parts[0][0] == 0
            assert parts[-1][1] == n_images
            assert all(a[1] == b[0] for a, b in itertools.pairwise(parts))
            assert len(parts) == max(1, min(n_threads, n_images))


def test_small_work_stays_in_the_callers_thread(threads):
    threads(4)
    name = threading.current_thread().name
    ran = pool.over_images(lambda a, b: threading.current_thread().name, 8, pool.SPLIT_ABOVE - 1)
    assert ran == [name]
    ran = pool.over_images(lambda a, b: threading.current_thread().name, 8, pool.SPLIT_ABOVE)
    assert ran[0] == name
    assert all(other.startswith("minidl") for other in ran[1:])


def test_an_error_in_any_part_is_raised_after_all_have_ended(threads):
    threads(3)
    ended = []

    def task(start, stop):
        if start == 0:
            raise ZeroDivisionError
        ended.append(start)

    with pytest.raises(ZeroDivisionError):
        pool.over_images(task, 3, pool.SPLIT_ABOVE)
    assert sorted(ended) == [1, 2]

    def other(start, stop):
        if start == 2:
            raise KeyError

    with pytest.raises(KeyError):
        pool.over_images(other, 3, pool.SPLIT_ABOVE)


def test_parts_that_no_thread_takes_are_run_by_the_caller(threads, monkeypatch):
    """At interpreter exit, or at a limit of the system, no thread can be started."""

    class Exhausted:
        def __init__(self, takes):
            self.takes = takes

        def submit(self, task, *part):
            if not self.takes:
                raise RuntimeError("can't start new thread")
            self.takes -= 1
            future = Future()
            future.set_result(task(*part))
            return future

    threads(4)
    for takes in range(4):
        monkeypatch.setattr(pool, "_pool", lambda n, takes=takes: Exhausted(takes))
        parts = pool.over_images(lambda a, b: (a, b), 8, pool.SPLIT_ABOVE)
        assert parts == [(0, 2), (2, 4), (4, 6), (6, 8)]


@pytest.mark.parametrize("last", ["threading.Thread(target=work).start()", "atexit.register(work)"])
def test_work_after_the_main_thread_has_ended(last):
    code = (
        "import atexit, threading, time, numpy as np, minidl\n"
        "from minidl.fast_layers import conv_forward_fast as conv\n"
        "minidl.set_num_threads(2)\n"
        "def work():\n"
        "    time.sleep(0.3)\n"
        "    x, w = np.ones((4, 8, 64, 64)), np.ones((8, 8, 3, 3))\n"
        "    print(conv(x, w, None, {'stride': 1, 'pad': 1})[0].sum())\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code + last], capture_output=True, text=True, check=False
    )
    assert result.stdout.strip() == str(4 * 8 * 8 * 190.0**2)
    assert result.stderr == ""


def large_convolution():
    x = np.linspace(-1, 1, 16 * 3 * 32 * 32).reshape(16, 3, 32, 32)
    w = np.linspace(-1, 1, 8 * 3 * 3 * 3).reshape(8, 3, 3, 3)
    return conv_forward_fast(x, w, np.ones(8), {"stride": 1, "pad": 1})[0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_computes(threads):
    threads(2)
    expected = large_convolution()  # the pool has threads now, which the child will not have
    child = os.fork()
    if child == 0:
        os._exit(0 if np.array_equal(large_convolution(), expected) else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_many_callers_at_once(threads):
    """Scratch memory belongs to a thread; callers do not disturb each other."""
    threads(2)
    expected = large_convolution()
    with ThreadPoolExecutor(6) as callers:
        for future in [callers.submit(large_convolution) for _ in range(24)]:
            np.testing.assert_array_equal(future.result(), expected)


def test_scratch_is_kept_but_not_if_it_is_large():
    first = pool.scratch("test", (3, 4), "float32")
    assert np.shares_memory(first, pool.scratch("test", (2, 2), "float32"))
    assert not np.shares_memory(first, pool.scratch("test", (3, 4), "float64"))
    assert not np.shares_memory(first, pool.scratch("other", (3, 4), "float32"))
    large = (pool.KEEP_BELOW // 4 + 1,)
    assert not np.shares_memory(
        pool.scratch("test", large, "float32"), pool.scratch("test", large, "float32")
    )
