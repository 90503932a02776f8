"""Reading assignment.toml: what is right is read, and what is wrong is refused with its line."""

import os
import re
import tomllib

import pytest
from assignment.sources import PACKAGE, TOML, write

from minidl.assignment.definition import checks as reading_checks
from minidl.assignment.definition import reading
from minidl.assignment.definition.reading import read_assignment
from minidl.assignment.definition.toml_lines import lines_of
from minidl.assignment.definition.versions import within
from minidl.assignment.spec import as_dict, from_dict

TEMPLATES = sorted(
    path for path in (PACKAGE / "assignment" / "templates").iterdir() if path.is_dir()
)


def refused(folder):
    with pytest.raises(ValueError, match=r"\S") as caught:
        read_assignment(folder)
    return str(caught.value)


def changed(before, after, count=1):
    assert before in TOML
    return TOML.replace(before, after, count)


def test_everything_is_read(tmp_path):
    a = read_assignment(write(tmp_path))
    assert (a.name, a.seed, a.editable, a.forbidden_imports) == (
        "layers",
        2026,
        ("layers.py",),
        ("torch",),
    )
    assert (a.points, a.limits.seconds, a.limits.memory_mb) == (20, 5, 1024)
    forward, backward = a.tasks
    assert (forward.which, forward.returns, forward.keep) == ("forward", ("out",), "cache")
    assert (backward.which, backward.returns, backward.keep) == ("backward", ("dx", "dw", "db"), "")
    assert backward.needs == ("affine_forward",)
    assert forward.checks[0].n_hidden == 1
    assert [check.kind for check in backward.checks] == ["values", "gradient"]
    assert from_dict(as_dict(a)) == a


@pytest.mark.parametrize("folder", TEMPLATES, ids=lambda path: path.name)
def test_the_templates_are_read(folder):
    assignment = read_assignment(folder)
    assert assignment.points == 100
    assert assignment.name == folder.name


def test_all_hidden_cases_are_those_that_are_not_public(tmp_path, monkeypatch):
    monkeypatch.setattr(reading_checks, "known_cases", lambda task, folder: ("one image", "b", "c"))
    toml = changed('hidden = ["one input"]', 'hidden = "all"')
    check = read_assignment(write(tmp_path, toml)).tasks[0].checks[0]
    assert (check.hidden, check.n_hidden) == (("b", "c"), 2)
    monkeypatch.setattr(reading_checks, "known_cases", lambda task, folder: ("one image",))
    assert refused(tmp_path).endswith("hidden = 'all' is empty: every case is public")


