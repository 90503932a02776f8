"""``### BEGIN SOLUTION`` and ``### END SOLUTION``: parts of a file that students do not get.

The spelling is nbgrader's.  A marker is a comment on a line of its own; text in strings is none.
"""

import difflib
import re
from dataclasses import dataclass

from minidl.assignment.sources.functions import signature_of
from minidl.assignment.sources.lexing import Token, lex

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
OTHERS = ("hidden tests", "mark scheme")  # nbgrader's further markers
FIRST = ("begin", "end", "start", "stop")
CONTINUING = ("elif", "else", "except", "finally")


@dataclass(frozen=True, slots=True)
class Part:
    """A marked part.

    Attributes
    ----------
    begin, end : Token
        Its markers.
    statements : list of Statement
        What stands between them.
    before, after : Statement or None
        What stands around it.
    inside : list of str
        The functions and classes in which it stands, the outermost first.
    in_function : bool
    """

    begin: Token
    end: Token
    statements: list
    before: object
    after: object
    inside: list
    in_function: bool


def without_markers(text, name):
    """Return the whole solution: a text without the lines of its markers.

    Parameters
    ----------
    text : str
    name : str
        Of the file, for messages.

    Raises
    ------
    ValueError
        If markers are misspelt, nested, stray or not closed, or part a statement or a block.
    """
    lexed = lex(text, name)
    markers = [token for part in parts(lexed) for token in (part.begin, part.end)]
    for token in reversed(markers):
        text = text[: lexed.line_start(token.start)] + text[lexed.line_end(token.start) :]
    return text


def parts(lexed):
    """Return the marked parts of a file, in their order.

    Parameters
    ----------
    lexed : Lexed

    Raises
    ------
    ValueError
        As :func:`without_markers` does.
    """
    found, opened = [], None
    for comment in lexed.comments:
        word = _marker(lexed, comment)
        if word == BEGIN and opened:
            raise ValueError(
                f"{lexed.at(comment.start)}: {BEGIN} inside of the part that line "
                f"{lexed.line(opened.start)} begins; parts are not nested"
            )
        if word == END and not opened:
            raise ValueError(f"{lexed.at(comment.start)}: {END} without a {BEGIN} before it")
        if word == END:
            found.append(_part(lexed, opened, comment))
        if word:
            opened = comment if word == BEGIN else None
    if opened:
        raise ValueError(f"{lexed.at(opened.start)}: {BEGIN} without an {END} after it")
    return found


def _marker(lexed, comment):
    """Return which marker a comment is, or None; refuse what was probably meant as one."""
    text = comment.text.rstrip()
    where = lexed.at(comment.start)
    if text in (BEGIN, END):
        if lexed.text[lexed.line_start(comment.start) : comment.start].strip():
            raise ValueError(f"{where}: {text} stands behind code; give it a line of its own")
        around = [s for s in lexed.statements if s.start < comment.start < s.end]
        if around:
            raise ValueError(
                f"{where}: {text} stands within the statement that line "
                f"{lexed.line(around[0].start)} begins; mark whole statements"
            )
        return text
    words = re.findall(r"[^\W_]+", text.lower())
    if len(words) == 3 and words[0] in ("begin", "end") and " ".join(words[1:]) in OTHERS:
        raise ValueError(
            f"{where}: {text!r} is nbgrader's; here, hidden cases are named in assignment.toml"
        )
    meant = _meant(words)
    if meant:
        raise ValueError(f"{where}: {text!r} is no marker; did you mean {meant!r}?")
    return None


def _meant(words):
    """Return the marker that the words of a comment come near to, or None."""
    if len(words) == 3 and words[1] in ("of", "the", "your"):
        words = [words[0], words[2]]
    if len(words) == 1:
        near = difflib.get_close_matches(words[0], ("beginsolution", "endsolution"), 1, 0.88)
        return {"beginsolution": BEGIN, "endsolution": END}[near[0]] if near else None
    if len(words) != 2 or not difflib.get_close_matches(words[1], ["solution"], 1, 0.75):
        return None
    near = difflib.get_close_matches(words[0], FIRST, 1, 0.75)
    return (BEGIN if near[0] in ("begin", "start") else END) if near else None


def _part(lexed, begin, end):
    inside = [s for s in lexed.statements if begin.start < s.start < end.start]
    before = [s for s in lexed.statements if s.start < begin.start]
    after = [s for s in lexed.statements if s.start > end.start]
    where = lexed.at(begin.start)
    if not inside:
        raise ValueError(f"{where}: nothing stands between this marker and its end")
    width = inside[0].width
    torn = [s for s in inside if s.width < width]
    if after and (after[0].width > width or _continues(after[0], width)):
        torn.append(after[0])
    if _continues(inside[0], width):
        torn.append(inside[0])
    if torn:
        raise ValueError(
            f"{where}: the part tears a block apart in line {lexed.line(torn[0].tokens[0].start)}; "
            "mark whole statements of one block"
        )
    around = _around(before, width)
    names = [_name_of(statement) for statement in around]
    in_function = any(signature_of(statement) for statement in around)
    return Part(
        begin,
        end,
        inside,
        before[-1] if before else None,
        after[0] if after else None,
        [name for name in names if name],
        in_function,
    )


def _continues(statement, width):
    return statement.width == width and statement.tokens[0].text in CONTINUING


def _around(before, width):
    """Return the headers of the blocks that something of this width stands in."""
    around = []
    for statement in reversed(before):
        if statement.width < width:
            around.append(statement)
            width = statement.width
    return around[::-1]


def _name_of(statement):
    signature = signature_of(statement)
    if signature:
        return signature[0]
    words = [token.text for token in statement.tokens]
    return words[words.index("class") + 1] if "class" in words[:2] else None
