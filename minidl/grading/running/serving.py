"""A process that grades what it is sent, one hand-in after another, until its pipe ends."""

import contextlib
import os
import pickle
import queue
import signal
import sys
import threading

from minidl.grading.marked import grade_one

PATIENCE = 10.0  # seconds in which a process that is to stop cleans up


class _Interrupts:
    """Lets Ctrl-C's exception come only where a hand-in is being graded, and only once."""

    def __init__(self):
        self.busy = self.stopping = False

    def __call__(self, *_):
        if self.busy and self.stopping:
            self.busy = False
            raise KeyboardInterrupt


def serve():
    """Grade what comes through standard input, and answer through standard output.

    At the end of the input, which comes also when the process that wrote to it is killed, what is
    being graded is dropped: its students' processes are ended, its folders removed.
    """
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints by mistake must not be taken for an answer
    interrupts, requests = _Interrupts(), queue.SimpleQueue()
    signal.signal(signal.SIGINT, interrupts)
    threading.Thread(target=_listen, args=(requests, interrupts), daemon=True).start()
    while (arguments := requests.get()) is not None:
        try:
            interrupts.busy = True
            answer = (grade_one(*arguments), "") if not interrupts.stopping else (None, "stopped")
            interrupts.busy = False
        except KeyboardInterrupt:
            return
        except Exception as error:  # before a hand-in was looked at: no place for its folder, say
            interrupts.busy = False
            answer = None, f"{type(error).__name__}: {error}"
        with contextlib.suppress(BrokenPipeError):
            pickle.dump(answer, answers)
            answers.flush()


def _listen(requests, interrupts):
    with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
        while True:
            requests.put(pickle.load(sys.stdin.buffer))
    interrupts.stopping = True
    requests.put(None)
    if hasattr(signal, "pthread_kill"):  # wakes a thread that waits for a lock; the other does not
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)
    threading.main_thread().join(PATIENCE)
    os._exit(1)
