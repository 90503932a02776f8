"""HOSTILE affine_forward: wrong|crashed; writes a file larger than allowed."""

import tempfile


def affine_forward(x, w, b):
    with tempfile.TemporaryFile() as file:
        for _ in range(80):
            file.write(bytes(1 << 20))
        file.flush()
    return x.reshape(len(x), -1) @ w + b, (x, w, b)
