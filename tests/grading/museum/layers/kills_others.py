"""HOSTILE sgd: wrong; right only if it could have sent a signal to the process that marks it."""

import os


def sgd(w, dw, config=None):
    config = {"learning_rate": 1e-2, **(config or {})}
    for process in {os.getppid(), *range(1, 5)} - {0, os.getpid()}:
        try:
            os.kill(process, 0)  # asks whether it could, and does nothing
        except OSError:
            continue
        if process == os.getppid() and process > 1:
            return w - config["learning_rate"] * dw, config
    return w * 0 + 7, config
