"""HOSTILE sgd: timed out; ignores every signal that can be ignored, then loops."""

import contextlib
import faulthandler
import signal

faulthandler.cancel_dump_traceback_later()


def sgd(w, dw, config=None):
    for number in signal.valid_signals():
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    while True:
        with contextlib.suppress(BaseException):
            faulthandler.cancel_dump_traceback_later()
