"""The hand-out, made by a program from the solution: the bodies of tasks' functions go.

Everything else stays byte for byte: signatures, decorators, docstrings, comments above them.
"""

import ast
import itertools
import re
import warnings

from minidl.assignment.sources.functions import function_named
from minidl.assignment.sources.lexing import lex
from minidl.assignment.sources.markers import parts

TODO = "# YOUR CODE HERE"
TYPES = re.compile(r"\s*# type: *\(.*\n")


def stubs(text, name, tasks):
    """Return the text of a file as students get it.

    Of each task's function, the body goes, or only the marked parts if it has any.  Marked parts
    of other functions go, too; outside of functions they leave nothing behind.

    Parameters
    ----------
    text : str
        The solution, with markers.
    name : str
        Of the file.
    tasks : iterable of Task
        Those of other files are passed over.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If a function is missing, or markers are wrong; it begins with ``file:line``.
    """
    return _emptied(text, name, _of(name, tasks), keep=None)


def with_only(text, name, tasks, keep):
    """Return the text of a file in which only some tasks are solved.

    What is marked outside of tasks' functions stays: it may be what they are solved with.

    Parameters
    ----------
    text, name, tasks
        As :func:`stubs` takes them.
    keep : str or collection of str
        Their ids.
    """
    keep = {keep} if isinstance(keep, str) else set(keep)
    return _emptied(text, name, _of(name, tasks), keep)


def _of(name, tasks):
    return [task for task in tasks if task.file == name]


def _emptied(text, name, tasks, keep):
    require_python(text, name)
    lexed = lex(text, name)
    marked = parts(lexed)
    edits = []
    for task in tasks:
        function = function_named(lexed, task.function)
        _require_task(lexed, task, function, marked)
        own = [p for p in marked if function.colon <= p.begin.start < function.last]
        marked = [p for p in marked if p not in own]
        if keep is not None and task.id in keep:
            edits += [edit for part in own for edit in _unmarked(lexed, part)]
        elif own:
            edits += _gaps(lexed, own, f"task {task.id}")
        else:
            edits.append(_body(lexed, function, task))
    if keep is None:
        for where, group in itertools.groupby(marked, lambda part: ".".join(part.inside)):
            edits += _gaps(lexed, list(group), where)
    else:
        edits += [edit for part in marked for edit in _unmarked(lexed, part)]
    return _checked(_edited(text, edits), name)


def _require_task(lexed, task, function, marked):
    where = lexed.at(function.header.tokens[0].start)
    if function.kind == "cdef":
        raise ValueError(
            f"{where}: task {task.id}: a cdef function cannot be called from Python; make "
            f"{function.name} a def or a cpdef"
        )
    if not function.can_raise:
        raise ValueError(
            f"{where}: task {task.id}: {function.name} is noexcept, so that nobody would see its "
            "stub's NotImplementedError; leave noexcept out"
        )
    for part in marked:
        if part.begin.start < function.header.start < part.end.start:
            raise ValueError(
                f"{lexed.at(part.begin.start)}: the marked part holds all of {function.name}, "
                f"of which students need the signature for task {task.id}; mark a part of its "
                "body, or nothing"
            )


def _body(lexed, function, task):
    """Return the edit (start, end, text) that empties a function."""
    what = _raise(f"task {task.id}:")
    header, docstring = function.header, function.docstring
    newline = _newline(lexed, header.tokens[0].start)
    if not function.statements:
        end = header.tokens[-1].end
        if docstring:
            return docstring.end, end, f"; {what}"
        indent = _usual_indent(lexed)
        end = lexed.line_end(end)
        last = newline if lexed.text[:end].endswith("\n") else ""
        return function.colon, end, f"{newline}{indent}{TODO}{newline}{indent}{what}{last}"
    first = function.statements[0]
    if not docstring:
        return _lines(
            lexed, _after_type_comment(lexed, header.end), function.last, first.indent, what
        )
    if docstring is first.tokens[-1]:
        return _lines(lexed, first.end, function.last, first.indent, what)
    _, end, lines = _lines(lexed, first.end, function.last, first.indent, what)
    return docstring.end, end, newline + lines


def _lines(lexed, start, end, indent, what):
    """Return the edit that puts lines of its own in the place of others."""
    newline = _newline(lexed, start - 1)
    ends = end < len(lexed.text) or lexed.text.endswith("\n")
    before = "" if lexed.text[:start].endswith("\n") else newline
    lines = f"{before}{indent}{TODO}{newline}{indent}{what}"
    return start, end, lines + (newline if ends else "")


def _gaps(lexed, own, whose):
    """Return the edits that take the marked parts of one function out, or those outside of all.

    Each leaves a ``raise`` of its own: who writes the first and forgets the second is told so.
    """
    edits = []
    for k, part in enumerate(own, start=1):
        start, end = lexed.line_start(part.begin.start), lexed.line_end(part.end.start)
        first, before, after = part.statements[0], part.before, part.after
        if part.in_function:
            which = f"{whose}:" if len(own) == 1 else f"{whose}: part {k} of {len(own)} is"
            edits.append(_lines(lexed, start, end, first.indent, _raise(which)))
        elif (
            first.width and before.width < first.width and (not after or after.width < first.width)
        ):
            edits.append((start, end, f"{first.indent}pass{_newline(lexed, start)}"))
        else:
            edits.append((start, end, ""))
    return edits


def _unmarked(lexed, part):
    return [
        (lexed.line_start(token.start), lexed.line_end(token.start), "")
        for token in (part.begin, part.end)
    ]


def _raise(whose):
    return f'raise NotImplementedError("{whose} yours to write")'


def _after_type_comment(lexed, place):
    """Return where the body begins: a comment with types belongs to the signature."""
    found = TYPES.match(lexed.text, place)
    return found.end() if found else place


def _newline(lexed, place):
    line = lexed.text[lexed.line_start(place) : lexed.line_end(place)]
    return "\r\n" if line.endswith("\r\n") else "\n"


def _usual_indent(lexed):
    return next((s.indent for s in lexed.statements if s.width), "    ")


def _edited(text, edits):
    for start, end, instead in sorted(edits, reverse=True):
        text = text[:start] + instead + text[end:]
    return text


def require_python(text, name):
    """Refuse a ``.py`` file that cannot be parsed."""
    wrong = _syntax_error(text, name)
    if wrong:
        line, what = wrong
        raise ValueError(f"{name}:{line}: {what}" if line else f"{name}: {what}")


def _checked(made, name):
    """Return what was made, if it still is Python."""
    wrong = _syntax_error(made, name)
    if wrong:
        line, what = wrong
        raise ValueError(
            f"{name}: without its solutions it is no Python any more: {what}, in line {line} of "
            "what is left; move the markers"
        )
    return made


def _syntax_error(text, name):
    """Return the line and the message of Python's error, or None; Cython is not looked at."""
    if name.endswith(".py"):
        try:
            with warnings.catch_warnings():  # of odd escapes in strings: the author's matter
                warnings.simplefilter("ignore")
                ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return getattr(error, "lineno", None), getattr(error, "msg", None) or str(error)
    return None
