"""The functions at the top level of a Python or Cython file, and where their parts stand in it."""

from bisect import bisect_left
from dataclasses import dataclass

from minidl.assignment.sources.lexing import CLOSING, OPENING, Statement
from minidl.spelling import near_miss

NO_FUNCTION = {"class", "cppclass", "ctypedef", "enum", "extern", "packed", "struct", "union", "="}
NO_NAME = {"(", "api", "cdef", "const", "cpdef", "extern", "inline", "public", "readonly"}


@dataclass(frozen=True, slots=True)
class Function:
    """A function at the top level.

    Attributes
    ----------
    name : str
    kind : str
        "def", "cpdef" or "cdef".
    header : Statement
        Its signature; of a function of one line, all of it.
    colon : int
        The end of the colon after the signature.
    statements : list of Statement
        Of its body, if that has lines of its own.
    docstring : Token or None
        The last string of it.
    last : int
        Where the function ends: after its last statement, and comments that are indented.
    can_raise : bool
        False for Cython's ``noexcept``.
    """

    name: str
    kind: str
    header: Statement
    colon: int
    statements: list
    docstring: object
    last: int
    can_raise: bool


def functions(lexed):
    """Return all functions at the top level, in their order.

    Parameters
    ----------
    lexed : Lexed
    """
    statements = lexed.statements
    tops = [k for k, statement in enumerate(statements) if statement.width == 0]
    starts = [comment.start for comment in lexed.comments]
    found = []
    for k, following in zip(tops, [*tops, len(statements)][1:], strict=True):
        signature = signature_of(statements[k])
        if signature:
            body = statements[k + 1 : following]
            limit = statements[following].start if following < len(statements) else len(lexed.text)
            last = body[-1].end if body else statements[k].end
            behind = lexed.comments[bisect_left(starts, last) : bisect_left(starts, limit)]
            found.append(_function(lexed, signature, statements[k], body, last, behind))
    return found


def function_named(lexed, name):
    """Return the one function of a name.

    Raises
    ------
    ValueError
        If there is none, or there are several.
    """
    found = [function for function in functions(lexed) if function.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        lines = ", ".join(str(lexed.line(function.header.start)) for function in found)
        raise ValueError(
            f"{lexed.name}: {name} is defined {len(found)} times, in lines {lines}; a task's "
            "function stands once, without overloads"
        )
    inner = [s for s in lexed.statements if s.width and (signature_of(s) or ("",))[0] == name]
    if inner:
        raise ValueError(
            f"{lexed.at(inner[0].start)}: {name} stands inside of a class, a function or a "
            "condition; a task's function stands at the top level"
        )
    known = [function.name for function in functions(lexed)]
    hint = near_miss(name, known) or (f"; there are {', '.join(known)}" if known else "")
    raise ValueError(f"{lexed.name}: there is no function {name!r}{hint}")


def signature_of(statement):
    """Return (name, kind, index of the colon, can raise) if a statement begins a function."""
    tokens = statement.tokens
    words = [token.text for token in tokens]
    first = 1 if words[:2] == ["async", "def"] else 0
    if words[first] not in ("def", "cdef", "cpdef") or len(words) < first + 2:
        return None
    depth, name = 0, words[first + 1] if words[first] == "def" else None
    for k in range(first + 1, len(words)):
        if depth == 0 and name is None:
            if words[k] in NO_FUNCTION:
                return None
            if words[k] == "(" and tokens[k - 1].kind == "name" and words[k - 1] not in NO_NAME:
                name = words[k - 1]
        if depth == 0 and words[k] == ":":
            can_raise = "noexcept" not in words[first:k]
            return (name, words[first], k, can_raise) if name else None
        is_sign = tokens[k].kind == "sign"
        depth += (is_sign and words[k] in OPENING) - (is_sign and words[k] in CLOSING)
    return None


def docstring_of(tokens):
    """Return the last string of a docstring that tokens begin with, or None."""
    last = None
    for token in tokens:
        if token.kind == "string":
            if not token.text.lower().lstrip("ru").startswith(("'", '"')):
                return None  # bytes, or one that is formatted
            last = token
        else:
            return last if token.text == ";" else None
    return last


def _function(lexed, signature, header, body, last, behind):
    name, kind, at, can_raise = signature
    same_line = header.tokens[at + 1 :]
    docstring = docstring_of(same_line if same_line else body[0].tokens if body else [])
    for comment in behind:
        if lexed.indent(comment.start):
            last = lexed.line_end(comment.start)
    return Function(name, kind, header, header.tokens[at].end, body, docstring, last, can_raise)