WRONG = [
    ("format = 1", "", ":1: format is missing; it must be a whole number"),
    (
        "format = 1",
        "format = 2",
        ":1: format 2 is newer than what minidl 0.1.0 reads, which is format 1; "
        "install a newer minidl",
    ),
    ("format = 1", "format = '1'", ":1: format must be a whole number, got '1'"),
    ("format = 1", "format = true", ":1: format must be a whole number, got True"),
    ("title =", "titel =", ":3: unknown key 'titel'; did you mean 'title'?"),
    ("seed = 2026", "seed = 0", ":5: seed must be 1 or more, got 0"),
    ('name = "layers"', 'name = "../x"', ":2: name must be at most 64 of a-z, 0-9, - and _"),
    (
        '">=0.1,<0.2"',
        '">=0.2"',
        ":4: the assignment is made for minidl >=0.2, and this is 0.1.0; install such a version",
    ),
    ('">=0.1,<0.2"', '"0.1"', ":4: minidl: '0.1' is no comparison of versions"),
    ('["layers.py"]', '["layer.py"]', ":6: editable: there is no file 'layer.py' in source; did"),
    ('["layers.py"]', "[]", ":6: editable must name the files that students write"),
    ('["layers.py"]', '"layers.py"', ":6: editable must be a list, got 'layers.py'"),
    ('["layers.py"]', '[\n"layers.py",\n3]', ":8: editable must hold texts, got 3"),
    ('["layers.py"]', '["layers.py", "layers.py"]', ":6: editable holds 'layers.py' twice"),
    ('["layers.py"]', '["/etc/passwd"]', ":6: editable: '/etc/passwd' is absolute"),
    ('["layers.py"]', '["../x.py"]', ":6: editable: '../x.py' leads out of the folder"),
    ('["layers.py"]', "['a\\b.py']", ":6: editable: 'a\\\\b.py' has a backslash"),
    ('["layers.py"]', '["con.py"]', ":6: editable: 'con.py' is a device on Windows"),
    ('"torch"', '"torch nn"', ":7: forbidden_imports: 'torch nn' is no module"),
    ("seconds = 5", "second = 5", ":10: limits: unknown key 'second'; did you mean 'seconds'?"),
    ("seconds = 5", "seconds = 0", ":10: limits: seconds must be above 0, got 0"),
    ("seconds = 5", "seconds = inf", ":10: limits: seconds must be finite, got inf"),
    ("seconds = 5", "memory_mb = 1.5", ":10: limits: memory_mb must be a whole number, got 1.5"),
    ("seconds = 5", "memory_mb = 0", ":10: limits: memory_mb must be 1 or more, got 0"),
    ('id = "affine_forward"', 'id = "a/b"', ":13: id must be a letter and at most 63 more"),
    ('id = "affine_forward"', 'id = "nul"', ":13: id must be a letter and at most 63 more"),
    (
        'id = "affine_backward"',
        'id = "Affine_Forward"',
        ":27: id 'Affine_Forward' is that of an earlier task",
    ),
    (
        "points = 10",
        'points = "ten"',
        ":14: task 'affine_forward': points must be a number, got 't",
    ),
    ("points = 10", "points = nan", ":14: task 'affine_forward': points must be finite, got nan"),
    ("points = 10", "points = -1", ":14: task 'affine_forward': points must be 0 or more, got -1"),
    (
        "points = 10",
        "points = 12",
        ":14: task 'affine_forward': points is 12, and the points of its checks add up to 10",
    ),
    (
        'file = "layers.py"',
        'file = "layer.py"',
        ":15: task 'affine_forward': file 'layer.py' is not one of the editable ones; did you mean",
    ),
    (
        'function = "affine_forward"',
        'function = "afine_forward"',
        ":16: task 'affine_forward': layers.py: there is no function 'afine_forward'; did you mean "
        "'affine_forward'?",
    ),
    (
        'function = "affine_forward"',
        'function = "Net.loss"',
        ":16: task 'affine_forward': 'Net.los",
    ),
    (
        'layer = "affine"',
        'layer = "afine"',
        ":17: task 'affine_forward': there is no layer 'afine'; ",
    ),
    (
        'layer = "affine"',
        "",
        ":12: task 'affine_forward': has no cases; give a layer, or cases = 'c",
    ),
    (
        'layer = "affine"',
        'layer = "affine"\npass = "foreward"',
        ":18: task 'affine_forward': layer 'affine' has no pass 'foreward'; did you mea",
    ),
    (
        'layer = "affine"',
        'layer = "affine"\nwhich = "forward"',
        ":18: task 'affine_forward': unknown ",
    ),
    (
        'layer = "affine"',
        'layer = "affine"\ncases = "cases.py:f"',
        ":18: task 'affine_forward': there is no file 'cases.py' beside assignment.toml",
    ),
    (
        'layer = "affine"',
        'layer = "affine"\nreturns = ["out", "more"]',
        ":18: task 'affine_forward': returns has 2 names, and the forward pass of affine returns 1",
    ),
    (
        'layer = "affine"',
        'layer = "affine"\nreference = "minidl.layers.affine_forward"',
        ":18: task 'affine_forward': reference must be module:function",
    ),
    (
        'needs = ["affine_forward"]',
        'needs = ["afine_forward"]',
        ":32: task 'affine_backward': needs 'afine_forward', which is the id of no task; did you",
    ),
    (
        'layer = "affine"',
        'layer = "affine"\nneeds = ["affine_backward"]',
        ":18: task 'affine_forward': needs 'affine_backward', which comes later",
    ),
    (
        'kind = "values"',
        'kind = "value"',
        ":20: task 'affine_forward': there is no check 'value'; did",
    ),
    (
        'kind = "values"',
        'kind = "gradient"',
        ":20: task 'affine_forward': check 'gradient': a forward pass returns no",
    ),
    (
        'kind = "gradient"',
        'kind = "values"',
        ":35: task 'affine_backward': has two checks 'values'",
    ),
    (
        'public = ["one image"]',
        'public = ["one imag"]',
        ":23: task 'affine_forward': check 'values': public: there is no case 'one imag'; did you",
    ),
    (
        'public = ["one image"]',
        "public = []",
        ":21: task 'affine_forward': check 'values': points 6 are for public cases, and ther",
    ),
    (
        'hidden = ["one input"]',
        "",
        ":22: task 'affine_forward': check 'values': hidden_points 4 are for hidden cases, and the",
    ),
    (
        "hidden_points = 4",
        "",
        ":24: task 'affine_forward': check 'values': there are hidden cases, and no hidden_points",
    ),
    (
        "public = [",
        'publik = ["a"]\npublic = [',
        ":23: task 'affine_forward': check 'values': unknown",
    ),
    ("seed = 2026", "seed = 2026\nseed = 1", ":6: a key of this name stands before it"),
    ("seed = 2026", "seed = ", ":5: "),
    ("[[tasks]]", "[[task]]", ":12: unknown key 'task'; did you mean 'tasks'?"),
]


