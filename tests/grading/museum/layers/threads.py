"""HOSTILE -: passed; threads that never end, and are waited for at the end."""

import threading

STARTED = []


def relu_forward(x):
    if not STARTED:
        for _ in range(8):
            STARTED.append(threading.Thread(target=threading.Event().wait, daemon=False))
            STARTED[-1].start()
    return x * (x > 0), x
