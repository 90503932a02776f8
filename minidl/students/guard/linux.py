"""The few calls of Linux that Python 3.11 does not have."""

import ctypes
import os

_C = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE = 442, -100, 0x8000
RDONLY, NOSUID, NODEV, NOEXEC = 1, 2, 4, 8  # the same numbers for mount and mount_setattr
DETACH = 2
REMOUNT, BIND, REC, PRIVATE = 32, 1 << 12, 1 << 14, 1 << 18


class _Attributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


def prctl(option, value):
    """Set something of this process."""
    zero = ctypes.c_ulong(0)
    _check(_C.prctl(option, ctypes.c_ulong(value), zero, zero, zero), "prctl")


def unshare(flags):
    """Move into namespaces of one's own."""
    _check(_C.unshare(flags), "unshare")


def mount(source, target, kind=None, flags=0, options=None):
    """Mount something; arguments are text."""
    words = [None if word is None else os.fsencode(word) for word in (source, target, kind)]
    options = None if options is None else options.encode()
    _check(_C.mount(*words, ctypes.c_ulong(flags), options), target)


def unmount(path):
    """Take away what is mounted on a path, whoever still uses it."""
    _check(_C.umount2(os.fsencode(path), ctypes.c_int(DETACH)), path)


def set_mount(path, flags, clear=0, recursive=False):
    """Change what may be done below a mount, or all those below it (Linux 5.12)."""
    attributes = _Attributes(flags, clear, 0, 0)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    how = ctypes.c_uint(AT_RECURSIVE if recursive else 0)
    _check(
        _C.syscall(
            ctypes.c_long(MOUNT_SETATTR),
            ctypes.c_int(AT_FDCWD),
            os.fsencode(path),
            how,
            ctypes.byref(attributes),
            size,
        ),
        path,
    )


def _check(result, what):
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
