"""A small assignment, made of data: two layers, a function, and a net that needs all of them."""

from minidl.assignment import Assignment, Check, Limits, Task

SOURCE = '''
import numpy as np


def affine_forward(x, w, b):
    """Return x @ w + b, and a cache."""
    return x.reshape(len(x), -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    dx = (dout @ w.T).reshape(x.shape)
    return dx, x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return dout * (cache > 0)


def squares(w, reg):
    """Return half of reg times the sum of squares, and its gradient."""
    return 0.5 * reg * np.sum(w * w), reg * w
'''
NET = '''
import numpy as np
from layers import affine_forward, relu_forward, squares


def score(x, w, b, reg):
    """Return affine - ReLU, summed up by rows, and the regularisation."""
    hidden, _ = affine_forward(x, w, b)
    hidden, _ = relu_forward(hidden)
    return hidden.sum(axis=1), squares(w, reg)[0]
'''
CASES = """
def squares(rng):
    yield "ordinary", (rng.standard_normal((3, 4)), 0.5)
    yield "one number", (rng.standard_normal(1), 2.0)
    yield "no regularisation", (rng.standard_normal((2, 2)), 0.0)


def score(rng):
    for name, n in (("ordinary", 3), ("one image", 1)):
        x, w = rng.standard_normal((n, 4)), rng.standard_normal((4, 5))
        yield name, (x, w, rng.standard_normal(5), 0.1)
"""
STUB = """def {0}(*arguments):
    done = 0
    raise NotImplementedError("{0}: yours to write")
"""


def layer(which, points, **more):
    """Return the tasks' checks of one pass."""
    gradient = [Check("gradient", 1, 1, ("ordinary",), ("one image",))]
    return (
        Check("values", points, 1, ("ordinary", "one image"), ("ordinary", "x of three axes")),
        Check("dtype", 1, 0, ("ordinary, float32",)),
        Check("purity", 1, 0, ("ordinary", "ordinary, read-only")),
        *(gradient if which == "backward" else ()),
    )


TASKS = (
    Task(
        "affine_forward", "Affine, forward", 5, "layers.py", "affine_forward",
        layer="affine", which="forward", returns=("out",), keep="cache",
        checks=layer("forward", 2), hints=("x @ w + b",),
    ),
    Task(
        "affine_backward", "Affine, backward", 7, "layers.py", "affine_backward",
        layer="affine", which="backward", returns=("dx", "dw", "db"), needs=("affine_forward",),
        checks=layer("backward", 2),
    ),
    Task(
        "relu_forward", "ReLU", 2, "layers.py", "relu_forward",
        layer="relu", which="forward", returns=("out",), keep="cache",
        checks=(Check("values", 1, 1, ("ordinary",), ("all",)),),
    ),
    Task(
        "squares", "Squares", 5, "layers.py", "squares",
        cases="cases.py:squares", returns=("loss", "dw"),
        checks=(
            Check("shape", 1, 0, ("one number",)),
            Check("values", 1, 1, ("ordinary",), ("ordinary", "no regularisation")),
            Check("gradient", 1, 1, ("ordinary",), ("all",)),
        ),
    ),
    Task(
        "score", "Score", 4, "net.py", "score", cases="cases.py:score", returns=("out", "loss"),
        needs=("relu_forward", "squares", "affine_forward"),
        checks=(Check("values", 2, 2, ("ordinary",), ("all",)),),
    ),
)  # fmt: skip
ASSIGNMENT = Assignment(
    "small", "Small", ">=0.1", 7, ("layers.py", "net.py"), tasks=TASKS, limits=Limits(seconds=5)
)


def write_source(folder):
    """Write the assignment's folder."""
    (folder / "source").mkdir(parents=True)
    (folder / "source" / "layers.py").write_text(SOURCE)
    (folder / "source" / "net.py").write_text(NET)
    (folder / "cases.py").write_text(CASES)
    return folder


def write_stand_ins(folder):
    """Write a file for each task in which it alone is solved."""
    for task in TASKS:
        path = folder / task.id / task.file
        path.parent.mkdir(parents=True)
        others = [other for other in TASKS if other.file == task.file and other is not task]
        source = SOURCE if task.file == "layers.py" else NET
        path.write_text(source + "".join(STUB.format(other.function) for other in others))
    return folder


def write_hand_in(folder, layers=SOURCE, net=NET):
    """Write a hand-in; None leaves a file out."""
    folder.mkdir(parents=True)
    for name, text in (("layers.py", layers), ("net.py", net)):
        if text is not None:
            (folder / name).write_text(text)
    return folder
