"""A hand-in that means harm, one function for each thing that was tried; see `test_hostile.py`."""

import builtins
import ctypes
import faulthandler
import json
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

import numpy as np

FOREVER = 100
KEPT = []


def fine(x):
    return 2 * x


def loops(x):
    while True:
        pass


def loops_out_of_reach(x):
    """No timer and no traceback can tell where."""
    faulthandler.cancel_dump_traceback_later()
    faulthandler.disable()
    while True:
        pass


def sleeps(x):
    time.sleep(FOREVER)


def sleeps_through_signals(x):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    faulthandler.cancel_dump_traceback_later()
    time.sleep(FOREVER)


def answers_late(x):
    faulthandler.cancel_dump_traceback_later()
    time.sleep(0.8)
    return 2 * x


def stops_itself(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    return 2 * x


def stops_its_parent(x):
    os.kill(os.getppid(), signal.SIGSTOP)
    return 2 * x


def ends_its_parent(x):
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(0.05)
    return 2 * x


def ends_its_group(x):
    os.killpg(0, signal.SIGKILL)


def ends_everything_it_may(x):
    if os.getpid() > 20:
        raise SystemExit("these are not only its own processes: this would end everybody's")
    os.kill(-1, signal.SIGKILL)
    return 2 * x


def leaves_a_grandchild(x):
    """Two forks and a session of its own: no parent, no group, all pipes still open."""
    if not os.fork():
        os.setsid()
        if not os.fork():
            time.sleep(FOREVER)
        os._exit(0)
    os.wait()
    return 2 * x


def leaves_a_grandchild_and_goes(x):
    leaves_a_grandchild(x)
    os._exit(0)


def leaves_a_grandchild_and_loops(x):
    leaves_a_grandchild(x)
    loops(x)


def starts_many(x):
    for _ in range(200):
        if not os.fork():
            time.sleep(FOREVER)
            os._exit(0)
    return 2 * x


def explodes(x):
    if os.getpid() > 20:
        raise SystemExit("nothing may count processes here: this would be the end of the system")
    while True:
        if not os.fork():
            os.setsid()


def many_threads(x):
    for _ in range(200):
        threading.Thread(target=time.sleep, args=(FOREVER,)).start()
    return 2 * x


def leaves_little(x):
    """Keep most memory, piece by piece, and a thread that Python waits for at its end."""
    threading.Thread(target=time.sleep, args=(FOREVER,)).start()
    size = 1 << 26
    while size > 1 << 17:
        try:
            KEPT.append(bytearray(size))
        except MemoryError:
            size //= 2
    return x


def leaves_threads(x):
    def scribble():
        while True:
            x[...] = 7
            sum(range(1000))

    threading.Thread(target=scribble).start()
    return 2 * np.ones_like(x)


def floods(x):
    block = b"passed " * 10000
    for _ in range(500):
        os.write(2, block)
    return 2 * x


def floods_for_ever(x):
    while True:
        os.write(1, b"passed " * 10000)


def prints_success(x):
    print("passed: 100 of 100 points")
    os._exit(0)


def prints_escapes(x):
    print("\x1b[2J\x1b]0;passed\x07\u202epassed\r\nsecond line")
    return 2 * x


def closes_everything(x):
    os.closerange(0, 256)
    return 2 * x


def closes_everything_and_sleeps(x):
    os.closerange(0, 256)
    time.sleep(FOREVER)


def _to_every_file(data):
    for number in range(256):
        try:
            os.write(number, data)
        except OSError:
            pass


def _message(facts, *blocks):
    text = json.dumps(facts).encode()
    parts = [b"minidl:1", struct.pack("<Q", len(text)), text]
    for block in blocks:
        parts += [struct.pack("<Q", len(block)), block]
    return b"".join(parts)


def _as_tree(value):
    if isinstance(value, list):
        return {"list": value}
    if isinstance(value, dict) and value is not ARRAY:
        return {"dict": [[key, _as_tree(one)] for key, one in value.items()]}
    return {"tuple": list(map(_as_tree, value))} if isinstance(value, tuple) else value


ARRAY = {"array": {"gaps": False, "writeable": True}}
ANSWER = {"kept": None, "seconds": 0.1, "reused": False, "shares": (), "names": ["x"]}


def _count():
    """Return the number that the answer to this call must have."""
    frame = sys._getframe(1)
    while "request" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["request"]["count"]


def _forged(values, **more):
    return _as_tree({"values": values, "after": {}, **ANSWER, "count": _count(), **more})


def writes_words(x):
    _to_every_file(b"passed\n" * 10)
    return 2 * x


def writes_nothing_real(x):
    _to_every_file(_message({"dict": [["passed", True]]}))
    return 2 * x


def writes_a_verdict(x):
    _to_every_file(_message(_forged((True,), verdict="passed", points=100)))
    return 2 * x


def writes_a_failure_of_ours(x):
    failure = {"failed": "SystemExit", "says": "grader error", "line": None, "count": _count()}
    _to_every_file(_message(_as_tree(failure)))
    return 2 * x


def writes_other_types(x):
    _to_every_file(_message(_forged((True,), seconds="soon", reused=None)))
    return 2 * x


def writes_other_arguments(x):
    _to_every_file(_message(_forged((True,), after=(1, 2))))
    return 2 * x


def writes_the_right_form(x):
    """Which is the same as returning it."""
    _to_every_file(_message(_forged((7,))))
    os._exit(0)


def writes_an_old_answer(x):
    _to_every_file(_message(_forged((7,), count=_count() - 1)))
    return 2 * x


def writes_no_json(x):
    _to_every_file(b"minidl:1" + struct.pack("<Q", 9) + b"{[passed]" * 1000)


def writes_deep_json(x):
    text = b"[" * 100_000
    _to_every_file(b"minidl:1" + struct.pack("<Q", len(text)) + text)


def writes_deep_values(x):
    value = 1
    for _ in range(200):
        value = {"tuple": [value]}
    _to_every_file(_message(value))


def promises_long_json(x):
    _to_every_file(b"minidl:1" + struct.pack("<Q", 1 << 60) + b"passed")


def promises_a_long_block(x):
    _to_every_file(_message(_forged((ARRAY,))) + struct.pack("<Q", 1 << 50) + b"passed")


def _npy(header):
    header = header.encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header


def promises_a_terabyte(x):
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (137438953472, ), } \n"
    _to_every_file(_message(_forged((ARRAY,)), _npy(header) + bytes(100)))


