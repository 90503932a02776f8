"""Stubs of files drawn at random: of the bodies nothing is left, of the rest everything."""

import ast

from assignment.sources import task
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minidl.assignment.sources.markers import without_markers
from minidl.assignment.sources.stubs import stubs, with_only

BETWEEN = [
    "",
    "\n\n",
    "import numpy as np\n",
    "# ### BEGIN\n",
    'TEXT = """\ndef f0(x):\n    ### BEGIN SOLUTION\n"""\n',
    "@property  # no task's\nclass A:\n    def f0(self):\n        return 1\n\n",
    "if True:\n    x = {1: [2,\n3]}\nelse: y = '''a\nb'''\n",
    "x = 1; y = 2\n\f\n",
    "def given(x, y=')'):\n    # stays\n    return x\n",
    "z = lambda x: (x,\n  1)\n",
]
HEADERS = [
    "def {name}(x):",
    "def {name}(x): # comment: (",
    "async def {name}(x, *, y={{1: '):'}}):",
    "@decorated(lambda: 1)\n# why\n@again\ndef {name}(\n    x,  # :\n    y: int,\n) -> d[s, i]:",
    "def {name}(x, y=f'{{1:>3}}') -> 'a: b':\n\n  # type: (...) -> str",
    "def {name} \\\n  (x) :",
]
DOCSTRINGS = [
    "",
    "{i}'Do.'\n",
    '{i}"""Do.\n\nAt the left: return x\n{i}"""\n',
    '{i}# before\n{i}r"""Do \\d."""  # after\n',
    "{i}u'Do ' \\\n'it'\n",
    '{i}"""### BEGIN SOLUTION"""\n',
]
SIMPLE = [
    "return SECRET",
    "SECRET = 1; SECRET += 2",
    "SECRET = '''\nSECRET\n    SECRET'''",
    "# SECRET",
    "x = [SECRET,  # SECRET\nSECRET]",
    "y = x + \\\n  SECRET",
    "f'{SECRET!r:>{SECRET}}'",
    "b'SECRET'",
    "'SECRET'.upper()",
    "yield SECRET",
    "lambda: SECRET",
    "def SECRET(x): return 'SECRET'",
    "raise NotImplementedError('SECRET')",
    "\n",
]
BLOCKS = [
    "for SECRET in x:",
    "if SECRET: # SECRET",
    "with SECRET as y:",
    "def SECRET(x):",
    "class SECRET:",
    "while SECRET(\n1):",
]
ENDS = ["", "{i}# SECRET\n", " # SECRET\n", "{i}pass  # SECRET\n\n{i}# SECRET\n"]


@st.composite
def suites(draw, indent, step, depth=0):
    """Draw a body; its first line is a statement."""
    lines = [f"{indent}{draw(st.sampled_from(SIMPLE[:3]))}\n"]
    for _ in range(draw(st.integers(0, 3))):
        if depth < 2 and draw(st.booleans()):
            lines.append(f"{indent}{draw(st.sampled_from(BLOCKS))}\n")
            lines.append(draw(suites(indent + step, step, depth + 1)))
        else:
            left = "" if draw(st.integers(0, 9)) == 0 else indent
            statement = draw(st.sampled_from(SIMPLE))
            lines.append(f"{left if statement.startswith('#') else indent}{statement}\n")
    return "".join(lines)


@st.composite
def parted(draw):
    """Draw the pieces of a file: (text, name of a function of whose body it is, or None)."""
    step = draw(st.sampled_from(["    ", "  ", "\t"]))
    pieces = []
    for k in range(draw(st.integers(1, 3))):
        name = f"f{k}"
        pieces.append((draw(st.sampled_from(BETWEEN)), None))
        header = draw(st.sampled_from(HEADERS)).format(name=name)
        is_short = draw(st.integers(0, 4)) == 0 and "#" not in header.split("\n")[-1]
        if is_short:
            pieces += [(header, None), (" SECRET = 1; return SECRET # SECRET\n", name)]
            continue
        docstring = draw(st.sampled_from(DOCSTRINGS)).format(i=step)
        pieces.append((f"{header}\n{docstring}", None))
        body = draw(suites(step, step))
        if not docstring and body.lstrip().startswith(("'", '"')):
            body = f"{step}SECRET\n{body}"
        body += f"{step}SECRET\n"  # a comment at the left is outside only behind the last statement
        pieces.append((body + draw(st.sampled_from(ENDS)).format(i=step), name))
    pieces.append((draw(st.sampled_from(BETWEEN)), None))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    return [
        (text.replace("\n", newline).replace("SECRET", f"secret_{name}"), name)
        for text, name in pieces
    ]


def is_subsequence(pieces, text):
    """Whether pieces stand in a text one after another."""
    place = 0
    for piece in pieces:
        place = text.find(piece, place)
        if place < 0:
            return False
        place += len(piece)
    return True


def facts(text):
    """Return what a caller sees of every function."""
    return [
        (
            node.name,
            ast.dump(node.args),
            ast.get_docstring(node),
            list(map(ast.dump, node.decorator_list)),
        )
        for node in ast.parse(text).body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(parted(), st.sampled_from(["a.py", "a.pyx"]))
def test_of_bodies_nothing_is_left_and_of_the_rest_everything(pieces, name):
    text = "".join(piece for piece, _ in pieces)
    names = [owner for _, owner in pieces if owner]
    tasks = [task(one, name) for one in names]
    ast.parse(text)  # what was drawn is Python
    stub = stubs(text, name, tasks)
    assert "secret" not in stub
    assert facts(stub) == facts(text)
    given_pieces = [piece for piece, owner in pieces if not owner]
    assert is_subsequence(given_pieces, stub)
    added = stub
    for piece in given_pieces:
        added = added.replace(piece, "", 1)
    said = [f'raise NotImplementedError("task {one}: yours to write")' for one in names]
    assert added.split() == " # YOUR CODE HERE ".join(["", *said]).split()
    assert stubs(stub, name, tasks) == stub
    for one in names:
        only = with_only(text, name, tasks, one)
        assert f"secret_{one}" in only
        assert not any(f"secret_{other}" in only for other in names if other != one)
        assert is_subsequence([piece for piece, owner in pieces if owner in (None, one)], only)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(parted(), st.sampled_from(["a.py", "a.pyx"]))
def test_marked_bodies_go_as_unmarked_ones_do(pieces, name):
    def marked(piece):
        newline = "\r\n" if "\r\n" in piece else "\n"
        indent = piece[: len(piece) - len(piece.lstrip())]
        return f"{indent}### BEGIN SOLUTION{newline}{piece}{indent}### END SOLUTION{newline}"

    def is_marked(piece, owner):
        return owner and piece.startswith((" ", "\t")) and " # secret" not in piece.split("\n")[0]

    text = "".join(marked(p) if is_marked(p, owner) else p for p, owner in pieces)
    plain = "".join(piece for piece, _ in pieces)
    tasks = [task(owner, name) for _, owner in pieces if owner]
    assert without_markers(text, name) == plain
    stub = stubs(text, name, tasks)
    assert "secret" not in stub
    assert facts(stub) == facts(stubs(plain, name, tasks))
