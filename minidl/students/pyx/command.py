"""Run one of the scripts of this folder in a process of its own, within limits."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MOST_SAID = 1 << 20  # bytes of what a script prints that are looked at
FILE_MB = 256  # the largest file it may write
KEPT = (  # of the environment: what finds a compiler, Python's packages and a place to write
    *("PATH", "HOME", "CC", "LD_LIBRARY_PATH", "SDKROOT", "DEVELOPER_DIR"),
    *("MACOSX_DEPLOYMENT_TARGET", "PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE"),
)


@dataclass(frozen=True, slots=True)
class Ran:
    """How a script ended.

    Attributes
    ----------
    code : int or None
        Exit code, negative for a signal; None if it was ended because it took too long.
    said : str
        The beginning of what it wrote to standard error.
    """

    code: int | None
    said: str


def run(script, request, folder, seconds, memory_mb, box=None):
    """Run a script in a folder, which is all that it has to write to.

    Parameters
    ----------
    script : str
        Its name: "to_c.py".
    request : dict
        Its argument, as JSON.
    folder : path-like
    seconds : float
        Then it is ended, with all processes that it started.
    memory_mb : int
        Address space of each of its processes, in MiB, where the system bounds that.
    box : Box, optional
        What keeps it from other files and from the network.

    Returns
    -------
    Ran
    """
    here = Path(__file__).parent
    limits = [str(max(memory_mb, 512)), str(FILE_MB)]
    command = [sys.executable, "-P", str(here / "within_limits.py"), *limits]
    command += [str(here / script), json.dumps(request)]
    said = Path(folder, f"{script}.log")
    with open(said, "wb") as log:
        process = _start(command, folder, log, box)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _end(process)
    with open(said, "rb") as log:
        return Ran(code, log.read(MOST_SAID).decode(errors="replace"))


def _start(command, folder, log, box):
    group = (
        {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        if os.name == "nt"
        else {"start_new_session": True}
    )
    return subprocess.Popen(
        command,
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        **group,
    )


def _end(process):
    """End a process and all of its group, and wait for it."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        elif process.poll() is None:
            subprocess.run(
                ["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False
            )
    process.wait()


def _environment(folder):
    """Return the variables of a script: few, so that it does the same wherever it runs.

    Windows' compiler is found through many of them, so there all stay.
    """
    names = os.environ if os.name == "nt" else KEPT
    kept = {name: os.environ[name] for name in names if name in os.environ}
    places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), os.fspath(folder))
    return {**kept, **places, "LC_ALL": "C", "PYTHONDONTWRITEBYTECODE": "1"}
