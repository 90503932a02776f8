"""An assignment to start from, made of any layers."""

import numpy as np

import minidl
from minidl.assignment.cases.drawing import DTYPES
from minidl.assignment.making.layer_sources import LayerSource
from minidl.check.case import LAYOUT_NAMES
from minidl.check.cases import named
from minidl.twins import TWINS, require_layer

FILE = "layers.py"
FORBIDDEN = (
    *("minidl.layers", "minidl.fast_layers", "minidl.kernels", "minidl.im2col", "minidl.nn"),
    *("minidl.im2col_cython", "minidl.layer_utils", "minidl.twins", "minidl.interop"),
    *("minidl.classifiers", "minidl.models", "minidl.check", "minidl.trace", "minidl.assignment"),
    *("torch", "tensorflow", "keras", "jax", "autograd", "sklearn", "scipy", "cupy", "numba"),
)
POINTS = {  # of a check: for its public cases, and for its hidden ones
    "forward": {"shape": (1, 0), "values": (3, 3), "dtype": (1, 0), "purity": (2, 0)},
    "backward": {
        "shape": (1, 0),
        "values": (4, 5),
        "gradient": (1, 1),
        "dtype": (1, 0),
        "purity": (2, 0),
    },
    "loss": {"values": (3, 3), "gradient": (1, 1), "purity": (2, 0)},
    "gradient": {"shape": (1, 0), "values": (3, 3), "dtype": (1, 0), "purity": (2, 0)},
}
SHOWN = 4  # public cases of a check of values
DOCSTRING = """Layers as loops: {names}.

What is imported below may be used: geometry checks arguments, and knows sizes and windows.
"""
HEAD = """\
# {title}: {points} points.
#
# `minidl assignment build` makes the hand-out and the grader's bundle from this folder.
# source/{file} holds the whole solution.  Students get it without the bodies of its functions;
# where a function holds lines ### BEGIN SOLUTION and ### END SOLUTION, only what is between them
# goes.

format = 1
name = "{name}"
title = "{title}"
minidl = "{versions}"
seed = {seed}  # of all cases; keep it to yourself, as the hidden ones follow from it
editable = ["{file}"]
forbidden_imports = [
{forbidden}]

[limits]
seconds = 20  # for each call

# A check has public cases, which students see, and hidden ones, which only the grader has; "all"
# stands for every case that is not public.  Each half is all or nothing.
"""
TASK = """
[[tasks]]
id = "{id}"
title = "{title}"
points = {points}
file = "{file}"
function = "{id}"
layer = "{layer}"
pass = "{which}"
"""


def from_layers(names, seed):
    """Return an assignment in which layers are to be written: every pass of each is a task.

    Parameters
    ----------
    names : sequence of str
        Keys in ``TWINS``.
    seed : int
        Of its cases.

    Returns
    -------
    dict of str to str
        Texts by name of file: ``assignment.toml`` and ``source/layers.py``.

    Raises
    ------
    ValueError
        If there is no such layer, or none is named.
    """
    if not names:
        raise ValueError(f"new: name at least one layer; there are {', '.join(TWINS)}")
    for name in names:
        require_layer("new", name)
    names = list(dict.fromkeys(names))
    passes = {}  # by function; layers may share one
    for name in names:
        twin = TWINS[name]
        for which, function in zip(twin.passes, twin.naive, strict=True):
            passes.setdefault(function, (name, which))
    source = LayerSource(list(passes))
    tasks = _in_order({f.__name__: place for f, place in passes.items()}, source)
    title = f"Layers: {', '.join(names)}"
    texts = [_task(one, *place, needs) for one, (place, needs) in tasks.items()]
    head = HEAD.format(
        title=title,
        points=sum(points for points, _ in texts),
        name="-".join(names)[:64].rstrip("-"),
        versions=_versions(minidl.__version__),
        seed=seed,
        file=FILE,
        forbidden="".join(f'    "{module}",\n' for module in FORBIDDEN),
    )
    return {
        "assignment.toml": head + "".join(text for _, text in texts),
        f"source/{FILE}": source.text(DOCSTRING.format(names=", ".join(names))),
    }


def _in_order(places, source):
    """Return (layer and pass, needs) by function; what others need comes first."""
    needs = {name: set(source.uses[name]) for name in places}
    first = {place: name for name, place in places.items()}
    for name, (layer, which) in places.items():
        if which == "backward" and (layer, "forward") in first:
            needs[name].add(first[layer, "forward"])
    ordered = {}

    def add(name):
        for other in sorted(needs[name] - ordered.keys(), key=list(places).index):
            add(other)
        own = [other for other in ordered if other in needs[name]]
        ordered.setdefault(name, (places[name], own))

    for name in places:
        add(name)
    return ordered


def _task(function, layer, which, needs):
    """Return a task's points, and its text."""
    cases = {
        name: case
        for name, case in named(TWINS[layer], np.random.default_rng(0), DTYPES).items()
        if which != "backward" or case.backward
    }
    plain = [name for name in cases if not name.endswith((*LAYOUT_NAMES.values(), *DTYPES))]
    smooth = [name for name in plain if cases[name].numerical and cases[name].dtype == DTYPES[0]]
    text, total = "", 0
    for kind, (points, hidden_points) in POINTS[which].items():
        public, hidden = _cases(kind, plain, smooth)
        if public:
            text += _check(kind, points, hidden_points, public, hidden)
            total += points + hidden_points
    head = TASK.format(
        id=function,
        title=f"{layer}, {which}",
        points=total,
        file=FILE,
        layer=layer,
        which=which,
    )
    return total, head + (f"needs = {_list(needs)}\n" if needs else "") + text


def _cases(kind, plain, smooth):
    """Return the names of a check's public cases, and what its hidden ones are."""
    if kind == "values":
        return plain[:SHOWN], '"all"'
    if kind == "gradient":
        return smooth[:1], _list(smooth[-1:])
    if kind == "dtype":
        return [plain[0], f"{plain[0]}, float32"], None
    return plain[:2], None


def _check(kind, points, hidden_points, public, hidden):
    lines = ["", "[[tasks.checks]]", f'kind = "{kind}"', f"points = {points}"]
    lines += [f"hidden_points = {hidden_points}"] if hidden_points else []
    lines += [f"public = {_list(public)}"]
    lines += [f"hidden = {hidden}"] if hidden_points else []
    return "\n".join(lines) + "\n"


def _list(names):
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def _versions(version):
    """Return the range of versions that are like this one: ">=0.1,<0.2"."""
    major, minor = map(int, version.split(".")[:2])
    return f">={major}.{minor},<{major}.{minor + 1}"
