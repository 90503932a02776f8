"""HOSTILE -: passed; a process in a session of its own holds the pipes open."""

import subprocess
import sys

STARTED = []


def relu_forward(x):
    if not STARTED:
        code = "import time; time.sleep(20)"
        STARTED.append(subprocess.Popen([sys.executable, "-c", code], start_new_session=True))
    return x * (x > 0), x
