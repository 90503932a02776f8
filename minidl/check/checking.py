"""Check a student's functions against the reference, case by case."""

import os
from dataclasses import dataclass, replace

from minidl.check.judge import judge
from minidl.check.names import meant
from minidl.check.observe import observe
from minidl.check.reference import prepared
from minidl.geometry import float_dtype, integer
from minidl.randomness import global_state_kept
from minidl.students import Here, Student, name_of
from minidl.twins import TWINS


@dataclass(frozen=True, slots=True)
class Report:
    """What was found out about the functions of one layer; true if all is well.

    Attributes
    ----------
    layer : str
        Key in ``TWINS``.
    functions : dict of str to str
        The student's function for each pass.
    shown : str
        Where they come from.
    findings : tuple of Finding
    printed : str
        What the student's code printed.
    """

    layer: str
    functions: dict
    shown: str
    findings: tuple
    printed: str = ""

    def __bool__(self):
        return all(finding.status == "ok" for finding in self.counted)

    def __str__(self):
        from minidl.check.text import report_text

        return report_text(self)

    @property
    def counted(self):
        """The findings that count: a partner that was not asked for may be still to be written."""
        return tuple(finding for finding in self.findings if finding.status != "to do")

    def as_dict(self):
        """Return everything as a dict that JSON can hold."""
        return {
            "layer": self.layer,
            "functions": self.functions,
            "from": self.shown,
            "passed": bool(self),
            "checks": [finding.as_dict() for finding in self.findings],
        }


def check(what, *more, layer=None, dtype=None, limit=10.0, seed=0, full=False):
    """Check functions against the naive reference of the table of twins.

    Parameters
    ----------
    what : str, path-like, Student or callable
        ``file.py:function``, ``module:function``, or a file or module, of which every function
        that is named like a layer's is checked.  Functions themselves, of a notebook say, run in
        this process, without a limit of time.
    *more : callable
        Further functions: the backward pass.
    layer : str, optional
        Key in ``TWINS``, where the function's name does not say it.
    dtype : {"float32", "float64"}, optional
        By default both.
    limit : float
        Seconds that the import, and each call, may take.
    seed : int
        Of the numbers in the cases.
    full : bool
        Also check what the reference takes beyond the course's contract: pairs, dilation, groups,
        no bias, empty batches.

    Yields
    ------
    Report
        One for each layer.

    Raises
    ------
    ValueError
        If there is no such file, function or layer.

    Examples
    --------
    >>> from minidl.layers import relu_forward, relu_backward
    >>> bool(next(check(relu_forward, relu_backward)))
    True
    """
    dtypes = _dtypes(dtype)
    seed = integer("check", "seed", seed, 0)
    if isinstance(what, (str, os.PathLike)):
        with Student(what, limit=limit) as student:
            yield from _check(student, layer, dtypes, seed, full)
    elif callable(what):
        with Here(what, *more) as here:
            here.function = here.function or name_of(what)
            yield from _check(here, layer, dtypes, seed, full)
    else:
        yield from _check(what, layer, dtypes, seed, full)


def _dtypes(dtype):
    if dtype is None:
        return "float64", "float32"
    return (float_dtype("check", dtype).name,)


def _check(student, layer, dtypes, seed, full):
    for one in meant(student.names, student.function, layer):
        with global_state_kept():
            report = _check_layer(student, one, dtypes, seed, full)
        yield report


def _check_layer(student, one, dtypes, seed, full):
    cases, traits = prepared(one.layer, dtypes, seed, bool(full))
    functions = dict(one.functions)
    seen = observe(student, functions, cases)
    findings = []
    for which in TWINS[one.layer].passes:
        if which not in functions:
            continue
        found = judge(which, seen, traits)
        if which != one.asked is not None:  # a partner may be still to be written
            found = [replace(f, status="to do") if f.status == "not written" else f for f in found]
        findings += found
    return Report(one.layer, functions, student.shown, tuple(findings), student.printed)
