"""Namespaces of Linux: a process sees its own network, processes and files, and no others.

See namespaces(7), user_namespaces(7) and mount_namespaces(7).
"""

import contextlib
import os
import signal

import linux

USER, MOUNTS, PROCESSES, NETWORK, IPC = 0x10000000, 0x20000, 0x20000000, 0x40000000, 0x08000000
SOMEBODY = 1000  # id inside; not 0, so that the next program starts without capabilities
DEVICES = ("null", "zero", "full", "random", "urandom")
FEWEST = 301  # that Linux lets us limit process numbers to
MOST_FILES = 4096  # in the working folder


def enter():
    """Move into namespaces of one's own; processes started from now on are in them altogether.

    Raises
    ------
    OSError
        If the system does not let us.
    """
    user, group = os.geteuid(), os.getegid()
    linux.unshare(USER | MOUNTS | PROCESSES | NETWORK | IPC)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{SOMEBODY} {user} 1"),
        ("gid_map", f"{SOMEBODY} {group} 1"),
    ):
        _write(f"/proc/self/{name}", text)


def arrange(order):
    """Be the first process of the new namespaces: lay out their files; return what is in force.

    What one system does not have or another does not allow is left out.
    """
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    measures = {
        "network": "it has no network",
        "end": "all processes that it starts end with it",
    }
    with contextlib.suppress(OSError):  # namespaces inside would open more of the kernel to it
        _write("/proc/sys/user/max_user_namespaces", "0")
        measures["namespaces"] = "it cannot make namespaces of its own"
    with contextlib.suppress(OSError):  # of this namespace alone (Linux 6.14)
        _write("/proc/sys/kernel/pid_max", str(max(order["most"]["processes"], FEWEST)))
    try:
        linux.mount(None, "/", flags=linux.REC | linux.PRIVATE)
    except OSError:  # a container's profile may forbid any mount
        return measures
    with contextlib.suppress(OSError):
        linux.set_mount("/", linux.RDONLY | linux.NOSUID, recursive=True)
        measures["read-only"] = "it can write nowhere but in its working folder"
    with contextlib.suppress(OSError):
        needed = [*order["needed"], *(f"/dev/{name}" for name in DEVICES)]
        for path in sorted({*order["hide"], "/dev"}, key=len):
            _hide(path, needed)
        measures["hidden"] = "it sees no homes, temporary files or devices, nor what else is hidden"
    with contextlib.suppress(OSError):
        _give_working(order)
    with contextlib.suppress(OSError):
        flags = linux.RDONLY | linux.NOSUID | linux.NODEV | linux.NOEXEC
        linux.mount("proc", "/proc", "proc", flags)
        measures["processes"] = "it sees no processes but its own"
    return measures


def remove_working(folder, above):
    """Remove the empty folder on which the working folder lay; ``above`` is the one it is in.

    If our caller was killed, nobody else does; if not, it may be quicker.
    """
    with contextlib.suppress(OSError):
        linux.unmount(folder)  # or the folder is busy, for us
    with contextlib.suppress(OSError):
        os.rmdir(os.path.basename(folder), dir_fd=above)


def _write(path, text):
    number = os.open(path, os.O_WRONLY)
    try:
        os.write(number, text.encode())
    finally:
        os.close(number)


def _hide(path, needed):
    """Put an empty folder in the place of one, and back into it what has to be seen."""
    if not os.path.isdir(path):
        if os.path.exists(path):
            linux.mount("/dev/null", path, flags=linux.BIND)
        return
    inside = [one for one in needed if one.startswith(path + "/") and os.path.exists(one)]
    inside = [one for one in inside if not any(one.startswith(other + "/") for other in inside)]
    handles = [os.open(one, os.O_PATH) for one in inside]
    linux.mount("tmpfs", path, "tmpfs", linux.NOSUID, "size=1m,mode=755")
    for one, handle in zip(inside, handles, strict=True):
        source = f"/proc/self/fd/{handle}"
        if os.path.isdir(source):
            os.makedirs(one)
        else:
            os.makedirs(os.path.dirname(one), exist_ok=True)
            os.close(os.open(one, os.O_CREAT))
        linux.mount(source, one, flags=linux.BIND | linux.REC)
        os.close(handle)
    linux.mount(None, path, flags=linux.REMOUNT | linux.BIND | linux.RDONLY | linux.NOSUID)


def _give_working(order):
    """Let the working folder be written to; one that is thrown away has a size."""
    folder, most = order["working"], order["working_bytes"]
    if most:
        options = f"size={most},nr_inodes={MOST_FILES},mode=700"
        linux.mount("tmpfs", folder, "tmpfs", linux.NOSUID | linux.NODEV, options)
        return
    linux.mount(folder, folder, flags=linux.BIND | linux.REC)
    with contextlib.suppress(OSError):
        linux.set_mount(folder, 0, clear=linux.RDONLY, recursive=True)
