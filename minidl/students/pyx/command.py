"""Run one of the scripts of this folder in a process of its own, within limits."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, replace
from pathlib import Path

from minidl.students import surroundings
from minidl.students.guarded import Guarded

LEAST_MB = 512  # without so much, Cython and a C compiler do not even begin
FILE_MB = 256  # the largest file that may be written
MOST_SAID = 1 << 20  # bytes of what a script says that are looked at
HANDED_ON = ("PATH", "CC", "SDKROOT", "DEVELOPER_DIR", "MACOSX_DEPLOYMENT_TARGET")
NO_MEMORY, TOO_MANY = 6, 5  # exit codes for what the box ended; see to_c.py


@dataclass(frozen=True, slots=True)
class Ran:
    """How a script ended.

    Attributes
    ----------
    code : int or None
        Exit code, negative for a signal; None if it was ended because it took too long.
    said : str
        The beginning of what it wrote.
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
    here, log = Path(__file__).parent, f"{script}.log"
    memory_mb = max(memory_mb, LEAST_MB)
    order = {
        "script": str(here / script),
        "arguments": [json.dumps(request)],
        "path": surroundings.package_folders(),
        "variables": _variables(),
        "log": log,
        "limits": {"RLIMIT_AS": memory_mb << 20, "RLIMIT_FSIZE": FILE_MB << 20, "RLIMIT_CORE": 0},
    }
    command = [surroundings.python(), "-P", "-s", "-S", str(here / "starting.py")]
    command.append(json.dumps(order))
    if box is None or os.name == "nt":
        code = _run(command, folder, seconds)
    else:
        own = replace(box, memory_mb=memory_mb, file_mb=FILE_MB, writable=os.fspath(folder))
        code = _run_in_box(command, replace(own, forbidden_imports=()), seconds)
    with open(Path(folder, log), "rb") as file:
        return Ran(code, file.read(MOST_SAID).decode(errors="replace"))


def _run_in_box(command, box, seconds):
    needed = [sys.prefix, sys.base_prefix, *map(sysconfig.get_path, ("include", "platinclude"))]
    guarded = Guarded(command, box, seconds, needed)
    try:
        guarded.stdin.close()
        how = guarded.end(patience=seconds)
    finally:
        guarded.end()
        for pipe in (guarded.stdout, guarded.stderr):
            pipe.close()
    kind, _, number = (how or "").partition(" ")
    codes = {"exit": 1, "signal": -1}
    if kind in codes:
        return codes[kind] * int(number)
    return {"memory": NO_MEMORY, "processes": TOO_MANY}.get(how)


def _run(command, folder, seconds):
    group = (
        {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        if os.name == "nt"
        else {"start_new_session": True}
    )
    # Windows' compiler is found through many variables.
    variables = {**os.environ} if os.name == "nt" else surroundings.variables(os.fspath(folder))
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **group,
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(process)


def _end(process):
    """End a process and all of its group, and wait for it."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        elif process.poll() is None:
            tree = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
            subprocess.run(tree, capture_output=True, check=False)
    process.wait()


def _variables():
    """Return the few variables that say which compiler is used; it speaks English."""
    kept = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    return {**kept, "LC_ALL": "C"}
