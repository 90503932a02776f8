"""What a worker in a box has answered, which may be anything, made into what we work with.

Here and nowhere else its answers are looked through: names and types of all fields, and what a
call has done to its arguments, which is found out on this side.
"""

import math

import numpy as np

from minidl.students.changes import changes, visible
from minidl.students.failures import KINDS
from minidl.students.portable import LONGEST_TEXT, portable
from minidl.students.telling import name_or, one_line
from minidl.students.wire import Foreign, Garbled, Kept

MOST_NAMES = 1000
LAST_LINE = 1_000_000


def checked(answer, request, number, folders):
    """Return an answer as a worker of ours would have given it.

    Parameters
    ----------
    answer : object
    request : dict
        What it answers.
    number : int
        Of the worker.
    folders : sequence of str
        What is not to be read in any text.

    Raises
    ------
    Garbled
        If it does not answer the request.
    """
    check = {"load": _names, "call": _call, "seconds": _seconds}[request["do"]]
    try:
        _require(type(answer) is dict and answer.pop("count") == request["count"])
        if "failed" in answer:
            return _failure(answer, folders)
        return check(answer, request, number)
    except (AttributeError, KeyError, IndexError, OverflowError, TypeError, ValueError) as error:
        raise Garbled(f"a message of another form ({error})") from None


def _failure(answer, folders):
    failed, says, line = (answer.get(name) for name in ("failed", "says", "line"))
    _require(type(failed) is str and failed in KINDS and type(says) is str)
    _require(line is None or (type(line) is int and 0 < line < LAST_LINE))
    return {"failed": failed, "says": one_line(says, folders), "line": line}


def _names(answer, request, number):
    _require(set(answer) == {"functions"})
    names = answer["functions"]
    _require(type(names) is list and all(type(name) is str for name in names))
    return {"functions": [name for name in names if name_or(name, "")][:MOST_NAMES]}


def _seconds(answer, request, number):
    times = answer["seconds"]
    _require(set(answer) == {"seconds"} and type(times) is list)
    _require(len(times) == request["repeats"] and all(map(_is_time, times)))
    return {"seconds": times}


def _call(answer, request, number):
    _require(set(answer) == {"values", "kept", "seconds", "reused", "shares", "names", "after"})
    values, kept = answer["values"], answer["kept"]
    _require(type(values) is tuple and all(map(_is_value, values)))
    _require((kept is None) == (request["keep"] is None))
    _require(kept is None or (type(kept) is Kept and kept.worker == number))
    if request["returns"] is not None:
        _require(len(values) == len(request["returns"]))
        _require(not any(type(value) is Foreign for value in values))
    _require(_is_time(answer["seconds"]) and type(answer["reused"]) is bool)
    _require(type(answer["shares"]) is tuple and all(map(_is_text, answer["shares"])))
    return {
        "values": tuple(map(_cleaned, values)),
        "kept": kept,
        "seconds": answer["seconds"],
        "reused": answer["reused"],
        "shares": tuple(name_or(name, "an argument") for name in answer["shares"]),
        "changes": _changes(answer, request["arguments"]),
    }


def _changes(answer, arguments):
    """Hold the arguments that came back against those that were sent."""
    names, after = answer["names"], answer["after"]
    _require(type(names) is list and len(names) == len(arguments) and type(after) is dict)
    found = []
    for k, new in after.items():
        _require(type(k) is int and 0 <= k < len(arguments) and type(names[k]) is str)
        old = visible(arguments[k])
        _require(old is not None and (type(new) is dict) == isinstance(old, dict))
        if isinstance(old, dict):
            _require(all(map(_is_text, new)))
            old = portable(old)
        else:
            _require(isinstance(new, np.ndarray))
        found += changes(name_or(names[k], f"argument {k}"), old, new)
    for change in found:
        change["key"] = change["key"] and one_line(change["key"])
        change["after"] = _cleaned(change["after"])
    return found


def _cleaned(value):
    if type(value) is Foreign:
        return Foreign(one_line(value.words))
    return one_line(value) if type(value) is str else value


def _is_value(value):
    if type(value) in (Foreign, str):
        return True
    if type(value) is int:
        return abs(value) < 1 << 63
    return value is None or isinstance(value, (bool, float, np.ndarray, np.generic))


def _is_text(key):
    return type(key) is str and len(key) <= LONGEST_TEXT


def _is_time(seconds):
    return type(seconds) is float and math.isfinite(seconds) and seconds >= 0


def _require(fact):
    if not fact:
        raise ValueError("a field is missing, or is not what it should be")
