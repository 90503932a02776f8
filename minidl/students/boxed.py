"""A worker in a box: started, asked and ended from outside, and never believed."""

import contextlib
import json
import os
import re
import signal
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from minidl.students import surroundings
from minidl.students.answers import checked
from minidl.students.box import Box
from minidl.students.failures import (
    NO_MEMORY,
    Crashed,
    Ended,
    NotStarted,
    OutOfMemory,
    TimedOut,
    WrongResult,
)
from minidl.students.guarded import STARTING, Guarded
from minidl.students.place import Place
from minidl.students.process import Process
from minidl.students.telling import one_line, printable
from minidl.students.wire import MOST_BYTES, Garbled, receive

GRACE = 1.0  # seconds beyond the limit, in which the worker ends itself and says where it was
CALLS = 1000  # times the limit: what a worker may take of a processor in all


class BoxedProcess(Process):
    """One worker in a box; once it has failed to answer it is gone.

    Parameters
    ----------
    place : Place
    box : Box
    limit : float
        Seconds that a call may take.
    stand_ins : sequence of (module, function, path)
    home : str or None
        A folder more to import from, as that of the hand-in of a compiled file.
    number : int
        Of the worker.

    Attributes
    ----------
    confinement : dict of str to str
        What is in force, in words.

    Raises
    ------
    NotStarted
        If there is no worker, for which no student is to blame.
    """

    def __init__(self, place, box, limit, stand_ins, home, number):
        self._box, self._number = box, number
        homes = [os.path.dirname(place.path)] if place.path else []
        homes += [os.path.realpath(home)] if home else []
        self._homes = list(dict.fromkeys(homes))
        own = [os.path.dirname(surroundings.MINIDL)]
        packages = surroundings.package_folders()
        settings = {"path": packages + own, "memory": box.memory_mb << 20}
        worker = str(Path(__file__).resolve().with_name("worker.py"))
        command = [surroundings.python(), "-P", "-s", "-S", worker, json.dumps(settings)]
        needed = [_with_what_it_needs(path) for _, _, path in stand_ins] + self._homes
        needed += [place.path] if place.path else []
        guarded = Guarded(command, box, CALLS * limit, needed)
        self._folders = [guarded.folder, *self._homes]
        self.confinement = guarded.confinement
        self._begin(guarded, box.output_kb << 10)
        (message, last_words), _ = self._exchange(None, STARTING)
        if not isinstance(message, dict):
            how = self.end(GRACE)
            said = (last_words + self.printed()).strip().splitlines()
            raise NotStarted(f"the worker did not start ({how}): {said[-1] if said else 'no word'}")
        if message["memory"]:
            self.confinement["memory"] = "the memory of each of its processes is limited"
        self._load = {
            "folders": self._homes or [guarded.folder],
            "stand_ins": [list(one) for one in stand_ins],
            "forbidden": list(box.forbidden_imports),
            "only ours": [path for path in own if path not in packages],
        }

    def ask(self, what, request, limit):
        """Send a request and return the answer, which has the form of ours.

        Raises
        ------
        TimedOut, Ended, Crashed, OutOfMemory, WrongResult
            If no such answer comes in time; the process is ended.
        """
        sent = {**request, "limit": limit, **(self._load if request["do"] == "load" else {})}
        (message, last_words), seconds = self._exchange(sent, limit + GRACE)
        late = seconds >= limit
        if message is not None and not late:
            try:
                if isinstance(message, Garbled):
                    raise message
                return checked(message, request, self._number, self._folders)
            except Garbled as error:
                self.end()
                raise WrongResult(f"{what}: no results came, but {one_line(str(error))}") from None
        how = self.end(patience=0 if late else 2 * GRACE)
        raise self._why(what, late, how, last_words, limit)

    def _receive(self):
        try:
            return receive(self._worker.stdout, min(MOST_BYTES, self._box.memory_mb << 20))
        except Garbled as error:
            return error, ""

    def printed(self):
        """Return what the worker has printed so far, without what steers a terminal."""
        return printable(super().printed())

    def _stop(self, patience):
        return self._worker.end(patience)

    def _why(self, what, late, how, last_words, limit):
        """Return the error that tells how a worker came to its end."""
        line, where = self._where(last_words)
        box, (kind, _, number) = self._box, (how or "").partition(" ")
        if late:
            return TimedOut(f"{what}: did not end within {limit:g} s{where}", line)
        if how in ("memory", f"exit {NO_MEMORY}"):
            return OutOfMemory(f"{what}: took more memory than there is for it")
        if how == "processes":
            return Crashed(f"{what}: started more than {box.processes} processes and threads")
        if kind == "exit" and 0 <= int(number) < 1 << 16 and "Fatal Python" not in last_words:
            return Ended(f"{what}: ended the process, exit code {number}", line)
        name = how or "it closed its pipes"
        if kind == "signal":
            with contextlib.suppress(ValueError):
                name = signal.Signals(int(number)).name
        return Crashed(f"{what}: crashed, {name}{where}", line)

    def _where(self, last_words):
        """Return the innermost line of the student's files in a traceback, if it is one.

        Nothing is opened here: whoever wrote the traceback chose the names in it.
        """
        for file, line in re.findall(r'File "([^"\n]{1,999})", line (\d{1,6})\b', last_words):
            folder, name = os.path.split(file)
            if folder in self._homes and re.fullmatch(r"\w[\w.]{0,39}", name):
                return int(line), f" ({name}, line {line})"
        return None, ""


def confinement(box=None):
    """Return what this system holds code in a box to, in words.

    Parameters
    ----------
    box : Box, optional

    Returns
    -------
    measures : dict of str to str
        "network", "read-only", "hidden", "processes", "memory" and others, as far as they are in
        force.

    Raises
    ------
    NotStarted
        If no worker can be started as the box asks for.
    """
    nothing = Place(None, "nothing", None, "nothing")
    process = BoxedProcess(nothing, box or Box(), 1.0, (), None, 0)
    process.end()
    return process.confinement


def _with_what_it_needs(path):
    """Return a file, or the folder that a compiled one is alone in with what it imports."""
    return os.path.dirname(path) if path.endswith(tuple(EXTENSION_SUFFIXES)) else path
