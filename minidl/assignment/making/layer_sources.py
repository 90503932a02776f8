"""The naive functions of any layers, with all that they need, as one file of a solution."""

import ast
import importlib
import inspect
import re
import sys
from dataclasses import dataclass, field

from minidl.assignment.sources.markers import BEGIN, END

HOME = "minidl.layers"
LEFT = "minidl.geometry"  # all else that is imported from minidl is taken over: no worker has it


@dataclass(slots=True)
class _Module:
    """A file of naive layers: its lines, what it defines, and what it imports."""

    name: str
    lines: list
    definitions: dict = field(default_factory=dict)  # name to (first line, last line, names used)
    imports: dict = field(default_factory=dict)  # name to (module, name there or None)


class LayerSource:
    """A file made of functions of minidl's own.

    Parameters
    ----------
    functions : sequence of callables
        Naive functions; what else of the layers they are made of is marked as part of the
        solution.

    Attributes
    ----------
    uses : dict of str to set of str
        By name of function: the others of ``functions`` that it calls, also indirectly.
    """

    def __init__(self, functions):
        self._modules, self._order, self._wanted = {}, [], [f.__name__ for f in functions]
        self._taken = {}  # (module, name) to those that it uses, in the order of discovery
        keys = [(function.__module__, function.__name__) for function in functions]
        for key in keys:
            self._take(*key)
        self.uses = {
            name: {other for home, other in self._reached((home, name)) if (home, other) in keys}
            for home, name in keys
        }

    def text(self, docstring):
        """Return the file's text."""
        imports = self._imports()
        parts = [f'"""{docstring}"""', "\n".join(imports)]
        for module in self._order:
            names = [name for home, name in self._taken if home == module.name]
            parts += self._definitions(module, names)
        text = "\n\n\n".join(parts).replace("\n\n\n", "\n\n", 1) + "\n"
        return text.replace(f"\n{END}\n\n\n{BEGIN}\n", "\n\n\n")

    def _take(self, home, name):
        """Take a definition over, and before it all that it needs of other files."""
        if (home, name) in self._taken:
            return
        module = self._module(home)
        used = self._taken[home, name] = set()
        for other in sorted(module.definitions[name][2]):
            if other in module.definitions:
                used.add((home, other))
            elif _is_taken(module.imports.get(other, ("",))[0]):
                used.add(module.imports[other])
        for key in sorted(used):
            self._take(*key)
        if module not in self._order:  # after those that it builds on
            self._order.append(module)

    def _module(self, home):
        if home not in self._modules:
            self._modules[home] = _read(home)
        return self._modules[home]

    def _reached(self, key):
        found, waiting = set(), [key]
        while waiting:
            new = self._taken[waiting.pop()] - found
            found |= new
            waiting += new
        return found - {key}

    def _imports(self):
        """Return the lines of all imports that are needed, those of other packages first."""
        whole, parts = set(), {}
        for home, definition in self._taken:
            imports, definitions = self._module(home).imports, self._module(home).definitions
            for name in definitions[definition][2] & imports.keys():
                module, there = imports[name]
                if there is None:
                    whole.add(f"import {module}" + (f" as {name}" if name != module else ""))
                elif not _is_taken(module):
                    parts.setdefault(module, set()).add(there)
        library = {line for line in whole if line.split()[1] in sys.stdlib_module_names}
        groups = (library, whole - library)
        lines = [line for group in groups if group for line in [*sorted(group), ""]]
        for module, names in sorted(parts.items()):
            one_line = f"from {module} import {', '.join(sorted(names))}"
            listed = "".join(f"    {name},\n" for name in sorted(names))
            lines.append(one_line if len(one_line) <= 100 else f"from {module} import (\n{listed})")
        return lines

    def _definitions(self, module, names):
        """Yield the definitions of a file in their order."""
        for name in sorted(names, key=lambda name: module.definitions[name][0]):
            first, last, _ = module.definitions[name]
            text = self._renamed(module, "\n".join(module.lines[first - 1 : last]))
            is_given = name in self._wanted or not module.name.startswith(HOME)
            yield text if is_given else f"{BEGIN}\n{text}\n{END}"

    def _renamed(self, module, text):
        """Return a definition with names of its own for helpers that another file has, too."""
        for home, name in self._taken:
            others = [one for one, other in self._taken if other == name]
            if home == module.name != others[0]:
                text = re.sub(rf"\b{name}\b", f"{name}_of_{home.rpartition('.')[2]}", text)
        return text


def _is_taken(module):
    return module.startswith("minidl.") and not f"{module}.".startswith(f"{LEFT}.")


def _read(home):
    """Return what the file of a module defines and imports."""
    text = inspect.getsource(importlib.import_module(home))
    module = _Module(home, text.split("\n"))
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                module.imports[alias.asname or alias.name] = (alias.name, None)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                module.imports[alias.asname or alias.name] = (node.module, alias.name)
        else:
            used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            for name in _bound(node):
                module.definitions[name] = (first, node.end_lineno, used - {name})
    return module


def _bound(node):
    """Return the names that a statement at the top level defines."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []
