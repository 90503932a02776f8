"""Ctrl-C as a wish to stop, which the loop grants at the next safe place."""

import contextlib
import signal
import threading


class Wish:
    """Whether somebody has asked to stop.

    Attributes
    ----------
    made : bool
    """

    def __init__(self):
        self.made = False


@contextlib.contextmanager
def wish_to_stop():
    """Turn the first Ctrl-C into a :class:`Wish`; a second one interrupts at once, as ever.

    Python delivers signals to its main thread alone, and somebody may handle them already; in
    other threads, and then, Ctrl-C is left as it is.
    """
    wish = Wish()
    before = signal.getsignal(signal.SIGINT)
    ours = threading.current_thread() is threading.main_thread()
    if not ours or before is not signal.default_int_handler:
        yield wish
        return

    def note(number, frame):
        wish.made = True
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, note)
    try:
        yield wish
    finally:
        signal.signal(signal.SIGINT, before)
