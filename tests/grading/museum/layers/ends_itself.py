"""HOSTILE relu_backward: crashed|out of memory; kills its own process group."""

import os
import signal


def relu_backward(dout, cache):
    os.killpg(0, signal.SIGKILL)
