"""HOSTILE relu_forward: crashed|timed out|wrong; an answer that promises an exabyte and stops."""

import contextlib
import os
import struct
import time


def relu_forward(x):
    for descriptor in range(3, 64):
        with contextlib.suppress(OSError):
            os.set_blocking(descriptor, False)
            os.write(descriptor, b"minidl:1" + struct.pack("<Q", 1 << 60) + b"{")
    time.sleep(1000)
