"""The thread pool: how many, who does what, what happens after a fork."""

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import minidl
from minidl import threads as pool
from minidl.fast_layers import conv_forward_fast

LARGE = pool.SPLIT_ABOVE


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


def test_parts_for_each_thread_are_asked_for(threads):
    threads(2)
    parts = pool.over_images(lambda a, b: (a, b), 9, pool.SPLIT_ABOVE, parts_per_thread=2)
    assert parts == [(0, 2), (2, 4), (4, 6), (6, 9)]
    assert len(pool.over_images(lambda a, b: (a, b), 3, pool.SPLIT_ABOVE, 2)) == 3
    assert pool.over_images(lambda a, b: (a, b), 9, pool.SPLIT_ABOVE - 1, 2) == [(0, 9)]
    threads(1)
    assert pool.over_images(lambda a, b: (a, b), 9, pool.SPLIT_ABOVE, 2) == [(0, 9)]


def test_every_task_runs_once_and_results_are_in_order(threads):
    for n_threads in (1, 2, 3, 8):
        threads(n_threads)
        for n_tasks in (0, 1, 2, 7, 500):
            ran = []
            squares = pool.for_each(lambda k, ran=ran: (ran.append(k), k * k)[1], n_tasks, LARGE)
            assert squares == [k * k for k in range(n_tasks)]
            assert sorted(ran) == list(range(n_tasks))


def names_of_all(n_threads, n_tasks, work):
    """Return which thread ran each task; large tasks wait until so many threads have one."""
    meet = threading.Barrier(n_threads, timeout=20)

    def task(k):
        meet.wait()
        return threading.current_thread().name

    return pool.for_each(task, n_tasks, work)


def test_small_work_stays_in_the_callers_thread(threads):
    threads(4)
    name = threading.current_thread().name
    assert names_of_all(1, 8, pool.SPLIT_ABOVE - 1) == [name] * 8
    ran = names_of_all(4, 8, pool.SPLIT_ABOVE)
    assert name in ran
    assert len(set(ran)) == 4
    assert all(other.startswith("minidl") for other in set(ran) - {name})


