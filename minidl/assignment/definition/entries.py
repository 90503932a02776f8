"""The entries of a table, each with its type checked, and an error that knows its line."""

import math

from minidl.spelling import near_miss

FILE = "assignment.toml"
MANDATORY = object()  # the default of a key that there must be
KINDS_OF = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}
KINDS_OF |= {list: "a list", dict: "a table"}


class Entries:
    """One table of ``assignment.toml``.

    Parameters
    ----------
    facts : dict
    lines : dict of tuple to int
        From :func:`~minidl.assignment.definition.toml_lines.lines_of`.
    path : tuple
        Where the table stands: ``("tasks", 0)``.
    whose : str
        What it is called in messages: "task 'affine_forward': ".
    """

    def __init__(self, facts, lines, path=(), whose=""):
        self.facts, self.lines, self.path, self.whose = facts, lines, path, whose

    def refuse(self, what, *keys):
        """Raise a ValueError with the line of a key, or of the table."""
        path = self.path + keys
        while path not in self.lines:
            path = path[:-1]
        raise ValueError(f"{FILE}:{self.lines[path]}: {self.whose}{what}")

    def known(self, keys, instead=None):
        """Refuse keys that there are not.

        Parameters
        ----------
        keys : iterable of str
        instead : dict of str to str, optional
            What to write for words that do not look like it.
        """
        for key in self.facts:
            if key not in keys:
                meant = (instead or {}).get(key)
                hint = f"; did you mean {meant!r}?" if meant else near_miss(key, keys)
                self.refuse(f"unknown key {key!r}{hint or '; known: ' + ', '.join(keys)}", key)

    def text(self, key, default=MANDATORY):
        """Return a text of one line, which is not empty."""
        value = self._typed(key, str, default)
        if key in self.facts and (not value.strip() or "\n" in value):
            self.refuse(f"{key} must be one line of text, got {value!r}", key)
        return value

    def whole(self, key, default=MANDATORY, least=0):
        """Return a whole number."""
        value = self._typed(key, int, default)
        if key in self.facts and value < least:
            self.refuse(f"{key} must be {least} or more, got {value}", key)
        return value

    def number(self, key, default=MANDATORY, above=None):
        """Return a number that is finite and not negative, or ``above`` another."""
        value = self._typed(key, float, default)
        if key in self.facts:
            self._sensible(value, key, above, key)
        return value

    def words(self, key, default=()):
        """Return a list of texts as a tuple; no text stands in it twice."""
        values = self._typed(key, list, list(default))
        for k, value in enumerate(values):
            if not isinstance(value, str) or not value.strip():
                self.refuse(f"{key} must hold texts, got {value!r}", key, k)
            if value in values[:k]:
                self.refuse(f"{key} holds {value!r} twice", key, k)
        return tuple(values)

    def modules(self, key):
        """Return a list of modules as a tuple."""
        names = self.words(key)
        for k, name in enumerate(names):
            if not all(part.isidentifier() for part in name.split(".")):
                self.refuse(f"{key}: {name!r} is no module", key, k)
        return names

    def pairs(self, key):
        """Return a list of pairs of numbers as a tuple of tuples."""
        pairs = self._typed(key, list, [])
        for k, pair in enumerate(pairs):
            if not isinstance(pair, list) or len(pair) != 2:
                self.refuse(f"{key} must hold pairs of numbers, got {pair!r}", key, k)
            for value in pair:
                if not _is(value, float):
                    self.refuse(f"{key} must hold pairs of numbers, got {value!r}", key, k)
                self._sensible(value, f"a number of {key}", None, key, k)
        return tuple(map(tuple, pairs))

    def tables(self, key):
        """Return the tables of an array of them, each as entries."""
        found = self._typed(key, list, [])
        for k, facts in enumerate(found):
            if not isinstance(facts, dict):
                self.refuse(f"{key} must be tables, [[{key}]], got {facts!r}", key, k)
        return [
            Entries(facts, self.lines, (*self.path, key, k), self.whose)
            for k, facts in enumerate(found)
        ]

    def table(self, key):
        """Return a table; an empty one if there is none."""
        facts = self._typed(key, dict, {})
        return Entries(facts, self.lines, (*self.path, key), f"{self.whose}{key}: ")

    def _typed(self, key, kind, default):
        if key not in self.facts:
            if default is MANDATORY:
                self.refuse(f"{key} is missing; it must be {KINDS_OF[kind]}")
            return default
        value = self.facts[key]
        if not _is(value, kind):
            self.refuse(f"{key} must be {KINDS_OF[kind]}, got {value!r}", key)
        return value

    def _sensible(self, value, what, above, *keys):
        if not math.isfinite(value):
            self.refuse(f"{what} must be finite, got {value}", *keys)
        if value < 0 or (above is not None and value <= above):
            least = "0 or more" if above is None else f"above {above}"
            self.refuse(f"{what} must be {least}, got {value:g}", *keys)


def _is(value, kind):
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)
