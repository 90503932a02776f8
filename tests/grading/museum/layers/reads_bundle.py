"""HOSTILE affine_forward: wrong; right only if it finds the grader's solution on the disk."""

import contextlib
import glob
import os
import sys
import tempfile
import time

import numpy as np


def starts():
    """Yield folders from which a grader may be found, the likely ones first."""
    parent = f"/proc/{os.getppid()}"
    with contextlib.suppress(OSError):
        for item in open(f"{parent}/cmdline").read().split("\0") + sys.argv:
            yield os.path.dirname(os.path.abspath(item))
    with contextlib.suppress(OSError):
        yield from (item.partition("=")[2] for item in open(f"{parent}/environ").read().split("\0"))
    for link in (f"{parent}/cwd", *glob.glob(f"{parent}/fd/*")):
        with contextlib.suppress(OSError):
            yield os.path.realpath(link)
    yield from os.environ.values()
    yield from glob.glob(f"{tempfile.gettempdir()}/pytest-of-*/pytest-*")
    here = os.path.dirname(os.path.abspath(__file__))
    for folder in (os.getcwd(), here, os.path.expanduser("~"), tempfile.gettempdir(), "/tmp"):
        yield folder
        yield os.path.dirname(folder)


def solutions(seconds):
    """Yield the text of every layers.py that is no stub and not this one."""
    end, seen = time.monotonic() + seconds, set()
    for start in starts():
        if not os.path.isdir(start) or os.path.realpath(start) in ("/", "/proc", "/sys"):
            continue
        for folder, folders, files in os.walk(start):
            if time.monotonic() > end:
                return
            if folder in seen or folder.count("/") > 12:
                folders.clear()
            seen.add(folder)
            if "solution" in folder and "layers.py" in files:
                with contextlib.suppress(OSError):
                    yield open(os.path.join(folder, "layers.py")).read()


FOUND = []
for text in solutions(1.0):
    space = {}
    with contextlib.suppress(Exception):
        exec(text, space)
        FOUND.append(space["affine_forward"])
        break


def affine_forward(x, w, b):
    if FOUND:
        return FOUND[0](x, w, b)
    return np.zeros((len(x), w.shape[1]), x.dtype), (x, w, b)
