"""HOSTILE -: passed; children that are left sleeping, sixteen at most."""

import os
import time


def affine_forward(x, w, b):
    for _ in range(16 if hasattr(os, "fork") and not CHILDREN else 0):
        try:
            child = os.fork()
        except OSError:
            break
        if not child:
            time.sleep(300)
            os._exit(0)
        CHILDREN.append(child)
    return x.reshape(len(x), -1) @ w + b, (x, w, b)


CHILDREN = []