@pytest.mark.parametrize(("before", "after", "message"), WRONG, ids=lambda text: text[:30])
def test_what_is_wrong_is_told_with_its_line(tmp_path, monkeypatch, before, after, message):
    names = ("one image", "one input")
    toml = changed(before, after, -1 if before == "[[tasks]]" else 1)
    monkeypatch.setattr(reading_checks, "known_cases", lambda task, folder: names)
    assert refused(write(tmp_path, toml)).startswith("assignment.toml" + message)


SPEED = """
[[tasks.checks]]
kind = "speed"
points = 8
public = ["one image"]
against = "layers.py:affine_forward"
steps = [[10, 4], [50, 8]]
"""


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            "[50, 8]",
            "[50, 3]",
            ":43: {}steps must rise, ratios and points, got [10, 4]",
        ),
        (
            "[50, 8]",
            "[10, 8]",
            ":43: {}steps must rise, ratios and points, got [10, 4] before [10, 8]",
        ),
        ("[50, 8]", "[50]", ":43: {}steps must hold pairs of numbers, got [50]"),
        ("[50, 8]", "[nan, 8]", ":43: {}a number of steps must be finite, got nan"),
        ("[10, 4]", "[0, 4]", ":43: {}ratios and points must be above 0, got [0, 4]"),
        ("points = 8", "points = 9", ":40: {}points is 9, and the last of steps gives 8"),
        (
            "affine_forward",
            "affine_forwards",
            ":42: {}against: layers.py: there is no function 'af",
        ),
        (
            "layers.py:",
            "layer.py:",
            ":42: {}against must be file:function of an editable file, got",
        ),
        ("steps =", "step =", ":43: {}unknown key 'step'; did you mean 'steps'?"),
    ],
)
def test_a_speed_check_is_looked_at(tmp_path, before, after, message):
    head, _, tail = TOML.rpartition("checks = [")
    fits = (
        head.replace("points = 10", "points = 14").rstrip()
        + '\n[[tasks.checks]]\nkind = "values"\n'
    )
    fits += 'points = 6\npublic = ["one image"]\n'
    assert tail
    fits = fits.replace("points = 14", "points = 10", 1)
    task = read_assignment(write(tmp_path, fits + SPEED)).tasks[1]
    assert task.checks[1].steps == ((10, 4), (50, 8))
    assert task.checks[1].against == "layers.py:affine_forward"
    wrong = SPEED.replace(before, after)
    place = "task 'affine_backward': check 'speed': "
    assert refused(write(tmp_path, fits + wrong)).startswith(
        "assignment.toml" + message.format(place)
    )


