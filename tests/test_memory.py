"""Memory that is used again: never while anyone refers to it, never more of it than was allowed."""

import copy
import gc
import os
import pickle
import subprocess
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from minidl import memory
from minidl.fast_layers import conv_forward_fast, max_pool_forward_fast

SHAPE = 3, 300, 200  # 720,000 bytes of float32, well above what NumPy allocates by itself
SIZE = 720_896  # a multiple of a sixteenth of 2**20


@pytest.fixture(scope="module", autouse=True)
def what_was_there_before():
    """Leave what thousands of tests have left out of each search for garbage: 0.2 s every time."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def own_pool(monkeypatch):
    """Give each test a pool that is empty, with the usual bound."""
    monkeypatch.delenv("MINIDL_POOL_MB", raising=False)
    gc.collect()  # cycles that other tests have left may hold arrays of the pool
    memory.release()
    yield
    memory.release()


def address(array):
    return array.__array_interface__["data"][0]


def numbered(number, shape=SHAPE, dtype="float32"):
    array = memory.empty(shape, dtype)
    array.fill(number)
    return array


def assert_kept(reference, number=1):
    """Whatever is made now, what a live reference refers to stays as it is."""
    others = [numbered(-1) for _ in range(3)]
    assert np.all(np.asarray(reference) == number)
    for other in others:
        assert not np.shares_memory(other, np.asarray(reference))
    del others
    numbered(-2)
    assert np.all(np.asarray(reference) == number)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int8", np.dtype("int64"), np.bool_])
@pytest.mark.parametrize("make", [memory.empty, memory.zeros])
@pytest.mark.parametrize("shape", [SHAPE, (1 << 20,), (0, 3), (), (2, 3), (1, 1, 1, 1_000_000)])
def test_arrays_are_ordinary(make, shape, dtype):
    for _ in range(2):  # the second one in the memory of the first
        array = make(shape, dtype)
        assert type(array) is np.ndarray
        assert array.shape == shape
        assert array.dtype == np.dtype(dtype)
        assert array.flags.c_contiguous
        assert array.flags.writeable
        assert array.flags.aligned
        if make is memory.zeros:
            assert not array.any()
        array.fill(1)
        for same in (copy.copy(array), copy.deepcopy(array), pickle.loads(pickle.dumps(array))):
            assert same.base is None or not np.shares_memory(same, array)
            np.testing.assert_array_equal(same, array, strict=True)
        if array.nbytes >= memory.POOL_ABOVE:
            assert address(array) % 64 == 0
        del array, same


def test_the_memory_of_a_dead_array_is_used_again():
    array = numbered(1)
    where = address(array)
    del array
    array = memory.empty((np.prod(SHAPE) // 2,), "float64")  # the same size, otherwise all new
    assert address(array) == where
    assert address(memory.empty(SHAPE, "float32")) != where
    assert memory.figures() == {"limit": 64 << 20, "idle": SIZE, "asked": 3, "reused": 1}


def test_sizes_that_differ_a_little_share_memory():
    where = address(numbered(1, (104, 5000)))
    assert address(numbered(1, (99, 5000))) == where  # a last, smaller batch
    assert address(numbered(1, (50, 5000))) != where


def test_large_blocks_are_whole_large_pages():
    array = numbered(1, (1_500_000,))
    assert address(array) % (1 << 21) == 0
    del array
    assert memory.figures()["idle"] == 6 << 20


def test_small_arrays_are_numpys():
    assert memory.empty((10, 10), "float32").base is None
    assert memory.zeros((10, 10), "float32").base is None
    assert memory.figures()["asked"] == 0


VIEWS = {
    "itself": lambda array: array,
    "slice": lambda array: array[1:],
    "one number": lambda array: array[2, 299, 199:],
    "transpose": lambda array: array.T,
    "reshaped": lambda array: array.reshape(-1)[::-7],
    "broadcast": lambda array: np.broadcast_to(array[:1], (5, 300, 200)),
    "view of a view": lambda array: array[1:][:, 3:].swapaxes(0, 1)[None][0],
    "integers": lambda array: array.view("int32").view("float32"),
    "subclass": lambda array: array.view(np.recarray),
    "strided": lambda array: np.lib.stride_tricks.as_strided(array, (9,), (8,)),
    "windows": lambda array: np.lib.stride_tricks.sliding_window_view(array, 3, axis=1),
    "memoryview": memoryview,
    "bytes of it": lambda array: memoryview(array[1:]).cast("B").cast("f"),
    "frombuffer": lambda array: np.frombuffer(array, "float32", 10, 400),
    "interface": lambda array: np.asarray(Interface(array)),
    "real part": lambda array: array.real,
    "flat": lambda array: array.flat,
    "reader": lambda array: np.nditer(array).operands[0],
    "slice of its base": lambda array: array.base[1000:2000].view("float32"),
    "split": lambda array: np.split(array, 3)[1],
    "dlpack": np.from_dlpack,
}


class Interface:
    def __init__(self, array):
        self.array = array
        self.__array_interface__ = array.__array_interface__


@pytest.mark.parametrize("name", VIEWS)
def test_what_a_view_refers_to_is_kept(name):
    array = numbered(1)
    where = address(array)
    view = VIEWS[name](array)
    del array
    assert memory.figures()["idle"] == 0
    assert_kept(view)
    del view
    assert where in {address(array) for array in [numbered(2) for _ in range(9)]}


def test_copies_and_views_of_a_loan_give_nothing_back():
    """An array's base is one object too many for most users, and still no way to break things."""
    array = numbered(1)
    loan = array.base
    for other in (loan.copy(), loan[5:], loan.view(), loan.reshape(2, -1), np.sum(loan)):
        del other
        assert memory.figures()["idle"] == 0
    del array
    assert memory.figures()["idle"] == 0
    assert_kept(loan.view("float32")[: np.prod(SHAPE)])
    del loan
    assert memory.figures()["idle"] > 0


