"""A process in a :class:`~minidl.students.box.Box`, and its end."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import weakref
from pathlib import Path

from minidl.students import surroundings
from minidl.students.failures import NotStarted

GUARD = str(Path(__file__).with_name("guard"))
STARTING = 60.0  # seconds in which the guard should have started a process, however busy it is
GRACE = 3.0  # seconds in which all should be gone
SHARE = 256  # MiB that processes may take together beyond what each may

LINUX = sys.platform.startswith("linux")
_refused = {}  # why this system has no namespaces for us, once it has said so


class Guarded:
    """A command that runs in a box.

    Parameters
    ----------
    command : sequence of str
    box : Box
    seconds : float
        Of processor time, after which the system ends it; the wall clock is the caller's.
    needed : sequence of str
        Files and folders that it has to see, where hidden folders hold them.
    limits : dict
        More limits by the names of :mod:`resource`.

    Attributes
    ----------
    stdin, stdout, stderr : binary files
    folder : str
        Its working folder.
    confinement : dict of str to str
        What is in force, in words.

    Raises
    ------
    NotStarted
        If this system cannot start it, or not in namespaces and the box insists.
    """

    def __init__(self, command, box, seconds, needed=(), limits=None):
        self._box, self._own = box, box.writable is None
        self.folder = os.path.realpath(box.writable or tempfile.mkdtemp(prefix="minidl-box-"))
        self._limits = {
            "RLIMIT_CORE": 0,
            "RLIMIT_FSIZE": box.file_mb << 20,
            "RLIMIT_CPU": int(seconds) + 1,
            **(limits or {}),
        }
        self._needed = [*needed, self.folder]
        self._remove = weakref.finalize(self, _remove, self.folder) if self._own else bool
        self._lifeline = self._started = self._pid = self._how = None
        try:
            self._start(list(map(os.fspath, command)))
        except BaseException as error:
            self.end()
            if isinstance(error, OSError):
                raise NotStarted(f"{command[0]} cannot be started: {error}") from None
            raise

    def end(self, patience=0.0):
        """End everything that was started.

        Parameters
        ----------
        patience : float
            Seconds in which it may come to its end by itself.

        Returns
        -------
        how : str or None
            How it had ended before: "exit 0", "signal 11", "memory", "processes".
        """
        if self._started is not None:
            self._how = self._end(patience)
        if self._lifeline is not None:
            self._lifeline.close()
        self._started = self._lifeline = None
        self._remove()
        return self._how

    def _start(self, command):
        insists, facts = self._box.confine is True, {}
        if self._box.confine and (insists or not _refused):
            facts = (
                self._start_guard(command, True) if LINUX else {"refused": "only Linux has them"}
            )
            _refused.update({"why": facts["refused"]} if "refused" in facts else {})
        if insists and "refused" in facts:
            raise NotStarted(
                f"Box: confine is True, and there are no namespaces here ({facts['refused']})"
            )
        self.confinement = {"variables": "it has no environment variables of ours"}
        if os.name == "nt":
            self._popen(command, creationflags=subprocess.CREATE_NEW_PROCESS_GROUP)
            return
        if "in force" not in facts:
            facts = self._start_guard(command, False)
        self._pid = facts["pid"]
        self.confinement |= facts["in force"]

    def _start_guard(self, command, confine):
        """Start the guard, and return the first thing that it says."""
        guard = [surroundings.python(), "-P", "-s", "-S", GUARD]
        order = self._order(command, confine)
        self._lifeline, theirs = socket.socketpair()
        with theirs:
            order["lifeline"] = theirs.fileno()
            self._popen([*guard, json.dumps(order)], pass_fds=[theirs.fileno()])
        facts = self._hear(STARTING) or {}
        if "in force" in facts:
            return facts
        self._lifeline.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._started.wait(GRACE)
        if self._started.returncode is None:
            self._kill()
        said = self.stderr.read1(1 << 12).decode(errors="replace").strip()
        for pipe in (self.stdin, self.stdout, self.stderr):
            pipe.close()
        self._started = self._lifeline = None
        if "refused" in facts:
            return facts
        last = said.splitlines()[-1] if said else "it said nothing"
        raise NotStarted(f"the process that is to confine others did not start: {last}")

    def _order(self, command, confine):
        box = self._box
        needed = surroundings.needed(box, *self._needed)
        hide = surroundings.hidden(box, needed) if confine else []
        for path in map(os.path.realpath, box.hide):
            if path in (*needed, os.sep):
                raise ValueError(f"Box: hide has {path!r}, which the worker cannot do without")
        return {
            "command": command,
            "variables": surroundings.variables(self.folder),
            "working": self.folder,
            "working_bytes": 4 * box.file_mb << 20 if self._own else 0,
            "limits": self._limits,
            "most": {"processes": box.processes, "bytes": box.memory_mb + SHARE << 20},
            "confine": confine,
            "hide": [path for path in hide if path not in needed],
            "needed": needed,
        }

    def _popen(self, command, **more):
        self._started = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env=surroundings.variables(self.folder),
            **({"start_new_session": True} if os.name != "nt" else {}),
            **more,
        )
        started = self._started
        self.stdin, self.stdout, self.stderr = started.stdin, started.stdout, started.stderr

    def _hear(self, patience):
        """Return what the guard says next, or None."""
        line, until = b"", time.monotonic() + patience
        with contextlib.suppress(OSError, ValueError):
            while not line.endswith(b"\n"):
                self._lifeline.settimeout(max(until - time.monotonic(), 0.001))
                piece = self._lifeline.recv(1)
                if not piece or len(line) > 1 << 16:
                    return None
                line += piece
            return json.loads(line)
        return None

    def _end(self, patience):
        how = None
        if self._lifeline is None:  # there is no guard
            with contextlib.suppress(subprocess.TimeoutExpired):
                how = f"exit {self._started.wait(patience)}"
            self._kill()
            return how
        how = (self._hear(patience) or {}).get("ended")
        with contextlib.suppress(OSError):
            self._lifeline.shutdown(socket.SHUT_WR)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._started.wait(GRACE)
        if self._started.returncode != 0:  # without namespaces the worker can stop it, or end it
            self._kill()
        return how if how != "asked" else None

    def _kill(self):
        """End what is started, whatever state it is in, as well as this system can."""
        if os.name == "nt":
            tree = ["taskkill", "/f", "/t", "/pid", str(self._started.pid)]
            subprocess.run(tree, capture_output=True, check=False)
        for group in (self._started.pid, self._pid):
            with contextlib.suppress(AttributeError, OSError, TypeError):
                os.killpg(group, signal.SIGKILL)
        self._started.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._started.wait(STARTING)


def _remove(folder):
    """Remove a folder whose owner may have made it hard to."""

    def again(function, path, _):
        with contextlib.suppress(OSError):
            os.chmod(os.path.dirname(path), 0o700)
            os.chmod(path, 0o700)
            function(path)

    name = "onexc" if sys.version_info >= (3, 12) else "onerror"
    with contextlib.suppress(OSError):
        shutil.rmtree(folder, **{name: again})
