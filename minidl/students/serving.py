"""Answer the requests of a box: the worker's side, where the student's own code is, too.

Everything that is used once that code is loaded has a name of its own here by then, so that what
it does to NumPy, ``time`` or ``sys.modules`` changes nothing.  Whoever looks for them can change
these names as well, which is why our caller believes nothing that comes from here.
"""

import contextlib
import os
import random
import site
import sys
from faulthandler import cancel_dump_traceback_later, dump_traceback_later, enable
from functools import partial
from io import BytesIO

import numpy.random
from numpy import zeros

from minidl.students.changes import changes, visible
from minidl.students.failures import NO_MEMORY, StudentError
from minidl.students.importing import Refusing, StandIns
from minidl.students.loading import function, functions_of, in_words, load
from minidl.students.place import Place
from minidl.students.portable import as_result, portable
from minidl.students.running import Runner
from minidl.students.wire import receive, send

SEED = 231
MOST_SAID = 2000  # characters
SPARE = 1 << 20  # bytes that are given up when there are no more
seed_python, leave, own_number = random.seed, os._exit, os.getpid
seed_numpy = numpy.random.seed  # of the generator that courses draw from


class BoxedRunner(Runner):
    """Calls functions, and tells what their arguments are like afterwards."""

    travelling = staticmethod(as_result)

    def told_of(self, names, before, after):
        """Return arguments that have changed, which is for our caller to judge."""
        pairs = enumerate(zip(before, after, strict=True))
        changed = {k: new for k, (old, new) in pairs if next(changes("", old, visible(new)), None)}
        return {"names": names, "after": {k: portable(new) for k, new in changed.items()}}


class Server:
    """Does what requests ask for.

    Parameters
    ----------
    settings : dict
        "path", folders to import from; "memory", bytes that may be taken.
    """

    def __init__(self, settings):
        self._path, self._runner = settings["path"], None

    def answer(self, request):
        """Return the answer to a request, whatever comes in between."""
        what = request.get("name", "the import")
        try:
            with contextlib.suppress(RuntimeError):  # if there may be no more threads
                dump_traceback_later(request["limit"], exit=True, file=request["answers"])
            seed_python(SEED + request["count"])
            seed_numpy(SEED + request["count"])
            answer = getattr(self, "_" + request["do"])(request)
        except StudentError as error:
            says = str(error)[:MOST_SAID]
            answer = {"failed": type(error).__name__, "says": says, "line": error.line}
        except MemoryError:
            raise
        except BaseException as error:  # classes of a student's own can raise anywhere
            says = f"{what}: raised {in_words(error)}"
            answer = {"failed": "Raised", "says": says, "line": None}
        cancel_dump_traceback_later()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(BaseException):  # they may be closed, or the student's own
                stream.flush()
        return answer

    def _load(self, request):
        place = Place(*request["place"])
        stand_ins = StandIns(request["stand_ins"], request["folders"])
        installed = [path for path in self._path if path not in request["only ours"]]
        refusing = Refusing(request["forbidden"], installed)
        if "minidl" in request["forbidden"]:
            sys.path[:] = [path for path in sys.path if path not in request["only ours"]]
        refusing.forget()
        sys.meta_path[:0] = [refusing, stand_ins]
        sys.path[:0] = request["folders"][1:]  # load() puts the first before them
        module = load(place)
        stand_ins.apply(module, place.module)
        find = partial(function, module, shown=place.shown)
        self._runner = BoxedRunner(find, place.path, request["number"])
        if place.function is not None:
            find(place.function)
        return {"functions": functions_of(module)}

    def _call(self, request):
        wanted = {name: request[name] for name in ("name", "arguments", "returns", "keep")}
        return self._runner.call(**wanted)

    def _seconds(self, request):
        wanted = {name: request[name] for name in ("name", "arguments", "repeats", "warmup")}
        return {"seconds": self._runner.seconds(**wanted)}


def serve(requests, answers, settings):
    """Answer requests until there are no more."""
    site.setquit()  # without the site module nobody has exit()
    enable(answers, all_threads=False)  # a crash writes its lines there
    _warm_up()
    server, number, spare = Server(settings), own_number(), bytearray(SPARE)
    send(answers, {"ready": True, "memory": _limit_memory(settings["memory"])})
    try:
        while True:
            count = None
            request, _ = receive(requests)
            if request is None:
                leave(0)
            what, count = request.get("name", "the import"), request["count"]
            answer = server.answer({**request, "answers": answers})
            if own_number() != number:  # a fork of the student's has come back from its function
                leave(0)
            send(answers, answer | {"count": count})
    except MemoryError:
        del spare
        if count is not None:  # else the request is not known, and may still be on its way
            with contextlib.suppress(BaseException):
                says = f"{what}: there is no memory left"
                answer = {"failed": "OutOfMemory", "says": says, "line": None, "count": count}
                send(answers, answer)
        leave(NO_MEMORY)
    finally:
        leave(1)  # there may be threads that Python would wait for


def _warm_up():
    """Do once what is done for every call: NumPy imports some of its parts when they are used."""

    def add_one(x):
        x += 1
        return x

    runner = BoxedRunner(lambda name: add_one)
    for _ in range(2):
        facts = runner.call("add_one", (zeros((2, 2)),))
        send(BytesIO(), facts)
    with contextlib.suppress(StudentError):
        runner.call("add_one", (None,))


def _limit_memory(most):
    """Let this process take so many bytes more than now; return whether that is counted here."""
    try:
        import resource

        with open("/proc/self/statm") as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + most, now + most))
    except (ImportError, OSError, ValueError):
        return False
    return True
