"""The naive functions of any layers, with all that they need, as one file of a solution."""

import ast
import importlib
import inspect
from dataclasses import dataclass, field

from minidl.assignment.markers import BEGIN, END

HOME = "minidl.layers"  # what is imported from there, is taken over instead


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
        Naive functions; what else they are made of is marked as part of the solution.

    Attributes
    ----------
    uses : dict of str to set of str
        By name of function: the others of ``functions`` that it calls, also indirectly.
    """

    def __init__(self, functions):
        self._modules, self._order, self._wanted = {}, [], [f.__name__ for f in functions]
        self._taken = {}  # (module, name) to names used, in the order of discovery
        for function in functions:
            self._take(function.__module__, function.__name__)
        by_name = {name: used for (_, name), used in self._taken.items()}
        self.uses = {name: self._reached(name, by_name) for name in self._wanted}

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
        used = module.definitions[name][2]
        self._taken[home, name] = used
        for other in used:
            if other in module.definitions:
                self._take(home, other)
            elif other in module.imports and module.imports[other][0].startswith(f"{HOME}."):
                self._take(*module.imports[other])
        if module not in self._order:  # after those that it builds on
            self._order.append(module)

    def _module(self, home):
        if home not in self._modules:
            self._modules[home] = _read(home)
        return self._modules[home]

    def _reached(self, name, by_name):
        found, waiting = set(), [name]
        while waiting:
            new = [one for one in by_name[waiting.pop()] if one in by_name and one not in found]
            found.update(new)
            waiting += new
        return (found & set(self._wanted)) - {name}

    def _imports(self):
        """Return the lines of all imports that are needed, those of other packages first."""
        whole, parts = set(), {}
        for (home, _), used in self._taken.items():
            imports = self._module(home).imports
            for name in used & imports.keys():
                module, there = imports[name]
                if there is None:
                    whole.add(f"import {module}" + (f" as {name}" if name != module else ""))
                elif not module.startswith(f"{HOME}."):
                    parts.setdefault(module, set()).add(there)
        known = ["import math"] if "import math" in whole else []
        others = sorted(whole - set(known))
        lines = [*known, *([""] if known and others else []), *others, ""]
        for module, names in sorted(parts.items()):
            one_line = f"from {module} import {', '.join(sorted(names))}"
            listed = "".join(f"    {name},\n" for name in sorted(names))
            lines.append(one_line if len(one_line) <= 100 else f"from {module} import (\n{listed})")
        return lines

    def _definitions(self, module, names):
        """Yield the definitions of a file in their order."""
        for name in sorted(names, key=lambda name: module.definitions[name][0]):
            first, last, _ = module.definitions[name]
            text = "\n".join(module.lines[first - 1 : last])
            yield text if name in self._wanted else f"{BEGIN}\n{text}\n{END}"


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
