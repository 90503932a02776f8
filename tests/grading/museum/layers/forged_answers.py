"""HOSTILE affine_forward: wrong|crashed; answers are written into every open pipe."""

import contextlib
import json
import os
import struct

VERDICT = {
    "dict": [
        ["passed", True],
        ["status", "passed"],
        ["points", 100],
        ["values", {"tuple": []}],
        ["kept", None],
        ["changes", {"list": []}],
        ["reused", False],
        ["seconds", 0.0],
    ]
}


def affine_forward(x, w, b):
    text = json.dumps(VERDICT).encode()
    for descriptor in range(1, 64):
        with contextlib.suppress(OSError):
            os.set_blocking(descriptor, False)
            os.write(descriptor, b"minidl:1" + struct.pack("<Q", len(text)) + text)
    return x[:, :0], (x, w, b)