def test_what_a_cache_refers_to_is_kept(rng):
    x = rng.standard_normal((8, 4, 64, 64)).astype("float32")
    w = rng.standard_normal((4, 4, 3, 3)).astype("float32")
    hidden = conv_forward_fast(x, w, None, {"stride": 1, "pad": 1})[0]
    expected = hidden.copy()
    out, cache = max_pool_forward_fast(hidden, {"pool_height": 2, "pool_width": 2, "stride": 2})
    del hidden, out
    for _ in range(3):
        conv_forward_fast(-x, w, None, {"stride": 1, "pad": 1})
    held = [part for part in cache if isinstance(part, np.ndarray)]
    assert any(part.shape == expected.shape and np.all(part == expected) for part in held)


def test_cycles_and_weak_references():
    cycle = [numbered(1)]
    cycle.append(cycle)
    weak = weakref.ref(cycle[0])
    assert_kept(cycle[0])
    del cycle
    gc.collect()
    assert weak() is None
    assert memory.figures()["idle"] == 4 * SIZE  # three more were alive at once in assert_kept


def test_a_collection_in_the_middle_of_a_call():
    """A loan may die while the pool is busy: nothing hangs, and nothing is handed out twice."""
    pool = memory._pool()
    array, other = numbered(1), numbered(2)
    del other
    with pool.lock:  # as if this were the middle of a call
        del array
        array = numbered(3)
    assert memory.figures()["idle"] == SIZE
    assert_kept(array, 3)


def test_the_bound_holds_and_what_was_idle_for_longest_goes_first(monkeypatch):
    monkeypatch.setenv("MINIDL_POOL_MB", "2")
    memory.release()
    large = [numbered(k, (1 << 18,)) for k in range(3)]  # 1 MiB each
    assert [array[0] for array in large] == [0, 1, 2]
    del large
    assert memory.figures()["idle"] == 2 << 20
    small = numbered(1, (1 << 17,))
    del small
    assert memory.figures()["idle"] == 3 << 19
    assert address(numbered(1, (1 << 17,)))
    assert memory.figures()["reused"] == 1
    assert memory.empty((1 << 20,), "float32").base is None  # more than may ever be idle
    assert memory.figures()["idle"] == 3 << 19
    memory.release()
    assert memory.figures()["idle"] == 0


def test_nothing_idle_lives_on_after_release():
    freed = weakref.ref(numbered(1).base.base)
    assert freed() is not None
    memory.release()
    assert freed() is None
    array = numbered(1)
    memory.release()
    assert_kept(array)


