"""How code that was handed in is kept apart from the one who grades, and what of it is in force."""

import os
from dataclasses import dataclass

from minidl.assignment.making.proving import box_for
from minidl.students import Box, NotStarted, confinement
from minidl.students.pyx import Builds

OUT_OF_REACH = ("network", "read-only", "hidden", "processes")  # where there are namespaces
MOST_HIDDEN = 16  # files and folders by themselves; of more, their folders are hidden


@dataclass(frozen=True, slots=True)
class Confinement:
    """What is asked for; it travels to other processes.

    Attributes
    ----------
    required : bool
        Whether to grade nothing where the system has no namespaces.
    hide : tuple of str
        Files and folders that no hand-in must see: the others, the bundle, the results.
    builds : str or None
        Folder in which compiled files are kept from one run to the next; None keeps none.
    """

    required: bool = False
    hide: tuple = ()
    builds: str | None = None

    def options(self, assignment, bundle, folder):
        """Return what :func:`minidl.assignment.marking.marking.mark` is to be called with.

        Parameters
        ----------
        assignment : Assignment
        bundle : path-like
            Where its files lie, for this one hand-in.
        folder : path-like
            A place for files that are compiled, if none are kept.
        """
        limits = assignment.limits
        box = box_for(
            limits,
            hide=(*self.hide, os.fspath(bundle)),
            confine=True if self.required else "auto",
            forbidden_imports=assignment.forbidden_imports,
        )
        where = self.builds or os.path.join(folder, "builds")
        builds = Builds(where, limits.build_seconds, limits.memory_mb, box)
        return {"box": box, "builds": builds}


def made_from(bundle):
    """Return what lies around a bundle where it was built: solutions, and the seed of its cases."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(bundle)))
    if not os.path.isfile(os.path.join(folder, "assignment.toml")):
        return []
    around = [os.path.join(folder, name) for name in ("assignment.toml", "source", "build")]
    return [path for path in around if os.path.exists(path)]


def places_to_hide(*paths):
    """Return folders and files that cover ``paths``, and few of them: each costs time to hide."""
    whole = list(map(os.path.abspath, paths))
    if len(whole) > MOST_HIDDEN:
        folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in whole]
        whole = [path for path in folders if os.path.dirname(path) != path]  # not the root of all
    below = {path for path in whole for top in whole if path.startswith(os.path.join(top, ""))}
    return tuple(dict.fromkeys(path for path in whole if path not in below))


def in_force(required=False):
    """Return in lines how a hand-in is confined on this machine, and what it can still reach.

    The names are those of :func:`minidl.students.confinement`.

    Raises
    ------
    ValueError
        If namespaces are required, and there are none.
    """
    try:
        measures = confinement(Box(confine=True if required else "auto"))
    except NotStarted as error:
        raise ValueError(f"grade: no hand-in can be run here: {error}") from None
    lines = [f"hand-ins are confined: {', '.join(measures)}"]
    lacking = [name for name in OUT_OF_REACH if name not in measures]
    if lacking:
        lines.append(f"this system has no {', '.join(lacking)} for that: grade on a throwaway one")
    return lines
