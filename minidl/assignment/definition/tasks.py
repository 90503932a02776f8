"""Read the tasks of an assignment, and hold them against the files of its source."""

import os
import re
import sys

from minidl.assignment.definition.checks import read_checks
from minidl.assignment.definition.source_files import WINDOWS, decoded, what_is_wrong
from minidl.assignment.sources.functions import function_named
from minidl.assignment.sources.lexing import lex
from minidl.assignment.sources.stubs import require_python
from minidl.assignment.spec import Task
from minidl.check.names import recognise
from minidl.check.reference import names_of
from minidl.spelling import near_miss
from minidl.twins import TWINS

KEYS = (
    "id",
    "title",
    "points",
    "file",
    "function",
    "reference",
    "needs",
    "layer",
    "pass",
    "cases",
    "returns",
    "keep",
    "forbidden_imports",
    "hints",
    "checks",
)
SAFE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
ENDINGS = (".py", ".pyx")
OWN = ("assignment.json", "manifest.json", "readme.md")  # of every hand-out


class Sources:
    """The files of the source.

    Parameters
    ----------
    folder : str
    top : Entries

    Attributes
    ----------
    editable, given : tuple of str
    """

    def __init__(self, folder, top):
        self.folder, self._lexed = folder, {}
        if not os.path.isdir(folder):
            top.refuse(f"there is no folder {os.path.basename(folder)} beside this file")
        self.editable = top.words("editable")
        self.given = top.words("given")
        if not self.editable:
            top.refuse("editable must name the files that students write", "editable")
        seen, stems = {}, {}
        for key, names in (("editable", self.editable), ("given", self.given)):
            for k, name in enumerate(names):
                self._require(top, name, key, k)
                self._require_apart(top, seen, name.lower(), name, key, k)
                stem, ending = os.path.splitext(name)
                if ending in ENDINGS:
                    self._require_apart(top, stems, stem.lower(), name, key, k)
        for k, name in enumerate(self.editable):
            self._require_module(top, name, k)

    def lexed(self, name):
        """Return an editable file taken apart."""
        if name not in self._lexed:
            with open(os.path.join(self.folder, *name.split("/")), "rb") as file:
                text = decoded(file.read(), name)
            require_python(text, name)
            self._lexed[name] = lex(text, name)
        return self._lexed[name]

    def _require(self, top, name, key, k):
        wrong = what_is_wrong(self.folder, name)
        if wrong:
            top.refuse(f"{key}: {wrong}", key, k)
        if name.lower() in OWN or name.lower().startswith("public/"):
            top.refuse(f"{key}: every hand-out has a {name} of its own; rename this one", key, k)
        if not os.path.isfile(os.path.join(self.folder, *name.split("/"))):
            there = sorted(os.listdir(self.folder))
            hint = near_miss(name, there)
            top.refuse(f"{key}: there is no file {name!r} in source{hint}", key, k)

    def _require_apart(self, top, seen, word, name, key, k):
        other = seen.setdefault(word, name)
        if other is not name:
            same = "the same name" if other == name else "too like names"
            top.refuse(f"{key}: {name!r} and {other!r} are {same} of modules or files", key, k)

    def _require_module(self, top, name, k):
        stem, ending = os.path.splitext(name)
        if ending not in ENDINGS:
            top.refuse(f"editable: {name!r} is neither a .py nor a .pyx file", "editable", k)
        if not stem.isidentifier():
            top.refuse(
                f"editable: {name!r} cannot be imported; name it like layers.py, in no folder",
                "editable",
                k,
            )
        if stem in sys.stdlib_module_names or stem in ("minidl", "numpy"):
            top.refuse(f"editable: {name!r} would hide the module {stem}", "editable", k)


def read_tasks(top, sources, folder):
    """Read all tasks.

    Parameters
    ----------
    top : Entries
        The whole file.
    sources : Sources
    folder : path-like
        Of the assignment.
    """
    entries = top.tables("tasks")
    if not entries:
        top.refuse("there are no tasks; begin one with [[tasks]]", "tasks")
    ids = [entry.facts.get("id") for entry in entries]
    tasks = []
    for entry in entries:
        tasks.append(_task(entry, sources, folder, tasks, ids))
    return tuple(tasks)


def _task(entry, sources, folder, earlier, ids):
    task_id = _id(entry, earlier)
    entry.whose = f"task {task_id!r}: "
    entry.known(KEYS, {"which": "pass", "need": "needs", "score": "points", "check": "checks"})
    file, function = _place(entry, sources, earlier)
    layer, which, cases = _cases(entry, function, folder)
    returns, keep = _results(entry, layer, which)
    facts = {
        "id": task_id,
        "title": entry.text("title", task_id),
        "points": entry.number("points"),
        "file": file,
        "function": function,
        "reference": _reference(entry),
        "needs": _needs(entry, task_id, [task.id for task in earlier], ids),
        "layer": layer,
        "which": which,
        "cases": cases,
        "returns": returns,
        "keep": keep,
        "forbidden_imports": entry.modules("forbidden_imports"),
        "hints": entry.words("hints"),
    }
    checks = read_checks(entry, Task(**facts), sources, folder)
    return Task(**facts, checks=checks)


