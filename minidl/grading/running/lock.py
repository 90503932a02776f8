"""One run at a time in a folder: a lock that ends with the process, however it ends."""

import contextlib
import errno
import os

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
    import msvcrt

TAKEN = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP)  # some file systems of networks


@contextlib.contextmanager
def locked(path, taken):
    """Hold the lock of a file, which stays behind empty.

    Parameters
    ----------
    path : path-like
    taken : str
        What to say if another process holds it.

    Raises
    ------
    ValueError
        If another process holds it.
    """
    with open(path, "ab") as file:
        try:
            _lock(file)
        except OSError as error:
            if error.errno in TAKEN:
                raise ValueError(taken) from None
            if error.errno not in NO_LOCKS:
                raise OSError(error.errno, error.strerror, os.fspath(path)) from None
        yield


def _lock(file):
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
