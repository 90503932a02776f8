"""Taking a text apart: the same words as Python's own tokenizer finds, and Cython's besides."""

import io
import pathlib
import re
import sysconfig
import tokenize

import pytest
from assignment.sources import PACKAGE

from minidl.assignment.sources.lexing import lex, width_of

LIBRARY = pathlib.Path(sysconfig.get_path("stdlib"))
DIFFICULT = ["tokenize.py", "typing.py", "argparse.py", "dataclasses.py", "inspect.py", "ast.py"]
FILES = [*(LIBRARY / name for name in DIFFICULT), *sorted(PACKAGE.glob("assignment/*.py"))]
STARTS = tuple(getattr(tokenize, name, None) for name in ("FSTRING_START", "TSTRING_START"))
ENDS = tuple(getattr(tokenize, name, None) for name in ("FSTRING_END", "TSTRING_END"))


def expected(text):
    """Return strings and comments, and the first line of every statement, as Python sees them."""
    strings, comments, starts, fresh, depth = 0, [], [], True, 0
    skipped = (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        strings += depth == 0 and (token.type == tokenize.STRING or token.type in STARTS)
        depth += (token.type in STARTS) - (token.type in ENDS)
        if token.type == tokenize.COMMENT:
            comments.append(token.string)
        if token.type == tokenize.NEWLINE:
            fresh = True
        elif fresh and token.type not in skipped:
            starts.append(token.start)
            fresh = False
    return strings, comments, starts


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_text_has_the_words_that_python_finds(path):
    text = path.read_text(encoding="utf-8")
    lexed = lex(text, path.name)
    strings = sum(t.kind == "string" for s in lexed.statements for t in s.tokens)
    starts = [
        (lexed.line(s.tokens[0].start), s.tokens[0].start - lexed.line_start(s.tokens[0].start))
        for s in lexed.statements
    ]
    assert (strings, [c.text for c in lexed.comments], starts) == expected(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = <object?> y", "x = < object ? > y"),
        ("cdef long n = 10UL", "cdef long n = 10UL"),
        ("c'a'", "c'a'"),
        (r"c'\''", r"c'\''"),
        ("x = 1e-5 - .5e+3", "x = 1e-5 - .5e+3"),
        ('f"{x["a"]}" + "b"', 'f"{x["a"]}" + "b"'),
        ("""f"{x:'>10}" + y""", """f"{x:'>10}" + y"""),
        ('f"{{x}}" y', 'f"{{x}}" y'),
        ('f"{x:{w}.{p}}" y', 'f"{x:{w}.{p}}" y'),
        ("f'{ {1: 2}[1] }' y", "f'{ {1: 2}[1] }' y"),
        (r"rb'\'' y", r"rb'\'' y"),
        (r"""f'\{x["'"]}' y""", r"""f'\{x["'"]}' y"""),
        ("'''a\n# no comment\n''' y # one", "'''a\n# no comment\n''' y"),
        ("a \\\r\n  b", "a b"),
    ],
)
def test_words_of_both_languages(text, words):
    (statement,) = lex(text, "x.pyx").statements
    assert " ".join(token.text for token in statement.tokens) == words


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1\ny = 'a\n", "x.py:2: this string does not end"),
        ("x = 1\ny = '''a\n", "x.py:2: this string does not end"),
        ("x = (1,\n", "x.py:1: '(' is never closed"),
        ("x = (\n1]\n", "x.py:2: ']' closes the '(' of line 1"),
        ("x = 1)\n", "x.py:1: ')' closes nothing"),
    ],
)
def test_what_does_not_end_is_refused_unless_all_is_taken(text, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        lex(text, "x.py")
    assert lex(text, "x.py", strict=False).statements


def test_columns_are_those_of_python():
    assert [width_of(indent) for indent in ("    ", "\t", "  \t", "\f  ", "  \f ")] == [
        4,
        8,
        8,
        2,
        1,
    ]


def test_strings_within_strings_have_an_end():
    lexed = lex("f'{" * 10_000 + "x" + "}'" * 10_000, "x.py", strict=False)
    assert len(lexed.statements) == 1
