"""Lines of solutions that stand in a hand-out, however they are spaced."""

import bisect
import re

from minidl.assignment.sources.functions import functions
from minidl.assignment.sources.lexing import lex
from minidl.assignment.sources.markers import BEGIN, END

BLANK = b" \t\r\n\f\v\0\\"  # with the zeros of wide text, and what JSON puts before quotes
LEAST = 8  # characters of a line that says something
LEAST_WITHIN = 16  # of one that is found within another line
AROUND = "#>-*+|$`. "  # what texts and consoles put before a line, or behind it
NAME = r"[^\W\d]\w*"
NAMES = rf"\(?{NAME}(?:,{NAME})*,?\)?"
TRIVIAL = re.compile(
    rf"(?:return|yield|del|global|nonlocal){NAMES}|"
    r"return(?:None|True|False|\d+)|"
    r"pass|continue|break|else:|try:|finally:|withnogil:|raise|"
    r"(?:import|cimport|from).*|"
    rf"(?:if|elif|while)(?:not)?{NAME}(?:isNone|isnotNone)?:|"
    rf"for{NAMES}in(?:range\()*(?:len\()?{NAME}\)*:|"
    rf"{NAMES}={NAME}(?:\.shape)?|"
    rf"{NAME}=(?:\[\]|\{{\}}|\(\)|-?[\d.]+|None|True|False)|"
    r"cdef[^=(]*|"
    r"\W*"
)


class LineLeaks:
    """What of the solutions must not be found.

    Parameters
    ----------
    solutions, stubs : dict of str to str
        By file.  What the stubs show, too, is no secret: another function
        has the same line, or a docstring the formula.
    given : dict of str to bytes
        Files that are handed out as they are.  A line that stands in them is no secret either, as
        long as they do not hold all of a function's.
    """

    def __init__(self, solutions, stubs, given):
        shown = re.sub(r"\s", "", "\n".join(stubs.values()))
        own = {line for data in given.values() for line, _ in _lines(_text(data))}
        self._given, self._functions, self._secrets = set(given), {}, {}
        for function, line, where in _solved(solutions):
            if line not in shown and len(line) >= LEAST and not TRIVIAL.fullmatch(line):
                self._functions.setdefault(function, set()).add(line)
                if line not in own:
                    self._secrets.setdefault(line, where)

    def look(self, name, content):
        """Yield where something is, and what, for each finding in a file."""
        squeezed, starts = content.translate(None, BLANK), _starts(content)
        at_line = {}
        for line, number in _lines(_text(content)):
            at_line.setdefault(line, number)
            at_line.setdefault(line.strip(AROUND), number)
        for line, where in self._secrets.items():
            found = squeezed.find(line.encode().translate(None, BLANK))
            if line in at_line:
                yield f"{name}:{at_line[line]}", f"holds {where}"
            elif found >= 0 and len(line) >= LEAST_WITHIN:
                yield f"{name}:{bisect.bisect_right(starts, found)}", f"holds {where}"
        for k, line in enumerate(_text(content).split("\n"), start=1):
            if line.strip() in (BEGIN, END):
                yield f"{name}:{k}", f"holds the marker {line.strip()}"
        if name in self._given:
            for function, secrets in self._functions.items():
                if len(secrets) > 1 and all(line in at_line for line in secrets):
                    yield name, f"holds the whole solution of {function}"


def _solved(solutions):
    """Yield (function, line, in words where it stands) of all solutions."""
    for file, text in solutions.items():
        lexed = lex(text, file)
        spans = [
            (lexed.line(f.header.start), lexed.line(f.last - 1), f.name) for f in functions(lexed)
        ]
        written = text.split("\n")
        for line, k in _lines(text):
            function = next((name for first, last, name in spans if first <= k <= last), file)
            shown = written[k - 1].strip()[:80]
            yield function, line, f"line {k} of the solution, {file}: {shown}"


def _lines(text):
    """Yield (line without blanks and comments, its number) of a text in any language."""
    for k, line in enumerate(text.split("\n"), start=1):
        squeezed = re.sub(r"\s", "", line)
        yield squeezed, k
        code = re.sub(r"\s", "", _without_comment(line))
        if code != squeezed:
            yield code, k


def _without_comment(line):
    """Cut a line at the first ``#`` outside of quotes."""
    quote = ""
    for k, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "#":
            return line[:k]
    return line


def _text(content):
    return content.replace(b"\0", b"").decode("utf-8", "replace")


def _starts(content):
    """Return where each line begins once blanks are taken out."""
    starts, place = [], 0
    for line in content.split(b"\n"):
        starts.append(place)
        place += len(line.translate(None, BLANK))
    return starts
