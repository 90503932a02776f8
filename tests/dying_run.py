"""A run of training that kills itself with SIGKILL, for the tests of going on.

Run: python tests/dying_run.py FOLDER "step 7" (or "file 5": when that is about to be renamed)
"""

import os
import signal
import sys

from minidl.train import Settings, train, training

SETTINGS = {"train_size": 160, "test_size": 50, "epochs": 4, "seed": 1, "threads": 2}


def strike(left=[0]):  # noqa: B006 - it counts down
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    folder, moment = sys.argv[1:]
    kind, count = moment.split()
    strike.__defaults__[0][0] = int(count)
    if kind == "step":
        steps = training.steps
        training.steps = lambda *words: (strike() or loss for loss in steps(*words))
    else:
        replace = os.replace
        os.replace = lambda *names: (strike(), replace(*names))
    train(Settings(**SETTINGS), folder, say=None)