OWN = TOML.replace(
    'layer = "affine"', 'cases = "cases.py:cases"\nreturns = ["out"]\nkeep = "cache"', 1
)


def test_cases_of_its_own(tmp_path):
    (tmp_path / "cases.py").write_text(
        "def cases(rng):\n"
        "    yield 'one image', (rng.random((1, 2)), rng.random((2, 2)), rng.random(2))\n"
        "    yield 'one input', (rng.random((1, 1)), rng.random((1, 2)), rng.random(2))\n"
    )
    task = read_assignment(write(tmp_path, OWN)).tasks[0]
    assert (task.cases, task.layer, task.returns, task.keep) == (
        "cases.py:cases",
        "",
        ("out",),
        "cache",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "def case(rng): pass\n",
            "cases: cases.py: there is no function 'cases'; did you mean",
        ),
        ("def cases(rng:\n", "cases: cases.py:1: "),
        ("def cases(rng):\n    raise KeyError('a')\n    yield\n", "cases.py:cases raised KeyError"),
    ],
)
def test_cases_that_are_none(tmp_path, text, message):
    (tmp_path / "cases.py").write_text(text)
    assert refused(write(tmp_path, OWN)).startswith(
        f"assignment.toml:17: task 'affine_forward': {message}"
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"\xef\xbb\xbf" + TOML.encode(),
            "assignment.toml:1: is written as UTF-8 with a byte order ma",
        ),
        (TOML.encode("utf-16"), "assignment.toml:1: is written as UTF-16; save it as UTF-8"),
        (TOML.encode("utf-16-le"), "assignment.toml:1: holds a zero byte"),
        (TOML.encode() + b"# \xe4\n", "assignment.toml:37: byte 0xe4 is no UTF-8"),
    ],
)
def test_other_encodings_are_named(tmp_path, data, message):
    assert refused(write(tmp_path, data)).startswith(message)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"# -*- coding: latin-1 -*-\n", "layers.py:1: says that it is written as latin-1"),
        (b"\xef\xbb\xbfx = 1\n", "layers.py:1: is written as UTF-8 with a byte order mark"),
        (b"x = 1\ry = 2\n", "layers.py:1: holds a carriage return that ends no line"),
        (b"x = 1\ndef f(:\n", "layers.py:2: invalid syntax"),
        (
            b"if 1:\n    def affine_forward(): pass\n",
            "layers.py:2: affine_forward stands inside of a class, a function or a condition",
        ),
        (
            b"def affine_forward(): pass\ndef affine_forward(): pass\n",
            "layers.py: affine_forward is defined 2 times, in lines 1, 2",
        ),
    ],
)
def test_sources_are_looked_at(tmp_path, source, message):
    assert f"task 'affine_forward': {message}" in refused(write(tmp_path, layers_py=source))


def test_markers_are_looked_at_before_anything_else(tmp_path):
    text = (PACKAGE / "layers" / "affine.py").read_text()
    assert refused(write(tmp_path, layers_py=text + "### END SOLUTIN\n")) == (
        f"layers.py:{text.count(chr(10)) + 1}: '### END SOLUTIN' is no marker; did you mean "
        "'### END SOLUTION'?"
    )


def test_names_of_modules_do_not_meet(tmp_path):
    text = (PACKAGE / "layers" / "affine.py").read_text()
    toml = changed('["layers.py"]', '["layers.py", "layers.pyx"]')
    what = refused(write(tmp_path, toml, layers_py=text, layers_pyx=""))
    assert what == (
        "assignment.toml:6: editable: 'layers.pyx' and 'layers.py' are too like names of modules "
        "or files"
    )
    toml = changed('["layers.py"]', '["layers.py", "random.py"]')
    what = refused(write(tmp_path, toml, layers_py=text, random_py=""))
    assert what == "assignment.toml:6: editable: 'random.py' would hide the module random"
    toml = changed('["layers.py"]', '["layers.py"]\ngiven = ["README.md"]')
    what = refused(write(tmp_path, toml, layers_py=text, README_md=""))
    assert what.startswith("assignment.toml:7: given: every hand-out has a README.md of its own")


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="links need rights there")
def test_links_out_of_the_folder_are_refused(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "secret.py").write_text("x = 1\n")
    write(tmp_path / "a", changed('["layers.py"]', '["layers.py", "secret.py"]'))
    (tmp_path / "a" / "source" / "secret.py").symlink_to(tmp_path / "secret.py")
    assert refused(tmp_path / "a") == (
        "assignment.toml:6: editable: 'secret.py' is a link that leads out of the folder"
    )


