"""HOSTILE mse_loss: timed out; stops the clock, then sleeps."""

import time

sleep = time.sleep
for name in ("time", "monotonic", "perf_counter", "process_time"):
    setattr(time, name, lambda: 0.0)


def mse_loss(x, y):
    while True:
        sleep(1000)