def promises_nothing_in_many_axes(x):
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (%s), } \n" % ("0, " * 100)
    _to_every_file(_message(_forged((ARRAY,)), _npy(header)))


def sends_objects(x):
    header = "{'descr': '|O', 'fortran_order': False, 'shape': (1, ), } \n"
    pickled = b"cos\nsystem\n(S'touch /tmp/minidl-was-here'\ntR."
    _to_every_file(_message(_forged((ARRAY,)), _npy(header) + pickled))


def sends_a_header_that_computes(x):
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (9**9**9, ), } \n"
    _to_every_file(_message(_forged((ARRAY,)), _npy(header)))


def claims_a_crash(x):
    """As faulthandler writes it, with a line of a file that is not the student's to be read."""
    secret = os.path.abspath(__file__).replace("hostile.py", "test_hostile.py")
    text = (
        f'Timeout (0:00:01)!\n  File "{secret}", line 3 in f\n  File "/etc/passwd", line 1 in g\n'
    )
    _to_every_file(text.encode())
    os._exit(1)


class Equal(np.ndarray):
    """Equal to everything, close to everything."""

    def __eq__(self, other):
        return np.ones(self.shape, bool)

    __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __eq__
    __hash__ = None

    def __array_ufunc__(self, *_, **__):
        return np.bool_(True)

    def __array_function__(self, *_, **__):
        return True


class Number(np.float64):
    dtype = "f8"

    def __eq__(self, other):
        return True

    __hash__ = np.float64.__hash__


class Fair(tuple):
    """As long as anybody wants."""

    def __len__(self):
        return FOREVER

    def __iter__(self):
        while True:
            yield 1


def equals_everything(x):
    return np.zeros(3).view(Equal)


def number_that_equals(x):
    return Number(0)


def any_length(x):
    return Fair((1, 2))


def objects(x):
    return np.array([x, None], dtype=object)


def not_a_number(x):
    return np.full_like(x, np.nan)


def whole_number_without_end(x):
    return 10**100_000


def crashes(x):
    ctypes.string_at(0)


def aborts(x):
    os.abort()


def runs_out_of_stack(x):
    sys.setrecursionlimit(1 << 30)

    def deeper(n):
        return deeper([n]) + deeper([n])

    return deeper([])


def recurses(x):
    return recurses(x)


def takes_memory(x):
    return np.ones(10 << 30)


def takes_memory_and_answers(x):
    kept = []
    try:
        while True:
            kept.append(bytearray(1 << 20))
    except MemoryError:
        while True:
            try:
                kept.append(bytearray(1 << 8))
            except MemoryError:
                return kept


def takes_memory_with_others(x):
    for _ in range(8):
        if not os.fork():
            block = bytearray(b"1") * (100 << 20)
            time.sleep(FOREVER)
            os._exit(len(block))
    time.sleep(FOREVER)


def fills_the_disk(x):
    with open("big", "wb") as file:
        for _ in range(1024):
            file.write(bytes(1 << 20))
    return 2 * x


