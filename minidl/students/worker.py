"""The process that runs a student's functions; started by ``process.py``, never imported.

Requests come by standard input and answers go by standard output, both of which are put out of
the way first: what the student's code prints goes to standard error, and it reads nothing.  In a
box there are settings for an argument, and ``serving.py`` does the work.
"""

import contextlib
import faulthandler
import importlib.util
import json
import os
import sys
from functools import partial
from pathlib import Path


def main():
    """Answer requests until there are no more."""
    requests, answers = _own_streams()
    if len(sys.argv) > 1:
        settings = json.loads(sys.argv[1])
        sys.path += settings["path"]
        from minidl.students.serving import serve

        serve(requests, answers, settings)
        return
    if importlib.util.find_spec("minidl") is None:  # the parent has it from its own folder
        sys.path.append(str(Path(__file__).parents[2]))

    from minidl.students.failures import StudentError
    from minidl.students.loading import function, functions_of, load
    from minidl.students.place import Place
    from minidl.students.running import Runner
    from minidl.students.wire import receive, send

    faulthandler.enable(answers, all_threads=False)  # a crash writes its lines there
    runner = None
    while True:
        request, _ = receive(requests)
        if request is None:
            return
        limit = request.pop("limit")
        faulthandler.dump_traceback_later(limit, exit=True, file=answers)
        try:
            match request.pop("do"):
                case "load":
                    place = Place(*request["place"])
                    module = load(place)
                    find = partial(function, module, shown=place.shown)
                    runner = Runner(find, place.path, request["number"])
                    if place.function is not None:
                        find(place.function)
                    answer = {"functions": functions_of(module)}
                case "call":
                    answer = runner.call(**request)
                case "seconds":
                    answer = {"seconds": runner.seconds(**request)}
        except StudentError as error:
            answer = {"failed": type(error).__name__, "says": str(error), "line": error.line}
        faulthandler.cancel_dump_traceback_later()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # the student may have closed them
                stream.flush()
        send(answers, answer)


def _own_streams():
    """Return the streams of requests and answers, and give the usual numbers to others."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace", line_buffering=True)
    return requests, answers


if __name__ == "__main__":
    main()
