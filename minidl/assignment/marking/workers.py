"""The students' functions of one hand-in: a worker for each file and what is replaced in it."""

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from minidl.assignment.speed import idle
from minidl.students import Box, NotStarted, Student, StudentError


class Workers:
    """Starts workers when they are needed, and ends all of them.

    Parameters
    ----------
    assignment : Assignment
    folder : path-like
        The files of the hand-in, with the given ones.
    stand_ins : path-like, optional
        The bundle's folder of files with one task solved each.
    box : Box, optional
        How a worker is confined; by default as :func:`box_for` says.
    builds : Builds, optional
        Compiles ``.pyx`` files: ``built(path, optimised=False)`` returns an extension module.
    """

    def __init__(self, assignment, folder, stand_ins=None, box=None, builds=None):
        self.assignment, self._folder = assignment, Path(folder)
        self._stand_ins = None if stand_ins is None else Path(stand_ins)
        self._box, self._builds = box or box_for(assignment.limits), builds
        self._found, self._broken, self._without = {}, set(), {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End all workers."""
        for found in self._found.values():
            if isinstance(found, Student):
                found.close()
        for temporary in self._without.values():
            temporary.cleanup()
        self._found.clear()
        self._without.clear()

    @property
    def replaces(self):
        """Whether the reference can stand in for a task."""
        return self._stand_ins is not None

    def student(self, file, replaced=(), forbidden=(), optimised=False, part="public"):
        """Return the functions of a file of the hand-in.

        Public and hidden cases have workers of their own: what a hand-in does in public cases is
        told to who wrote it, who could otherwise let it tell of hidden ones that it saw before.

        Parameters
        ----------
        file : str
        replaced : iterable of str
            Ids of tasks whose functions are those of the reference.
        forbidden : iterable of str
            Modules that must not be imported, besides those of the assignment.
        optimised : bool
            How a ``.pyx`` file is built.
        part : str
            "public" or "hidden": of which cases.

        Raises
        ------
        StudentError
            If the file cannot be compiled or imported; asked again, it says the same.
        OSError, ImportError
            If there is no such file, or nothing to compile it with.
        NotStarted
            If this machine has no worker for us.
        """
        how = file, frozenset(replaced), frozenset(forbidden), optimised
        key = *how, part
        if key not in self._found:
            try:
                self._found[key] = self._start(*how)
            except NotStarted:
                raise
            except StudentError as error:
                self._found[key] = error
                self._broken.add(file)
        found = self._found[key]
        if isinstance(found, StudentError):
            raise found
        return found

    def reference(self, task):
        """Return the reference's functions, those of a task and of what it needs.

        They are in a worker in which nothing is of the hand-in.  In a student's folder, where no
        reference is, they are the student's own.
        """
        if not self.replaces:
            return self.student(task.file, forbidden=task.forbidden_imports, optimised=True)
        key = "reference", task.id
        if key not in self._found:
            path = self._handed_out(task) / task.file
            self._found[key] = self._student(path, self._needed(task), (), True)
        return self._found[key]

    def idle(self):
        """Return the functions of :mod:`minidl.assignment.speed.idle`, in a worker of their own."""
        if "idle" not in self._found:
            self._found["idle"] = self._student(Path(idle.__file__), (), (), False)
        return self._found["idle"]

    def solved(self, task):
        """Return the file in which a task is solved, by the reference if there is one."""
        return self._stand_in(task) if self.replaces else self._folder / task.file

    def _needed(self, task):
        """Return ids of the tasks that one needs, also indirectly."""
        found = set(task.needs)
        for other in reversed(self.assignment.tasks):
            if other.id in found:
                found |= set(other.needs)
        return found

    def _handed_out(self, task):
        """Return a folder of files as they are handed out, but with a task solved."""
        self._without[task] = temporary = TemporaryDirectory(
            prefix="minidl-reference-", ignore_cleanup_errors=True
        )
        files = {name: self._folder / name for name in self.assignment.given}
        for other in (*self.assignment.tasks, task):  # of those of its file, it comes last
            files[other.file] = self._stand_in(other)
        for name, path in files.items():
            target = Path(temporary.name, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        return Path(temporary.name)

    def _start(self, file, replaced, forbidden, optimised):
        return self._student(self._home(file) / file, replaced, forbidden, optimised)

    def _student(self, path, replaced, forbidden, optimised):
        names = sorted({*self.assignment.forbidden_imports, *forbidden})
        loadable = self._loadable(path, optimised)
        return Student(
            loadable,
            limit=self.assignment.limits.seconds,
            box=replace(self._box, forbidden_imports=tuple(names)),
            stand_ins=self._stand_ins_of(replaced),
            home=None if loadable == path else path.parent,  # where a compiled file has neighbours
        )

    def _home(self, file):
        """Return a folder with the file, and none that cannot be imported.

        What ends the process while it is imported, or never ends, would do so in other files, too.
        There the reference's functions are all that is in the module.
        """
        broken = frozenset(self._broken - {file})
        if not self.replaces or not broken:
            return self._folder
        if broken not in self._without:
            self._without[broken] = temporary = TemporaryDirectory(
                prefix="minidl-hand-in-", ignore_cleanup_errors=True
            )
            for name in (*self.assignment.editable, *self.assignment.given):
                if name not in broken and (self._folder / name).is_file():
                    target = Path(temporary.name, name)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(self._folder / name, target)
        return Path(self._without[broken].name)

    def _stand_ins_of(self, replaced):
        """Return (module, function, path) for each task that is replaced, in their order."""
        return tuple(
            (Path(task.file).stem, task.function, str(self._loadable(self._stand_in(task), False)))
            for task in self.assignment.tasks
            if task.id in replaced
        )

    def _stand_in(self, task):
        return self._stand_ins / task.id / task.file

    def _loadable(self, path, optimised):
        """Return a file that can be imported: an extension module in the place of Cython."""
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {path.name!r}")
        if path.suffix != ".pyx":
            return path
        if self._builds is None:
            raise OSError(
                f"{path.name} has to be compiled, and there is nothing to compile it with"
            )
        return Path(self._builds.built(path, optimised=optimised))


def box_for(limits, **more):
    """Return the box in which code runs that keeps to the limits of an assignment.

    Parameters
    ----------
    limits : Limits
    **more
        Further attributes of the box.
    """
    return Box(limits.memory_mb, limits.file_mb, limits.output_kb, limits.processes, **more)
