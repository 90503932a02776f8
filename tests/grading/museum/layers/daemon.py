"""HOSTILE softmax_loss: crashed; moves on in a child of its own and leaves the caller."""

import os
import time


def softmax_loss(x, y):
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    time.sleep(20)
    os._exit(0)
