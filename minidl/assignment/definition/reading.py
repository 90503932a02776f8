"""Read ``assignment.toml``, and refuse what is wrong in it with its line."""

import os
import re
import tomllib

import minidl
from minidl.assignment.definition.entries import FILE, Entries
from minidl.assignment.definition.source_files import decoded
from minidl.assignment.definition.tasks import Sources, read_tasks
from minidl.assignment.definition.toml_lines import lines_of
from minidl.assignment.definition.versions import within
from minidl.assignment.sources.stubs import stubs
from minidl.assignment.spec import FORMAT, Assignment, Limits

SOURCE = "source"  # the folder of the whole solution
KEYS = (
    "format",
    "name",
    "title",
    "minidl",
    "seed",
    "editable",
    "given",
    "forbidden_imports",
    "limits",
    "tasks",
)
SAFE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
CLEARER = {"Cannot overwrite a value": "a key of this name stands before it"}


def read_assignment(folder):
    """Read the assignment in a folder.

    Parameters
    ----------
    folder : path-like
        It holds ``assignment.toml`` and ``source/``.

    Returns
    -------
    Assignment

    Raises
    ------
    ValueError
        If something is wrong; the message begins with a file and a line, as
        ``assignment.toml:12:``.
    OSError
        If there is no such folder, or a file cannot be read.
    """
    folder = os.fspath(folder)
    text = decoded(_bytes(folder), FILE)
    top = Entries(_parsed(text), lines_of(text))
    _require_format(top)
    top.known(KEYS, {"task": "tasks", "files": "editable", "version": "minidl", "limit": "limits"})
    name = top.text("name")
    if not SAFE.fullmatch(name):
        top.refuse(
            "name must be at most 64 of a-z, 0-9, - and _, as it goes into file names, got "
            f"{name!r}",
            "name",
        )
    versions = _versions(top)
    sources = Sources(os.path.join(folder, SOURCE), top)
    assignment = Assignment(
        name=name,
        title=top.text("title"),
        minidl=versions,
        seed=top.whole("seed", least=1),
        editable=sources.editable,
        given=sources.given,
        forbidden_imports=top.modules("forbidden_imports"),
        limits=_limits(top.table("limits")),
        tasks=read_tasks(top, sources, folder),
    )
    for name in assignment.editable:  # markers, and whether what is left is Python
        stubs(sources.lexed(name).text, name, assignment.tasks)
    if assignment.points <= 0:
        top.refuse("all tasks together have 0 points", "tasks")
    return assignment


def _bytes(folder):
    path = os.path.join(folder, FILE)
    if os.path.isfile(path):
        with open(path, "rb") as file:
            return file.read()
    if os.path.isfile(folder):
        raise NotADirectoryError(f"{folder} is a file; name the folder that holds {FILE}")
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"there is no folder {folder}")
    if os.path.isfile(os.path.join(folder, "assignment.json")):
        raise FileNotFoundError(
            f"{folder} is what students or the grader get; this needs the folder with {FILE}"
        )
    raise FileNotFoundError(
        f"{folder} holds no {FILE}; `minidl assignment new` makes a folder that does"
    )


def _parsed(text):
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", str(error))
        what, line = (found[1], found[2]) if found else (str(error), None)
        line = line or text.rstrip().count("\n") + 1
        words = CLEARER.get(what, what[0].lower() + what[1:])
        raise ValueError(f"{FILE}:{line}: {words}") from None
    except RecursionError:
        raise ValueError(f"{FILE}:1: is nested too deeply") from None


def _require_format(top):
    found = top.whole("format", least=1)
    if found > FORMAT:
        top.refuse(
            f"format {found} is newer than what minidl {minidl.__version__} reads, which is "
            f"format {FORMAT}; install a newer minidl",
            "format",
        )


def _versions(top):
    versions = top.text("minidl")
    try:
        fits = within(minidl.__version__, versions)
    except ValueError as error:
        top.refuse(f"minidl: {error}", "minidl")
    if not fits:
        top.refuse(
            f"the assignment is made for minidl {versions}, and this is {minidl.__version__}; "
            "install such a version, or change the range",
            "minidl",
        )
    return versions


def _limits(entries):
    defaults = Limits()
    entries.known(Limits.__slots__)
    limits = {}
    for key in Limits.__slots__:
        default = getattr(defaults, key)
        read = entries.number if isinstance(default, float) else entries.whole
        limits[key] = read(
            key, default, **({"above": 0} if read == entries.number else {"least": 1})
        )
    return Limits(**limits)
