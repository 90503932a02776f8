"""Python and Cython taken apart into words, at least as far as both look alike.

The standard library's tokenizer knows no Cython, and from Python 3.12 on refuses ``<object?> x``
and ``10UL``.  Here, a word is what must not be broken: names, numbers, strings, comments, and every
other sign for itself.  Whether the words make sense is left to those who read them.
"""

import re
from dataclasses import dataclass, field

INDENT = re.compile(r"[ \t\f]*")
SPACE = re.compile(r"(?:[ \t\f]|\\\r?\n)+")
WORD = re.compile(r"\.?\d(?:[eE][+-]?\d|[\w.])*|\w+")
QUOTE = re.compile(r"\"\"\"|'''|\"|'")
PREFIXES = re.compile(r"[bcfrtuBCFRTU]{1,3}")
IN_FIELD = re.compile(r"([bfrtuBFRTU]{0,2})(\"\"\"|'''|\"|')")
DEEPEST = 30  # strings in fields of strings; a field further inside is taken for text
OPENING, CLOSING = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Token:
    """One word.

    Attributes
    ----------
    kind : str
        "name", "number", "string", "comment" or "sign".
    text : str
    start, end : int
        Where it stands in the text.
    """

    kind: str
    text: str
    start: int
    end: int


@dataclass(slots=True)
class Statement:
    """A logical line: what stands between two line ends that count.

    Attributes
    ----------
    indent : str
        The white space before it.
    width : int
        How far that goes: tabs reach to every eighth column.
    tokens : list of Token
        Without comments.
    start, end : int
        From the beginning of its first line to the end of its last, the line end included.
    """

    indent: str
    width: int
    start: int
    end: int = 0
    tokens: list = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lexed:
    """A text taken apart.

    Attributes
    ----------
    text, name : str
        The name is that of the file, for messages.
    statements : list of Statement
    comments : list of Token
    """

    text: str
    name: str
    statements: list
    comments: list

    def line(self, place):
        """Return the number of the line in which a place of the text lies."""
        return self.text.count("\n", 0, place) + 1

    def at(self, place):
        """Return where that is, for the beginning of a message: "layers.py:12"."""
        return f"{self.name}:{self.line(place)}"

    def line_start(self, place):
        """Return where the line of a place begins."""
        return self.text.rfind("\n", 0, place) + 1

    def line_end(self, place):
        """Return where the next line begins."""
        found = self.text.find("\n", place)
        return len(self.text) if found < 0 else found + 1

    def indent(self, place):
        """Return the white space at the beginning of the line of a place."""
        return INDENT.match(self.text, self.line_start(place)).group()


def lex(text, name, strict=True):
    """Take a text apart.

    Parameters
    ----------
    text : str
    name : str
        Of the file.
    strict : bool
        If False, what does not end, ends with its line or the text, and nothing is refused.

    Raises
    ------
    ValueError
        If a string or a bracket does not end, or a bracket is closed that was not opened.
    """
    return _Lexer(text, name, strict).run()


def width_of(indent):
    """Return how far white space goes, as Python counts it."""
    width = 0
    for character in indent:
        if character == "\f":
            width = 0
        else:
            width += 8 - width % 8 if character == "\t" else 1
    return width


