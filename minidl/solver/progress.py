"""A bar for those who watch a terminal, which the printed lines do not run into."""

import importlib.util
import sys

from minidl.terminal import progress


class Progress:
    """Iterations with a bar on standard error, and lines printed above it.

    Without ``shown``, or where standard error is no terminal, there is no bar, and every line is
    printed as it comes.

    Parameters
    ----------
    shown : bool
    """

    def __init__(self, shown):
        self._shown = shown and sys.stderr.isatty()

    def over(self, iterations, total):
        """Yield from ``iterations``, an iterable of the ``total - k`` that are left."""
        if not self._shown:
            yield from iterations
        elif importlib.util.find_spec("tqdm"):
            from tqdm import tqdm

            done = total - len(iterations)
            yield from tqdm(iterations, initial=done, total=total, leave=False, unit="it")
        else:
            yield from progress(iterations, len(iterations), "training")

    def say(self, line):
        """Print one line."""
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
        print(line, flush=self._shown)