def test_zero_turns_it_off(monkeypatch):
    monkeypatch.setenv("MINIDL_POOL_MB", "0")
    memory.release()
    assert memory.empty(SHAPE, "float32").base is None
    assert not memory.zeros(SHAPE, "float32").any()
    assert memory.figures() == {"limit": 0, "idle": 0, "asked": 0, "reused": 0}


@pytest.mark.parametrize("value", ["-1", "two", "1.5", "9" * 5000])
def test_wrong_environment_is_named(value, monkeypatch):
    monkeypatch.setenv("MINIDL_POOL_MB", value)
    memory.release()
    message = f"MINIDL_POOL_MB must be an integer of at least 0, got {value!r}$"
    for make in (memory.empty, memory.zeros):
        with pytest.raises(ValueError, match=message):
            make(SHAPE, "float32")


def come_and_go(seed, n_steps=400):
    """Make, hold, view and drop arrays of many sizes; each must keep its own number."""
    rng = np.random.default_rng(seed)
    held = []
    for step in range(n_steps):
        number = seed * n_steps + step
        n = int(rng.integers(memory.POOL_ABOVE // 8, memory.POOL_ABOVE))
        array = numbered(number, (n,), "float64")
        kind = rng.integers(4)
        view = [array, array[:: rng.integers(1, 9)], memoryview(array)[5:], (array, [array])][kind]
        held.append((number, view if kind < 3 else view[1][0][None]))
        if kind == 3:
            held[-1] += ([held],)  # a cycle, for the collector to find
        while len(held) > rng.integers(12):
            drawn, kept = held.pop(int(rng.integers(len(held))))[:2]
            if not np.all(np.asarray(kept) == drawn):
                return drawn
    return None


@pytest.mark.parametrize("seed", range(3))
def test_arrays_come_and_go(seed):
    assert come_and_go(seed) is None
    assert memory.figures()["reused"] > 100
    assert memory.figures()["idle"] <= memory.figures()["limit"]


def test_arrays_come_and_go_in_many_threads():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as callers:
            assert list(callers.map(come_and_go, range(4), [150] * 4)) == [None] * 4
    finally:
        sys.setswitchinterval(before)
    pool = memory._pool()
    assert pool.n_idle == sum(size * len(rows) for size, rows in pool.idle.items())
    assert pool.n_idle <= pool.limit


def test_an_array_may_die_in_another_thread():
    array = [numbered(1)]
    where = address(array[0])
    thread = threading.Thread(target=array.clear)
    thread.start()
    thread.join()
    assert address(numbered(2)) == where


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_after_a_fork():
    """The child's pool is its own, even if the parent's was busy."""
    array, idle = numbered(1), numbered(2)
    del idle
    with memory._pool().lock:
        child = os.fork()
        if child == 0:
            fine = memory.figures()["idle"] == 0
            del array  # a loan from before the fork
            fine &= memory.figures()["idle"] == SIZE
            fine &= come_and_go(5, 50) is None
            os._exit(0 if fine else 1)
    assert come_and_go(6, 50) is None
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert_kept(array)


def test_interpreter_exit_is_quiet():
    """Arrays in globals, cycles, finalizers and threads die when half of Python is gone."""
    code = (
        "import atexit, builtins, sys, threading, numpy as np\n"
        "from minidl import memory\n"
        "class Late:\n"
        "    def __init__(self): self.array = memory.empty((10**6,), 'float32')\n"
        "    def __del__(self, empty=memory.empty): self.array = empty((10**6,), 'float32')\n"
        "late, kept = Late(), memory.empty((10**6,), 'float32')\n"
        "builtins.kept = sys.kept = np.kept = memory.kept = memory.empty((10**6,), 'float64')[1:]\n"
        "kept_in_cycle = [memory.empty((10**6,), 'float32')]; kept_in_cycle += [kept_in_cycle]\n"
        "def loop():\n"
        "    while True: memory.empty((10**5,), 'float32')\n"
        "threading.Thread(target=loop, daemon=True).start()\n"
        "atexit.register(lambda: memory.empty((10**5,), 'float32'))\n"
        "print('done')\n"
    )
    for _ in range(2):
        ended = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "done\n", "")
