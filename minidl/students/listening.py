"""What a process prints, kept as it comes."""

import contextlib
import os
import select
import threading
import time

PIECE = 1 << 16  # bytes that are read at a time
LONGEST_PIPE = 16  # pieces; more than the system keeps in a pipe is being printed right now
QUIET = 0.05  # seconds that a system is given which cannot tell whether there is more in a pipe


class Listener(threading.Thread):
    """A thread that reads a pipe, so that whoever writes into it never waits.

    Parameters
    ----------
    pipe : binary file
    most : int
        Bytes that are kept, from the first on; the others are counted.
    """

    def __init__(self, pipe, most):
        super().__init__(daemon=True)
        self._number, self._most = pipe.fileno(), most
        self._kept, self._dropped, self._reading = bytearray(), 0, threading.Lock()

    def text(self):
        """Return all that has been written so far, also what is still in the pipe."""
        if self.is_alive():
            self._catch_up()
        said = self._kept.decode(errors="replace")
        return said + (f"\n... {self._dropped} bytes more" if self._dropped else "")

    def run(self):
        """Read until nobody can write any more."""
        with contextlib.suppress(OSError, ValueError):
            if not hasattr(select, "poll"):  # Windows
                while self._keep(os.read(self._number, PIECE)):
                    pass
                return
            more = True
            while more:
                _filled(self._number, None)
                with self._reading:
                    if _filled(self._number, 0):  # still: another thread may have read it
                        more = self._keep(os.read(self._number, PIECE))

    def _catch_up(self):
        if not hasattr(select, "poll"):
            time.sleep(QUIET)
            return
        with self._reading, contextlib.suppress(OSError, ValueError):
            for _ in range(LONGEST_PIPE):
                if not (_filled(self._number, 0) and self._keep(os.read(self._number, PIECE))):
                    return

    def _keep(self, data):
        """Keep what there is room for; return whether there was anything."""
        room = self._most - len(self._kept)
        self._kept += data[:room]
        self._dropped += max(0, len(data) - room)
        return bool(data)


def _filled(number, milliseconds):
    """Wait until there is something to read, or the end; return whether there is."""
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(milliseconds))
