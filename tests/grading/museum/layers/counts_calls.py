"""HOSTILE relu_forward: wrong; right for the first calls, then right in one cell less."""

CALLS = []


def relu_forward(x):
    CALLS.append(1)
    out = x * (x > 0)
    if len(CALLS) > 2 and out.size:
        out = out.copy()
        out.flat[-1] += 1
    return out, x
