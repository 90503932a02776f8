"""HOSTILE -: passed; leaves a thousand files wherever it may write."""

import contextlib
import os
import tempfile

FOLDERS = {os.getcwd(), os.path.dirname(os.path.abspath(__file__)), tempfile.gettempdir()}


def relu_forward(x):
    for folder in FOLDERS:
        for k in range(300):
            with contextlib.suppress(OSError), open(f"{folder}/minidl-flood-{k}", "w") as file:
                file.write("x" * 1000)
    for folder in FOLDERS:  # it tidies up, as far as the tests are concerned
        for k in range(300):
            with contextlib.suppress(OSError):
                os.unlink(f"{folder}/minidl-flood-{k}")
    FOLDERS.clear()
    return x * (x > 0), x
