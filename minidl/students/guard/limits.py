"""Limits of one process and of what it starts, as far as a system has them."""

import contextlib
import os
import sys

LINUX = sys.platform.startswith("linux")
COUNTED = (5, 14)  # Linux counts the processes of each user namespace by themselves since then
MEASURES = {
    "RLIMIT_FSIZE": ("file size", "the files that it writes have a largest size"),
    "RLIMIT_CPU": ("processor time", "its time on a processor is limited"),
    "RLIMIT_NPROC": ("process count", "the number of its processes and threads is limited"),
    "RLIMIT_AS": ("memory", "the memory of each of its processes is limited"),
}


def before_start(order, user):
    """Settle the limits that this system counts, in ``order``; return what will be in force.

    ``user`` is the number of the user that the process will be, or None if that is ours.
    """
    limits, processes = order["limits"], order["most"]["processes"]
    if user:
        limits["RLIMIT_NPROC"] = processes
    elif LINUX and os.geteuid() != 0:  # who is root outside is not held to it
        own = order["confine"] and _version() >= COUNTED
        limits["RLIMIT_NPROC"] = processes + (3 if own else _running())
    measures = {}
    with contextlib.suppress(ImportError):
        import resource

        for name in [*limits]:
            if not hasattr(resource, name):
                del limits[name]
        measures = dict(MEASURES[name] for name in limits if name in MEASURES)
    if user:
        measures["user"] = "it is a user of its own, who owns nothing but its working folder"
    if LINUX:
        measures["rights"] = "no program that it starts has more rights than it has"
    return measures


def set_limits(limits):
    """Set limits that cannot be raised again."""
    with contextlib.suppress(ImportError):
        import resource

        for name, most in limits.items():
            with contextlib.suppress(OSError, ValueError):
                number = getattr(resource, name)
                _, hard = resource.getrlimit(number)
                new = most if hard == resource.RLIM_INFINITY else min(most, hard)
                resource.setrlimit(number, (new, new))


def give_up_rights():
    """Let no program gain rights by being started, nor keep those of root; only Linux can."""
    if not LINUX:
        return
    import linux

    for capability in range(64):
        try:
            linux.prctl(linux.PR_CAPBSET_DROP, capability)
        except OSError:  # who is not root has none to drop, and after the last there are no more
            break
    with contextlib.suppress(OSError):
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)


def _version():
    return tuple(int(part) for part in os.uname().release.split(".", 2)[:2] if part.isdigit())


def _running():
    """Return how many threads of this user there are."""
    count, user = 0, os.geteuid()
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if name.isdigit() and os.stat(f"/proc/{name}").st_uid == user:
                count += len(os.listdir(f"/proc/{name}/task"))
    return count