def _id(entry, earlier):
    task_id = entry.text("id")
    if not SAFE.fullmatch(task_id) or task_id.lower() in WINDOWS:
        entry.refuse(
            "id must be a letter and at most 63 more letters, digits, - and _, as it goes into "
            f"file names, got {task_id!r}",
            "id",
        )
    for task in earlier:
        if task.id.lower() == task_id.lower():
            entry.refuse(f"id {task_id!r} is that of an earlier task", "id")
    return task_id


def _place(entry, sources, earlier):
    """Return the file and the function, which is there."""
    file, function = entry.text("file"), entry.text("function")
    if file not in sources.editable:
        hint = near_miss(file, sources.editable) or f"; there are {', '.join(sources.editable)}"
        entry.refuse(f"file {file!r} is not one of the editable ones{hint}", "file")
    if "." in function:
        entry.refuse(f"{function!r} is a method; a task is a function at the top level", "function")
    if (file, function) in [(task.file, task.function) for task in earlier]:
        entry.refuse(f"an earlier task has the function {function!r} of {file}, too", "function")
    try:
        lexed = sources.lexed(file)
    except ValueError as error:
        entry.refuse(str(error), "file")
    try:
        function_named(lexed, function)
    except ValueError as error:
        entry.refuse(str(error), "function")
    return file, function


def _needs(entry, task_id, earlier, ids):
    needs = entry.words("needs")
    for k, need in enumerate(needs):
        if need == task_id:
            entry.refuse("needs itself", "needs", k)
        if need not in earlier:
            late = "comes later; tasks are in the order in which they are marked"
            there_is_none = f"is the id of no task{near_miss(need, earlier)}"
            what = late if need in ids else there_is_none
            entry.refuse(f"needs {need!r}, which {what}", "needs", k)
    return needs


def _reference(entry):
    reference = entry.text("reference", "")
    if reference and not re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*", reference):
        entry.refuse(
            f"reference must be module:function, got {reference!r}; leave it out for the "
            "function of the source",
            "reference",
        )
    return reference


def _cases(entry, function, folder):
    """Return the layer, its pass, and the function that makes cases."""
    layer, which, cases = (entry.text(key, "") for key in ("layer", "pass", "cases"))
    known = recognise(function)
    if cases:
        _require_cases(entry, cases, folder)
    if not layer and not cases:
        hint = f"; by its function's name it is layer = {known[0]!r}" if known else ""
        entry.refuse(f"has no cases; give a layer, or cases = 'cases.py:function'{hint}")
    if not layer and which:
        entry.refuse("pass goes with a layer, and there is none", "pass")
    if not layer:
        return "", "", cases
    if layer not in TWINS:
        hint = near_miss(layer, TWINS) or f"; there are {', '.join(TWINS)}"
        entry.refuse(f"there is no layer {layer!r}{hint}", "layer")
    passes = TWINS[layer].passes
    if not which:
        named = [one for one in passes if one in function.lower()]
        by_name = [known[1]] if known and known[0] == layer else named
        which = passes[0] if len(passes) == 1 else by_name[0] if by_name else ""
        if not which:
            entry.refuse(
                f"the name {function!r} does not say which pass it is; add pass = "
                + " or ".join(map(repr, passes)),
                "function",
            )
    if which not in passes:
        hint = near_miss(which, passes) or f"; it has {' and '.join(passes)}"
        entry.refuse(f"layer {layer!r} has no pass {which!r}{hint}", "pass")
    return layer, which, cases


def _require_cases(entry, cases, folder):
    found = re.fullmatch(r"([^:]+\.py):([^\W\d]\w*)", cases)
    if not found:
        entry.refuse(f"cases must be file.py:function, got {cases!r}", "cases")
    wrong = what_is_wrong(folder, found[1])
    path = os.path.join(folder, *found[1].split("/"))
    if wrong or not os.path.isfile(path):
        files = [name for name in sorted(os.listdir(folder)) if name.endswith(".py")]
        missing = f"there is no file {found[1]!r} beside assignment.toml"
        entry.refuse(wrong or f"{missing}{near_miss(found[1], files)}", "cases")
    try:
        with open(path, "rb") as file:
            text = decoded(file.read(), found[1])
        require_python(text, found[1])
        function_named(lex(text, found[1]), found[2])
    except ValueError as error:
        entry.refuse(f"cases: {error}", "cases")


def _results(entry, layer, which):
    """Return the names of the results, and of the one that is kept."""
    own = entry.words("returns")
    for k, name in enumerate(own):
        if not name.isidentifier():
            entry.refuse(f"returns: {name!r} is no name", "returns", k)
    if not layer and not own:
        entry.refuse("returns is missing; name the results: returns = ['loss', 'dx']")
    keep = entry.text("keep", "cache" if which == "forward" else "")
    if keep and not keep.isidentifier():
        entry.refuse(f"keep must be a name like 'cache', got {keep!r}", "keep")
    if keep in own:
        entry.refuse(f"keep {keep!r} stands in returns, too; leave it out there", "keep")
    if layer:
        right = names_of(TWINS[layer], which)
        if own and len(own) != len(right):
            entry.refuse(
                f"returns has {len(own)} names, and the {which} pass of {layer} returns "
                f"{len(right)}: {', '.join(right)}",
                "returns",
            )
        return own or right, keep
    return own, keep