def fills_the_disk_with_files(x):
    for k in range(200):
        with open(f"file{k}", "wb") as file:
            file.write(bytes(1 << 20))
    return 2 * x


def writes_elsewhere(x):
    places = ["/tmp/minidl-was-here", "/usr/minidl-was-here", os.path.dirname(__file__) + "/here"]
    done = 0
    for place in places:
        try:
            with open(place, "w") as file:
                file.write("here")
            done += 1
        except OSError:
            pass
    return np.array(done)


def connects(x):
    connection = socket.socket()
    connection.settimeout(1)
    connection.connect(("127.0.0.1", int(x.flat[0])))
    return 2 * x


def patches_numpy(x):
    def yes(*_, **__):
        return True

    for name in ("allclose", "array_equal", "isclose", "save", "asarray", "may_share_memory"):
        setattr(np, name, yes)
    np.testing.assert_allclose = np.lib.format.write_array = np.isnan = np.argwhere = yes
    try:
        np.ndarray.tobytes = yes
    except TypeError:  # it cannot be, but for these
        pass
    np.ndarray = Equal
    return 3 * x


def patches_everything_else(x):
    def now(*_):
        return 0.0

    time.time = time.perf_counter = time.monotonic = now
    json.dumps = json.loads = json.JSONEncoder.encode = json.JSONDecoder.decode = now
    struct.pack = struct.Struct = now
    os.write = os.fsync = os.path.abspath = now
    random.seed = np.random.seed = now
    return 3 * x


def patches_the_builtins(x):
    builtins.len = builtins.isinstance = builtins.print = lambda *_: 0
    return 3 * x


def empties_the_modules(x):
    for name in list(sys.modules):
        if name != "sys":
            del sys.modules[name]
    return 3 * x


def looks_for_the_worker(x):
    """Reach what calls this function, and change what it answers."""
    frame = sys._getframe(1)
    while frame is not None:
        for name in ("send", "answer", "changes", "portable"):
            if name in frame.f_globals:
                frame.f_globals[name] = lambda *_: None
        frame = frame.f_back
    return 3 * x


def changes_its_argument(x):
    x += 1
    return 2 * x


def lies_about_its_argument(x):
    """Return what it returns, change its argument, and keep the worker from seeing that."""
    x += 1
    _to_every_file(_message(_forged((7,))))
    time.sleep(0.2)
    os._exit(0)


class Loud(Exception):
    def __str__(self):
        return "\x1b[31mred\x07 \u202e at 0x7f1234567890 in /tmp/abc/def.py " + "a" * 10_000_000


class Endless(Exception):
    def __str__(self):
        while True:
            pass


class Broken(Exception):
    def __str__(self):
        raise SystemExit(0)


def raises_loudly(x):
    raise Loud


def raises_endlessly(x):
    raise Endless


def raises_brokenly(x):
    raise Broken


def raises_a_path(x):
    open("nothing here.txt")


def exits_with_much(x):
    sys.exit("a" * 10_000_000)


def reads_our_secrets(x):
    """Count the places in which the parent's secret can be read."""
    found = 0
    for name in os.listdir("/proc"):
        for what in ("environ", "mem", "cmdline"):
            try:
                with open(f"/proc/{name}/{what}", "rb") as file:
                    found += b"MINIDL_TEST_SECRET" in file.read(1 << 16)
            except OSError:
                pass
    return np.array(found + ("MINIDL_TEST_SECRET" in os.environ))


def reads(path):
    """Count what can be read of a file or folder."""
    return np.array(len(os.listdir(path)) if os.path.isdir(path) else len(open(path).read()))


def inherits_files(x):
    return np.array(sorted(map(int, os.listdir("/proc/self/fd"))))


def gains_rights(x):
    """Count what only somebody with rights could do."""
    done = 0
    for command in (
        "unshare -Ur true",
        "umount /proc",
        "mount -t tmpfs none /tmp",
        "mount -o remount,rw /",
        "chroot / true",
        "echo core > /proc/sys/kernel/core_pattern",
    ):
        done += not subprocess.run(command, shell=True, capture_output=True).returncode
    with open("/proc/self/status") as file:
        (caps,) = [line.split()[1] for line in file if line.startswith("CapEff")]
    return np.array([done, int(caps, 16)])


def knows_its_surroundings(x):
    wanted = ("HOME", "TMPDIR", "OPENBLAS_NUM_THREADS", "PYTHONHASHSEED")
    print(sorted(os.environ), [os.environ[name] for name in wanted], os.getcwd())
    with open("allowed.txt", "w") as file:
        file.write("here")
    return np.array(os.environ["HOME"] == os.getcwd())


def imports_a_tool(x):
    import json.tool  # noqa: F401


def draws(x):
    return np.array([random.random(), np.random.rand(), hash("minidl") % 1000])
