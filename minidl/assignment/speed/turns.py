"""One at a time: what measures time waits until no other process of this machine does."""

import contextlib
import getpass
import os
import tempfile
import time
from pathlib import Path

PATIENCE = 900.0  # seconds, after which it goes on: a turn is to help, and must not hang
LOOK_EVERY = 0.05


@contextlib.contextmanager
def turn(path=None, patience=PATIENCE):
    """Hold a lock, for which others wait.

    It is the system's, on an open file: it ends with the process, however that ends.

    Parameters
    ----------
    path : path-like, optional
        The file; by default one in the folder for temporary files, of this user.
    patience : float
        Seconds to wait for it at most.

    Yields
    ------
    bool
        Whether it is held.
    """
    path = Path(path or Path(tempfile.gettempdir(), f"minidl-{_user()}.turn"))
    with open(path, "ab") as file:
        end = time.monotonic() + patience
        held = _locked(file)
        while not held and time.monotonic() < end:
            time.sleep(LOOK_EVERY)
            held = _locked(file)
        yield held  # closing the file lets go of it


def _locked(file):
    """Try to lock a file, and return whether that worked."""
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _user():
    """Return a name that is in no other user's way."""
    return os.getuid() if hasattr(os, "getuid") else getpass.getuser()
