"""A worker process that answers within a limit of time, or is ended."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from minidl.students.failures import Crashed, Ended, TimedOut
from minidl.students.listening import Listener
from minidl.students.loading import line_in_words
from minidl.students.wire import receive, send

GRACE = 2.0  # seconds beyond the limit, in which the worker ends itself and says where it was
MOST_PRINTED = 1 << 16  # bytes of the worker's output that are kept


class Process:
    """One worker; once it has failed to answer it is gone.

    Parameters
    ----------
    path : str or None
        The file whose lines an error should name.
    """

    def __init__(self, path):
        self._path = path
        group = (
            {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
            if os.name == "nt"
            else {"start_new_session": True}  # Ctrl-C is for the parent, which ends the group
        )
        worker = subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).with_name("worker.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **group,
        )
        self._begin(worker, MOST_PRINTED)

    def _begin(self, worker, most_printed):
        """Listen to what a process prints."""
        self._worker, self._ended = worker, False
        self._talk = self._listener = Listener(worker.stderr, most_printed)
        self._listener.start()

    def ask(self, what, request, limit):
        """Send a request and return the answer.

        Parameters
        ----------
        what : str
            What is asked for, to begin an error with.
        request : dict
        limit : float
            Seconds.

        Raises
        ------
        TimedOut, Ended, Crashed
            If no answer comes; the process is ended.
        """
        (message, last_words), late = self._exchange({**request, "limit": limit}, limit + GRACE)
        if isinstance(message, dict):
            return message
        code = self.end(patience=0 if self._talk.is_alive() else GRACE)
        raise self._failure(what, late >= limit, code, last_words, limit)

    def _exchange(self, request, patience):
        """Send a request; return what :meth:`_receive` does, and after how many seconds.

        Not in this thread: a pipe that somebody else still holds open would block it for ever.
        """
        answers, start = [], time.monotonic()

        def exchange():
            with contextlib.suppress(OSError, ValueError):  # broken or closed pipes: no answer
                if request is not None:
                    send(self._worker.stdin, request)
                answers.append((self._receive(), time.monotonic() - start))

        self._talk = talk = threading.Thread(target=exchange, daemon=True)
        talk.start()
        talk.join(patience)
        return answers[0] if answers else ((None, ""), time.monotonic() - start)

    def _receive(self):
        return receive(self._worker.stdout)

    def printed(self):
        """Return what the worker has printed so far; of a flood, how it began."""
        return self._listener.text()

    def end(self, patience=0.0):
        """End the process and those that it started, and return its exit code if it had ended."""
        if self._ended:
            return None
        self._ended = True
        code = self._stop(patience)
        for thread in (self._listener, self._talk):
            thread.join(GRACE)
        if not (self._listener.is_alive() or self._talk.is_alive()):
            # Else a process that got away holds the pipes: who closes one waits for its reader.
            for pipe in (self._worker.stdin, self._worker.stdout, self._worker.stderr):
                with contextlib.suppress(OSError):
                    pipe.close()
        return code

    def _stop(self, patience):
        """End all processes."""
        code = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self._worker.wait(patience) if patience else self._worker.poll()
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._worker.pid, signal.SIGKILL)
            else:
                self._worker.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._worker.wait(GRACE)
        return code

    def _failure(self, what, late, code, last_words, limit):
        """Return the error that tells how a worker came to its end."""
        lines = re.findall(r'File "(.+)", line (\d+)', last_words)
        frames = [(file, int(line)) for file, line in reversed(lines)]
        line, where = line_in_words(frames, self._path)
        if late:
            return TimedOut(f"{what}: did not end within {limit:g} s{where}", line)
        if code is not None and 0 <= code < 1 << 16 and "Fatal Python error" not in last_words:
            return Ended(f"{what}: ended the process, exit code {code}", line)
        return Crashed(f"{what}: crashed, {_cause(code, last_words)}{where}", line)


def _cause(code, last_words):
    """Return why the system ended a process."""
    if code is None:
        return "it closed its pipes"
    name = f"exit code {code}"
    if code < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
    elif code >= 1 << 16:
        name = f"exit code {code:#x}"
    fatal = re.search(r"Fatal Python error: (.+)|Windows fatal exception: (.+)", last_words)
    if name == "SIGKILL":
        return f"{name}; was there enough memory?"
    return f"{name} ({fatal[1] or fatal[2]})" if fatal else name
