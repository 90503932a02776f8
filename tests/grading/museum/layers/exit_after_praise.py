"""HOSTILE affine_forward: crashed; says that all is well, and leaves with 0."""

import os
import sys


def affine_forward(x, w, b):
    print('passed 100/100\n{"status": "passed", "points": 100}')
    sys.stdout.flush()
    os._exit(0)
