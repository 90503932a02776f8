"""The students' functions of one hand-in: a worker for each file and what is replaced in it."""

import inspect
from pathlib import Path

from minidl.students import Student, StudentError


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
        How a worker is confined.
    builds : Builds, optional
        Compiles ``.pyx`` files: ``built(path, optimised=False)`` returns an extension module.
    """

    def __init__(self, assignment, folder, stand_ins=None, box=None, builds=None):
        self._assignment, self._folder = assignment, Path(folder)
        self._stand_ins = None if stand_ins is None else Path(stand_ins)
        self._box, self._builds = box, builds
        self._found = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End all workers."""
        for found in self._found.values():
            if isinstance(found, Student):
                found.close()
        self._found.clear()

    @property
    def replaces(self):
        """Whether the reference can stand in for a task."""
        return self._stand_ins is not None

    def student(self, file, replaced=(), optimised=False):
        """Return the functions of a file of the hand-in.

        Parameters
        ----------
        file : str
        replaced : iterable of str
            Ids of tasks whose functions are those of the reference.
        optimised : bool
            How a ``.pyx`` file is built.

        Raises
        ------
        StudentError
            If the file cannot be compiled or imported; asked again, it says the same.
        FileNotFoundError
            If there is no such file.
        """
        key = file, frozenset(replaced), optimised
        if key not in self._found:
            try:
                self._found[key] = self._start(*key)
            except StudentError as error:
                self._found[key] = error
        found = self._found[key]
        if isinstance(found, StudentError):
            raise found
        return found

    def _start(self, file, replaced, optimised):
        path = self._folder / file
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {file!r}")
        path = self._loadable(path, optimised)
        more = {"stand_ins": self._stand_ins_of(replaced), "box": self._box}
        known = inspect.signature(Student).parameters
        more = {key: value for key, value in more.items() if value and key in known}
        return Student(path, limit=self._assignment.limits.seconds, **more)

    def _stand_ins_of(self, replaced):
        """Return (module, function, path) for each task that is replaced, in their order."""
        return tuple(
            (Path(task.file).stem, task.function, str(self._loadable(self._stand_in(task), False)))
            for task in self._assignment.tasks
            if task.id in replaced
        )

    def _stand_in(self, task):
        return self._stand_ins / task.id / task.file

    def _loadable(self, path, optimised):
        """Return a file that can be imported: an extension module in the place of Cython."""
        if path.suffix != ".pyx":
            return path
        if self._builds is None:
            raise OSError(
                f"{path.name} has to be compiled, and there is nothing to compile it with"
            )
        return Path(self._builds.built(path, optimised=optimised))