def test_small_work_starts_no_thread():
    code = (
        "import threading, minidl.threads as t\n"
        "t.set_num_threads(3)\n"
        "t.over_images(lambda a, b: None, 8, t.SPLIT_ABOVE - 1)\n"
        "t.for_each(lambda k: None, 1, t.SPLIT_ABOVE)\n"
        "print(threading.active_count())\n"
        "meet = threading.Barrier(3, timeout=20)\n"
        "t.for_each(lambda k: meet.wait(), 3, t.SPLIT_ABOVE)\n"
        "print(threading.active_count())\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["1", "3"]
    assert shown.stderr == ""


def test_a_thread_that_is_held_up_does_not_hold_up_the_others(threads):
    """While one thread is in one task, the other takes all the rest."""
    threads(2)
    rest_done = threading.Event()
    ended = []

    def task(k):
        if k == 0:
            assert rest_done.wait(20)
        else:
            ended.append(threading.current_thread().name)
            if len(ended) == 49:
                rest_done.set()

    pool.for_each(task, 50, LARGE)
    assert len(set(ended)) == 1


def test_nobody_waits_for_a_helper_that_has_not_begun(threads, monkeypatch):
    """Some are late, some never come; one that comes in the end finds nothing to do."""
    threads(3)
    crew = pool._Crew()
    wake = threading.Event()
    monkeypatch.setattr(crew, "work", lambda: (wake.wait(20), pool._Crew.work(crew)))
    monkeypatch.setattr(pool, "_crew", crew)
    for _ in range(3):
        assert pool.for_each(lambda k: k, 5, LARGE) == [0, 1, 2, 3, 4]
    assert crew.n_helpers == 2
    wake.set()
    assert len(set(names_of_all(3, 6, LARGE))) == 3


def test_jobs_that_are_done_keep_nothing_alive(threads):
    """Helpers sleep long, and must not hold arrays meanwhile."""
    threads(2)
    array = np.zeros(3)
    kept = [weakref.ref(array)]
    assert pool.for_each(lambda k, array=array: array[k], 3, LARGE) == [0, 0, 0]
    kept.append(weakref.ref(pool.for_each(np.zeros, 2, LARGE)[1]))
    with pytest.raises(IndexError):
        pool.for_each(lambda k, array=array: array[k], 4, LARGE)
    del array
    deadline = time.monotonic() + 20
    while any(reference() is not None for reference in kept):
        assert time.monotonic() < deadline
        time.sleep(0.001)  # a helper is about to leave
    assert not pool._crew.jobs


def test_tasks_may_split_their_own_work(threads):
    for n_threads in (2, 4):
        threads(n_threads)
        sums = pool.for_each(lambda k: sum(pool.for_each(lambda i: k * i, 9, LARGE)), 12, LARGE)
        assert sums == [36 * k for k in range(12)]


def test_the_number_of_threads_goes_up_and_down(threads):
    for n_threads in (2, 5, 1, 3, 2, 4):
        threads(n_threads)
        assert len(set(names_of_all(n_threads, 4 * n_threads, LARGE))) == n_threads


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


def test_of_several_errors_the_first_part_s_is_raised(threads):
    threads(3)

    def task(k):
        raise ValueError(k)

    for _ in range(20):
        with pytest.raises(ValueError, match="^0$"):
            pool.for_each(task, 6, LARGE)


def test_a_helper_survives_every_kind_of_error(threads):
    threads(2)

    def leave(k):
        meet.wait()
        if threading.current_thread().name.startswith("minidl"):
            sys.exit(k)

    for _ in range(3):
        meet = threading.Barrier(2, timeout=20)
        with pytest.raises(SystemExit):
            pool.for_each(leave, 2, LARGE)
    assert len(set(names_of_all(2, 2, LARGE))) == 2


def test_an_interrupt_waits_for_what_runs_and_drops_what_waits(threads):
    """Helpers write into the caller's arrays: they may not go on when the caller has left."""
    threads(2)
    ran, begun = [], threading.Event()

    def task(k):
        if threading.current_thread() is threading.main_thread():
            assert begun.wait(20)
            raise KeyboardInterrupt
        begun.set()
        time.sleep(0.1)
        ran.append(k)

    with pytest.raises(KeyboardInterrupt):
        pool.for_each(task, 100, LARGE)
    assert len(ran) == 1
    assert pool.for_each(lambda k: k, 3, LARGE) == [0, 1, 2]


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system has no such signals")
def test_an_interrupt_while_waiting_waits_on(threads):
    threads(2)
    caller, ended = threading.get_ident(), []

    def task(k):
        meet.wait()
        if threading.current_thread() is not threading.main_thread():
            time.sleep(0.05)  # by now the caller has nothing to do but to wait
            signal.pthread_kill(caller, signal.SIGINT)
            time.sleep(0.05)
            ended.append(k)

    meet = threading.Barrier(2, timeout=20)
    with pytest.raises(KeyboardInterrupt):
        pool.for_each(task, 2, LARGE)
    assert len(ended) == 1


def test_what_no_thread_takes_is_run_by_the_caller(threads, monkeypatch):
    """At interpreter exit, or at a limit of the system, no thread can be started."""
    start = threading.Thread.start

    def start_some(thread):
        if not starts:
            raise RuntimeError("can't start new thread")
        starts.pop()
        start(thread)

    threads(4)
    monkeypatch.setattr(threading.Thread, "start", start_some)
    for n_starts in range(4):
        starts = [None] * n_starts
        monkeypatch.setattr(pool, "_crew", pool._Crew())
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
    x = np.linspace(-1, 1, 64 * 3 * 32 * 32).reshape(64, 3, 32, 32)
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
