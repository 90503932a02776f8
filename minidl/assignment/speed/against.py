"""Arguments of one function, given to another that computes the same."""

from minidl.assignment.definition.source_files import decoded
from minidl.assignment.sources.functions import function_named
from minidl.assignment.sources.lexing import CLOSING, OPENING, lex

KEYWORDS = ("None", "not", "or")  # of Cython, behind a name: "double[:] x not None"


def parameters_of(path, function):
    """Return the names of a function's parameters in a Python or Cython file.

    Raises
    ------
    ValueError
        If the file has no such function at its top level.
    """
    lexed = lex(decoded(path.read_bytes(), path.name), path.name)
    tokens = function_named(lexed, function).header.tokens
    first = next(k for k, t in enumerate(tokens) if t.text == function) + 1
    names, name, depth, default = [], None, 0, False
    for token in tokens[first:]:
        sign = token.text if token.kind == "sign" else ""
        depth += bool(sign) and sign in OPENING
        depth -= bool(sign) and sign in CLOSING
        if depth == 0 or (depth == 1 and sign == ","):
            names += [name] if name else []
            name, default = None, False
        elif depth == 1 and sign in ("=", ":"):
            default = True
        elif depth == 1 and token.kind == "name" and not default and token.text not in KEYWORDS:
            name = token.text
        if depth == 0:
            return names
    return names


def in_terms_of(parameters, names, arguments):
    """Return arguments for a function with other parameters.

    They go by name.  Those that it has no parameter for go into a dict, if just one parameter is
    left for it: ``stride`` and ``pad`` become ``conv_param``.  Where names do not help, they go in
    order.

    Parameters
    ----------
    parameters : list of str
        Of the function to be called.
    names : list of str
        Of the arguments.
    arguments : tuple

    Raises
    ------
    ValueError
        If their numbers differ, and there is no such parameter.

    Examples
    --------
    >>> in_terms_of(["x", "conv_param"], ["x", "stride", "pad"], (5, 2, 1))
    (5, {'stride': 2, 'pad': 1})
    """
    given = dict(zip(names, arguments, strict=False))
    left = [name for name in parameters if name not in given]
    over = {name: value for name, value in given.items() if name not in parameters}
    if len(left) == 1 and over and len(given) == len(arguments):
        given |= {left[0]: over}
        left = []
    if not left:
        return tuple(given[name] for name in parameters)
    if len(parameters) == len(arguments):
        return tuple(arguments)
    raise ValueError(
        f"takes ({', '.join(parameters)}), and cannot be called with ({', '.join(names)})"
    )
