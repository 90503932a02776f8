"""What a file imports, as far as its text says so; ``.py`` and ``.pyx`` alike.

This finds what students write without thinking of it.  Who wants to hide an import can: what code
may do is the matter of the process that it runs in.
"""

import ast

from minidl.assignment.sources.lexing import lex

LONGEST = 500_000  # characters of a file; nobody writes so many
BY_NAME = ("__import__", "import_module")  # functions that take a module's name


def forbidden(text, names, file):
    """Return the imports of a file that are not allowed.

    Parameters
    ----------
    text : str
        It need not be right: what can be read of it, is.
    names : iterable of str
        Modules; everything inside of them is meant, too.
    file : str
        Its name, for the messages.

    Returns
    -------
    list of str
        One message for each place, in their order: "layers.py:3: imports torch.nn, and this task
        is to be done without torch".
    """
    names = tuple(names)
    if names and len(text) > LONGEST:
        return [f"{file}: has {len(text)} characters; at most {LONGEST} are searched for imports"]
    lexed = lex(text, file, strict=False)
    found = {}
    for place, module, is_all in sorted(_imports(lexed, names)):
        name = _within(module, names)
        if is_all and not name:
            name = next((one for one in names if one.startswith(f"{module}.")), None)
        if name:
            line = lexed.line(place)
            what = f"imports {module}, and this is to be done without {name}"
            found.setdefault((line, module), f"{file}:{line}: {what}")
    return list(found.values())


def _within(module, names):
    """Return which of the names a module is, or lies in."""
    return next((name for name in names if f"{module}.".startswith(f"{name}.")), None)


def _imports(lexed, names):
    """Yield (place, dotted name, whether everything in it is imported).

    After ``import minidl as m``, ``m.layers`` is an import, too, if ``minidl`` itself is allowed.
    """
    aliases = {}
    for statement in lexed.statements:
        tokens = statement.tokens
        words = [token.text for token in tokens]
        for k, word in enumerate(words):
            if word in ("import", "cimport"):
                yield from ((tokens[k].start, *one) for one in _of_statement(words, k, aliases))
            elif word in BY_NAME and words[k + 1 : k + 2] == ["("] and k + 2 < len(words):
                yield from ((tokens[k].start, name, False) for name in _literal(tokens[k + 2]))
            elif word in aliases and words[k - 1 : k] not in (["."], ["from"]):
                used, _ = _dotted(words, k)
                if not _within(aliases[word], names):
                    yield tokens[k].start, ".".join([aliases[word], *used.split(".")[1:]]), False


def _of_statement(words, k, aliases):
    """Yield (dotted name, whether all in it) of the statement with ``import`` at index k."""
    start = _start_of_from(words, k)
    base = "" if start is None else _dotted(words, start + 1)[0]
    place = k + 1 + (words[k + 1 : k + 2] == ["("])
    while place < len(words) and (words[place].isidentifier() or words[place] == "*"):
        name, place = ("*", place + 1) if words[place] == "*" else _dotted(words, place)
        alias = name.split(".")[0]
        if words[place : place + 1] == ["as"]:
            alias, place = "".join(words[place + 1 : place + 2]), place + 2
            known = name
        else:
            known = alias
        if start is None:
            aliases[alias] = known
        if base.startswith(".") or (start is not None and not base):
            return  # a neighbour
        if name == "*":
            yield base, True
        else:
            yield (f"{base}.{name}" if base else name), False
        if words[place : place + 1] != [","]:
            return
        place += 1


def _start_of_from(words, k):
    """Return the index of the ``from`` that an ``import`` belongs to, or None."""
    place = k - 1
    while place >= 0 and (words[place].isidentifier() or words[place] == "."):
        if words[place] == "from":
            return place
        place -= 1
    return None


def _dotted(words, place):
    """Return a dotted name and the index behind it; a relative one begins with a dot."""
    name = ""
    while place < len(words):
        is_name = words[place].isidentifier() and words[place] not in ("import", "cimport")
        if words[place] == "." and (not name or name.endswith(".") or words[place + 1 :]):
            name += "."
        elif is_name and (not name or name.endswith(".")):
            name += words[place]
        else:
            break
        place += 1
    return name, place


def _literal(token):
    if token.kind == "string":
        try:
            value = ast.literal_eval(token.text)
        except (SyntaxError, ValueError):
            return
        if isinstance(value, str):
            yield value
