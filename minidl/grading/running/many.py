"""Grade many hand-ins, and go on where a run before this one ended."""

import os
from dataclasses import dataclass, field

from minidl.grading.confinement import Confinement, made_from, places_to_hide
from minidl.grading.parcel import read_parcel
from minidl.grading.results.overrides import read_overrides
from minidl.grading.running.desk import Desk
from minidl.grading.running.executors import opened
from minidl.grading.running.out import BUILDS, Out
from minidl.grading.taking.submissions import find_submissions
from minidl.spelling import near_miss


@dataclass(slots=True)
class Run:
    """What a call of :func:`grade` did.

    Attributes
    ----------
    graded, unchanged : list of str
        Ids of hand-ins that were graded now, and of those that were before.
    gone : list of str
        Ids of earlier runs of which no hand-in was named now; their records stay.
    errors : list of str
        Ids of hand-ins that the grader failed over.
    notes : list of str
        About the hand-ins as a whole.
    """

    graded: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    gone: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def grade(
    submissions,
    bundle,
    out,
    jobs=1,
    executor=None,
    only=(),
    resume=False,
    overrides=None,
    require_confinement=False,
    say=None,
    watch=None,
    mark=None,
):
    """Grade hand-ins of an assignment; write a record of each, and nothing else.

    What is unchanged since it was graded is not graded again: the same files, bundle and version
    of minidl.  Results are the same, byte for byte, whatever the number of jobs.

    Parameters
    ----------
    submissions : sequence of path-like
        See :func:`minidl.grading.find_submissions`.  With ``resume`` there are none.
    bundle : path-like or None
        As ``minidl assignment build`` made it; None, with ``resume``, is that of the last run.
    out : path-like
        Folder to write to: new, empty, or that of a grading of the same assignment.
    jobs : int
        Processes.  Speed is measured by one, after all else.
    executor : concurrent.futures.Executor or str, optional
        Instead of ``jobs``: any executor, or the address of a Dask cluster, "dask://host:8786".
    only : sequence of str
        Ids of hand-ins to grade, again if need be; all others stay as they are.
    resume : bool
        Go on with what the last run in ``out`` was asked to do.
    overrides : path-like, optional
        A table of points that replace those of the grader; it is only remembered here.
    require_confinement : bool
        Grade nothing where the system has no namespaces; else what it has is used.
    say : callable, optional
        Takes lines of text: how hand-ins are confined.
    watch : callable, optional
        Wraps an iterable and its length, to show how far it is.
    mark : callable, optional
        Instead of :func:`minidl.assignment.marking.marking.mark`.

    Returns
    -------
    Run

    Raises
    ------
    ValueError, TypeError, OSError, ImportError
        If it is called in a wrong way.  No hand-in raises anything.
    """
    out = Out(out)
    with out.claimed(new=not resume):
        submissions, bundle, overrides = _asked(out, submissions, bundle, overrides, resume)
        parcel = read_parcel(bundle)
        found, notes = find_submissions(submissions, parcel.assignment, [out.path])
        _require_known(only, found)
        _require_overrides(out.overrides(overrides), out, parcel.assignment, found)
        out.remember(parcel.assignment, submissions, bundle, overrides)
        run = Run(notes=notes)
        known = {submission.id for submission in found}
        run.gone = [name for name in out.ids() if name not in known]
        confinement = Confinement(
            require_confinement,
            places_to_hide(out.path, bundle, *made_from(bundle), *submissions),
            os.path.abspath(out.file(BUILDS)) if executor is None else None,
        )
        desk = Desk(out, parcel, confinement, mark, watch or (lambda items, _: items))
        with opened(executor, jobs) as farm:
            if say is not None or require_confinement:
                for line in farm.in_force(require_confinement):
                    (say or str)(line)
            wanted = [one for one in found if not only or one.id in only]
            desk.grade(wanted, run, only, farm)
        return run


def _asked(out, submissions, bundle, overrides, resume):
    """Return what to do, from the arguments or from the last run."""
    if isinstance(submissions, (str, os.PathLike)):
        submissions = [submissions]
    before = out.remembered()
    if resume and submissions:
        raise ValueError("grade: resume goes on with the hand-ins of the last run; name none")
    if not resume and not submissions:
        raise ValueError("grade: name hand-ins, or go on with the last run by resume")
    if not resume and bundle is None:
        raise ValueError("grade: name the bundle that minidl assignment build has made")
    if resume:
        submissions, bundle = before["submissions"], bundle or before["bundle"]
    return submissions, bundle, overrides or before.get("overrides")


def _require_known(only, found):
    ids = [submission.id for submission in found]
    for wanted in only:
        if wanted not in ids:
            hint = near_miss(wanted, ids) or f"; there are {', '.join(ids[:10])}"
            raise ValueError(f"grade: there is no hand-in {wanted!r}{hint}")


def _require_overrides(path, out, assignment, found):
    """Read overrides before anything is graded: a typo should not be found after hours."""
    if path is not None:
        points = {"": assignment.points} | {task.id: task.points for task in assignment.tasks}
        ids = [submission.id for submission in found]
        read_overrides(path, dict.fromkeys([*ids, *out.ids()], points))
