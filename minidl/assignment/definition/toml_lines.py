"""In which lines of a TOML text its keys stand: the standard library's reader does not say."""

import re

BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
SPACE = re.compile(r"[ \t]*")
NAME = re.compile(r"[A-Za-z0-9_-]+")
STRINGS = (  # the long ones first; a long one may end with two quotes of its own
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}(?!")', re.S),
    re.compile(r"'''.*?'{3,5}(?!')", re.S),
    re.compile(r'"(?:[^"\\]|\\.)*"'),
    re.compile(r"'[^']*'"),
)
PLAIN = re.compile(r"[^,\]}#\r\n]+")


def lines_of(text):
    """Return the line of every key, table and item of an array.

    Parameters
    ----------
    text : str
        That :func:`tomllib.loads` has read: nothing is checked here.

    Returns
    -------
    dict of tuple to int
        ``("tasks", 0, "points")`` is the key ``points`` of the first ``[[tasks]]``.
    """
    return _Scanner(text).run()


class _Scanner:
    def __init__(self, text):
        self.text, self.place = text, 0
        self.lines, self.lengths = {(): 1}, {}

    def run(self):
        table = ()
        self._skip(BLANK)
        while self.place < len(self.text):
            if self.text[self.place] == "[":
                table = self._header()
            else:
                self._entry(table)
            self._skip(BLANK)
        return self.lines

    def _skip(self, pattern):
        found = pattern.match(self.text, self.place)
        self.place = found.end()
        return found.group()

    def _note(self, path, line):
        for k in range(1, len(path) + 1):
            self.lines.setdefault(path[:k], line)

    def _line(self):
        return self.text.count("\n", 0, self.place) + 1

    def _header(self):
        """Read ``[a.b]`` or ``[[a.b]]``, and return where it leads to."""
        line = self._line()
        is_item = self.text.startswith("[[", self.place)
        self.place += 2 if is_item else 1
        path = self._key()
        self.place += 2 if is_item else 1
        full = self._into((), path[:-1]) + path[-1:]
        if is_item:
            self.lines.setdefault(full, line)
            self.lengths[full] = self.lengths.get(full, 0) + 1
            full += (self.lengths[full] - 1,)
        self._note(full, line)
        return full

    def _into(self, path, keys):
        """Follow keys; where they name an array of tables, its last one is meant."""
        for key in keys:
            path += (key,)
            if path in self.lengths:
                path += (self.lengths[path] - 1,)
        return path

    def _key(self):
        """Read a key with its dots, up to what follows it."""
        keys = []
        while True:
            self._skip(SPACE)
            found = self._string() or self._skip(NAME)
            keys.append(found[1:-1] if found[0] in "'\"" else found)
            self._skip(SPACE)
            if self.text[self.place] != ".":
                return tuple(keys)
            self.place += 1

    def _entry(self, table):
        line = self._line()
        path = table + self._key()
        self.place += 1  # the sign of equality
        self._note(path, line)
        self._skip(SPACE)
        self._value(path)

    def _string(self):
        """Read a string, if one stands here."""
        for pattern in STRINGS:
            found = pattern.match(self.text, self.place)
            if found:
                self.place = found.end()
                return found.group()
        return None

    def _value(self, path):
        if self._string():
            return
        if self.text[self.place] not in "[{":
            self._skip(PLAIN)
            return
        is_array, count = self.text[self.place] == "[", 0
        self.place += 1
        self._skip(BLANK)
        while self.text[self.place] not in "]}":
            if is_array:
                self._note((*path, count), self._line())
                self._value((*path, count))
            else:
                self._entry(path)
            count += 1
            self._skip(BLANK)
            if self.text[self.place] == ",":
                self.place += 1
                self._skip(BLANK)
        self.place += 1