def test_a_folder_that_is_none(tmp_path):
    for path, message in [
        (tmp_path / "nowhere", "there is no folder"),
        (tmp_path, "holds no assignment.toml; `minidl assignment new` makes"),
    ]:
        with pytest.raises(FileNotFoundError, match=message):
            read_assignment(path)
    (tmp_path / "assignment.json").write_text("{}")
    with pytest.raises(FileNotFoundError, match="is what students or the grader get"):
        read_assignment(tmp_path)
    write(tmp_path)
    with pytest.raises(NotADirectoryError, match="name the folder that holds"):
        read_assignment(tmp_path / "assignment.toml")


def test_nobody_nests_so_deeply(tmp_path):
    assert refused(write(tmp_path, "x = " + "[" * 100_000)).startswith("assignment.toml:1: ")


TRICKY = '''\
a = 1 # b = 2
"quoted.key" = "c = 3 # no"
text = """
d = 4
[[tables]]
""""
e.f . g = [1, # one
  "x]", { h = 5, "i" = [6,
  7] },
]
[j.k]
l = \'\'\'
m = "\'\'\'

[[j.n]]
o = 1979-05-27T07:32:00Z
[[j.n]]
p = { q = { r = "}" } }
[j.n.s]
t = -inf
[[j.n.u]]
v = "\\"" # w
'''


def paths(node, path=()):
    yield path
    pairs = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for key, value in pairs:
        yield from paths(value, (*path, key))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_of_all_that_toml_can_write(newline):
    text = TRICKY.replace("\n", newline)
    lines = lines_of(text)
    assert lines.keys() == set(paths(tomllib.loads(text)))
    for path, line in lines.items():
        if path and isinstance(path[-1], str) and path[-1] not in ("j", "k", "n"):
            assert re.search(rf"\b{re.escape(path[-1])}\b", text.split("\n")[line - 1]), path
    assert lines["e", "f", "g", 2, "i", 1] == 9
    assert lines["j", "n", 1, "u", 0, "v"] == 22
    assert (lines["j", "n", 0], lines["j", "n", 1], lines["j", "k"]) == (15, 17, 11)


@pytest.mark.parametrize("folder", TEMPLATES, ids=lambda path: path.name)
def test_lines_of_the_templates(folder):
    text = (folder / "assignment.toml").read_text()
    lines = lines_of(text)
    assert lines.keys() == set(paths(tomllib.loads(text)))
    for path, line in lines.items():
        if path and path[-1] in reading.KEYS and path != ("tasks",):
            assert text.split("\n")[line - 1].startswith((path[-1], f"[{path[-1]}]")), path


@pytest.mark.parametrize(
    ("version", "allowed", "inside"),
    [
        ("0.1.0", ">=0.1,<0.2", True),
        ("0.2.0", ">=0.1,<0.2", False),
        ("0.10", ">=0.9", True),
        ("0.1", "==0.1.0", True),
        ("0.1.0.dev3", "== 0.1", True),
        ("1.0", ">1", False),
        ("1.0", "!=1, >0", False),
        ("1.0", "<=1", True),
    ],
)
def test_versions_compare_by_numbers(version, allowed, inside):
    assert within(version, allowed) is inside


@pytest.mark.parametrize("allowed", ["", "~=0.1", ">=", ">=0.1 <0.2", "=>0.1", ">=x", ">=0.1,"])
def test_ranges_that_are_none(allowed):
    with pytest.raises(
        ValueError, match="is no comparison of versions; write it like '>=0.1,<0.2'"
    ):
        within("0.1", allowed)