class _Lexer:
    def __init__(self, text, name, strict):
        self.lexed = Lexed(text, name, [], [])
        self.text, self.strict, self.open = text, strict, []
        self.place, self.statement, self.nested = 0, None, 0

    def run(self):
        while self.place < len(self.text):
            self._step()
        if self.open and self.strict:
            self._refuse(self.open[-1].start, f"{self.open[-1].text!r} is never closed")
        self._end_statement(len(self.text))
        return self.lexed

    def _refuse(self, place, what):
        raise ValueError(f"{self.lexed.at(place)}: {what}")

    def _step(self):
        text, start = self.text, self.place
        space = SPACE.match(text, start)
        character = text[start]
        if space:
            self.place = space.end()
        elif character == "\n" or text.startswith("\r\n", start):
            self.place = start + (1 if character == "\n" else 2)
            if not self.open:
                self._end_statement(self.place)
        elif character == "#":
            self.place = _end_of_line(text, start)
            self.lexed.comments.append(
                Token("comment", text[start : self.place], start, self.place)
            )
        else:
            self._word(start)

    def _word(self, start):
        found = WORD.match(self.text, start)
        end, kind = (found.end(), "name") if found else (start + 1, "sign")
        if found and (found.group()[0].isdigit() or found.group()[0] == "."):
            kind = "number"
        quote_at = end if found and PREFIXES.fullmatch(found.group()) else start
        quote = QUOTE.match(self.text, quote_at)
        if quote:
            prefix = self.text[start:quote_at].lower()
            end, kind = self._string(quote.end(), quote.group(), prefix), "string"
        token = Token(kind, self.text[start:end], start, end)
        if kind == "sign":
            self._bracket(token)
        if self.statement is None:
            indent = self.lexed.indent(start)
            line = self.lexed.line_start(start)
            self.statement = Statement(indent, width_of(indent), line)
        self.statement.tokens.append(token)
        self.place = end

    def _bracket(self, token):
        if token.text in OPENING:
            self.open.append(token)
        elif token.text in CLOSING:
            opened = self.open.pop() if self.open else None
            fits = opened and OPENING.index(opened.text) == CLOSING.index(token.text)
            if not fits and self.strict:
                self._refuse(token.start, f"{token.text!r} closes {self._opened(opened)}")

    def _opened(self, token):
        return f"the {token.text!r} of line {self.lexed.line(token.start)}" if token else "nothing"

    def _end_statement(self, end):
        if self.statement is not None:
            self.statement.end = end
            self.lexed.statements.append(self.statement)
            self.statement = None

    def _string(self, place, quote, prefix):
        """Return where a string ends of which the quote ends at ``place``."""
        begin, formatted = place, bool({*prefix} & {"f", "t"}) and self.nested < DEEPEST
        while place < len(self.text):
            if self.text.startswith(quote, place):
                return place + len(quote)
            character = self.text[place]
            if character == "\\":
                escaped = self.text[place + 1 : place + 3]
                is_field = formatted and escaped.startswith("{")
                place += 1 if is_field else 3 if escaped == "\r\n" else 2
            elif character == "\n" and len(quote) == 1:
                break
            elif formatted and self.text.startswith(("{{", "}}"), place):
                place += 2
            elif formatted and character == "{":
                self.nested += 1
                place = self._field(place + 1, quote)
                self.nested -= 1
            else:
                place += 1
        if self.strict:
            self._refuse(begin, "this string does not end")
        return min(place, len(self.text))

    def _field(self, place, quote):
        """Return where a replacement field ends; it may hold strings, brackets and a format."""
        depth = 0
        while place < len(self.text):
            character = self.text[place]
            string = IN_FIELD.match(self.text, place)
            if character == "\n" and len(quote) == 1 and not self.strict:
                return place
            if string:
                place = self._string(string.end(), string.group(2), string.group(1).lower())
                continue
            if character == "}" and depth == 0:
                return place + 1
            if character == ":" and depth == 0:
                return self._format(place + 1, quote)
            depth += (character in OPENING) - (character in CLOSING)
            if character == "#":
                place = _end_of_line(self.text, place)
                continue
            place += 1
        return place

    def _format(self, place, quote):
        """Return where a field ends of which the format begins here."""
        while place < len(self.text):
            character = self.text[place]
            if character == "}":
                return place + 1
            if self.text.startswith(quote, place) or (character == "\n" and len(quote) == 1):
                return place
            place = self._field(place + 1, quote) if character == "{" else place + 1
        return place


def _end_of_line(text, place):
    found = text.find("\n", place)
    end = len(text) if found < 0 else found
    return end - 1 if end and text[end - 1] == "\r" else end
