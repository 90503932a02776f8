"""Watch over a process until it ends, is to end, or takes too much; and end what it has left."""

import contextlib
import os
import select
import signal
import sys
import time

EVERY = 0.05  # seconds between two looks at processes and memory
PATIENCE = 5.0  # seconds in which all processes should be gone


def come_first():
    """Be served before all others, so that no crowd can keep us from counting it; root may."""
    if os.geteuid() == 0:
        with contextlib.suppress(AttributeError, OSError):
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))


def wait_in_line():
    """Undo :func:`come_first`."""
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def adopt():
    """Become the parent of processes whose parents are gone, where that can be asked for."""
    if sys.platform.startswith("linux"):
        import linux

        with contextlib.suppress(OSError):
            linux.prctl(linux.PR_SET_DUMPABLE, 0)
            linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
            return {"end": "all processes that it starts end with it"}
    return {"end of group": "processes that it starts end with it, if they stay in its group"}


def watch(worker, lifeline, most):
    """Wait for a process, and reap others.

    Parameters
    ----------
    worker : int
    lifeline : socket
        When it is closed, the process is to end.
    most : dict or None
        "processes" and "bytes" that all processes of this namespace may take together.

    Returns
    -------
    how : str
        "exit 0", "signal 9", "memory", "processes" or "asked".
    """
    waking, wake = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(waking, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    killed = _killed_for_memory()
    while True:
        how = _reap(worker) or (_too_much(most) if most else None)
        if how:
            return "memory" if how == "signal 9" and _killed_for_memory() > killed else how
        ready, _, _ = select.select([lifeline, waking], [], [], EVERY if most else None)
        if lifeline in ready:
            return "asked"
        if waking in ready:
            os.read(waking, 1024)


def _reap(worker):
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == worker:
                code = os.waitstatus_to_exitcode(status)
                return f"exit {code}" if code >= 0 else f"signal {-code}"
            if not pid:
                return None
    return None


def _too_much(most):
    """Return "processes" or "memory" if all processes in ``/proc`` have too much of it."""
    processes = [name for name in os.listdir("/proc") if name.isdigit() and name != "1"]
    if len(processes) > most["processes"]:  # the more there are, the less time there is to look
        return "processes"
    threads = pages = 0
    for name in processes:
        with contextlib.suppress(OSError, ValueError):
            threads += len(os.listdir(f"/proc/{name}/task"))
            with open(f"/proc/{name}/statm") as file:
                _, resident, shared, *_ = map(int, file.read().split())
            pages += resident - shared
    if threads > most["processes"]:
        return "processes"
    if pages * os.sysconf("SC_PAGE_SIZE") <= most["bytes"]:
        return None
    # What a fork shares with its parent was counted for both; a closer look takes longer.
    return "memory" if sum(map(_share, processes)) > most["bytes"] else None


def _share(name):
    """Return the bytes of a process, each divided by the number of those that share it."""
    with contextlib.suppress(OSError, ValueError), open(f"/proc/{name}/smaps_rollup") as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1]) << 10
    return 0


def _killed_for_memory():
    """Return how many processes the system has ended because memory had run out."""
    with contextlib.suppress(OSError, ValueError), open("/proc/vmstat") as file:
        for line in file:
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0


def end(worker):
    """End the group of a process, and all that were started by it and by those, as far as seen."""
    with contextlib.suppress(OSError):
        os.killpg(worker, signal.SIGKILL)
    stopped, until = set(), time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = _descendants()
        if not found:
            return
        for pid in found - stopped:  # who is stopped cannot start another one meanwhile
            _signal(pid, signal.SIGSTOP)
        if found <= stopped:
            for pid in found:
                _signal(pid, signal.SIGKILL)
            time.sleep(0.002)
        stopped |= found
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _signal(pid, number):
    with contextlib.suppress(OSError):
        os.kill(pid, number)


def _descendants():
    """Return the processes below this one that are not dead; elsewhere than on Linux, none."""
    parents = {}
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc"):
            if name.isdigit():
                with contextlib.suppress(OSError), open(f"/proc/{name}/stat") as file:
                    state, parent = file.read().rpartition(")")[2].split()[:2]
                    if state not in "ZX":
                        parents[int(name)] = int(parent)
    found, grew = {os.getpid()}, True
    while grew:
        grew = {pid for pid, parent in parents.items() if parent in found} - found
        found |= grew
    return found - {os.getpid()}
