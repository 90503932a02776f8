"""Scratch memory: kept, bounded, of one thread."""

import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from minidl import scratch as memory
from minidl.scratch import scratch
from minidl.threads import in_every_thread


def test_scratch_is_kept_but_not_if_it_is_large():
    first = scratch("test", (3, 4), "float32")
    assert np.shares_memory(first, scratch("test", (2, 2), "float32"))
    assert not np.shares_memory(first, scratch("test", (3, 4), "float64"))
    assert not np.shares_memory(first, scratch("other", (3, 4), "float32"))
    large = (memory.KEEP_BELOW // 4 + 1,)
    assert not np.shares_memory(
        scratch("test", large, "float32"), scratch("test", large, "float32")
    )
    assert not np.shares_memory(first, scratch("test", (3, 4), ">f4"))


def test_scratch_grows_and_begins_at_a_line_of_the_cache():
    for size in (3, 1000, 7, 5000, memory.KEEP_BELOW // 8, memory.KEEP_BELOW):
        for name in ("first", "second"):
            array = scratch(name, (size, 1), np.dtype("float64"))
            assert array.shape == (size, 1)
            assert array.dtype == np.float64
            assert array.ctypes.data % 64 == 0
            array[:] = size
    assert np.shares_memory(
        scratch("first", (7,), np.dtype("float64")), scratch("first", (3, 2), "float64")
    )


def test_scratch_forgets_shapes_and_what_was_too_small():
    """What a thread keeps is bounded, whatever the shapes."""
    for size in range(1, 3 * memory.KEEP_VIEWS):
        scratch("shapes", (size,), np.dtype("float32"))
        assert len(memory._local.views) <= memory.KEEP_VIEWS
    small = weakref.ref(scratch("growing", (8,), np.dtype("float32")))
    scratch("growing", (9,), np.dtype("float32"))
    assert small() is None


def test_scratch_belongs_to_a_thread():
    own = scratch("thread", (5,), np.dtype("float32"))
    with ThreadPoolExecutor(1) as thread:
        other = thread.submit(scratch, "thread", (5,), np.dtype("float32")).result()
    assert not np.shares_memory(own, other)


def test_all_threads_let_go(threads):
    threads(3)
    in_every_thread(lambda: scratch("dropped", (5,), np.dtype("float32")))
    seen = []
    in_every_thread(memory.drop_scratch)
    in_every_thread(lambda: seen.append(vars(memory._local)))
    assert seen
    assert not any(seen)
