"""HOSTILE affine_forward: wrong; another Python, in which nothing is forbidden, computes it."""

import subprocess
import sys
import tempfile

import numpy as np

CODE = """
import sys
import numpy as np
from minidl.layers import affine_forward
given = np.load(sys.argv[1])
np.save(sys.argv[2], affine_forward(given["x"], given["w"], given["b"])[0])
"""


def affine_forward(x, w, b):
    with tempfile.TemporaryDirectory() as folder:
        given, out = f"{folder}/given.npz", f"{folder}/out.npy"
        np.savez(given, x=x, w=w, b=b)
        subprocess.run([sys.executable, "-c", CODE, given, out], check=True)
        return np.load(out), (x, w, b)
