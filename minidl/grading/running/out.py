"""The folder that a grading writes to: what it holds, and what is refused."""

import contextlib
import json
import os
import re

from minidl.grading.record import read_record, record_ids, write_new, write_record
from minidl.grading.running.lock import locked

FORMAT = 1
RUN, RECORDS, LOG, TIMES, LOCK = "run.json", "records", "log", "times.json", ".lock"
BUILDS = "builds"  # compiled files
OVERRIDES = "overrides.csv"
MAY_BE_THERE = (OVERRIDES, LOCK, ".DS_Store", "desktop.ini")


class Out:
    """The folder of the results.

    Parameters
    ----------
    path : path-like

    Attributes
    ----------
    path : str
    """

    def __init__(self, path):
        self.path = os.fspath(path)

    def file(self, *names):
        """Return the path of something in the folder."""
        return os.path.join(self.path, *names)

    @contextlib.contextmanager
    def claimed(self, new):
        """Hold the folder for one run.

        Parameters
        ----------
        new : bool
            Make it where it is missing.

        Raises
        ------
        ValueError
            If there is something else in it, or another run.
        """
        if new:
            self._require_ours()
            os.makedirs(self.path, exist_ok=True)
        elif not os.path.isfile(self.file(RUN)):
            raise ValueError(
                f"grade: {self.path!r} holds no grading to go on with; name the hand-ins, or the "
                "folder that was given as -o before"
            )
        taken = f"grade: another run writes to {self.path!r}; wait for it, or end it"
        with locked(self.file(LOCK), taken):
            for folder in (RECORDS, LOG):
                os.makedirs(self.file(folder), exist_ok=True)
            self._remove_partial()
            yield

    def _require_ours(self):
        if os.path.isfile(self.path):
            raise ValueError(f"grade: {self.path!r} is a file; -o names a folder")
        there = os.listdir(self.path) if os.path.isdir(self.path) else []
        foreign = sorted(name for name in set(there) - set(MAY_BE_THERE) if self._holds(name))
        if foreign and RUN not in there:
            raise ValueError(
                f"grade: {self.path!r} holds {', '.join(foreign[:3])} and is no folder of a "
                "grading; name a new one"
            )

    def _holds(self, name):
        """Return whether a name is more than an empty folder, as a run that was refused leaves."""
        path = self.file(name)
        return not os.path.isdir(path) or bool(os.listdir(path))

    def _remove_partial(self):
        """Remove what a run that was killed has not finished writing."""
        for folder in (self.path, self.file(RECORDS)):
            for name in os.listdir(folder):
                if re.fullmatch(r"\..+\.[0-9a-f]{8}\.partial", name):
                    os.unlink(os.path.join(folder, name))

    def remembered(self):
        """Return what the last run was asked to do, as a dict; empty if there was none.

        Raises
        ------
        ValueError
            If the file that says so is damaged.
        """
        path = self.file(RUN)
        if not os.path.exists(path):
            return {}
        try:
            with open(path, encoding="utf-8") as file:
                facts = json.load(file)
            if facts["format"] != FORMAT:
                raise ValueError(f"format {facts['format']!r}, and {FORMAT} is read here")
            return {key: facts[key] for key in ("assignment", "submissions", "bundle", "overrides")}
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"grade: {path!r} cannot be read ({error}); name a new -o") from None

    def remember(self, assignment, submissions, bundle, overrides):
        """Keep what is asked, for ``--resume``.

        Raises
        ------
        ValueError
            If the folder is that of another assignment.
        """
        before = self.remembered()
        if before and before["assignment"] != assignment.name:
            raise ValueError(
                f"grade: {self.path!r} holds hand-ins of {before['assignment']!r}, and these are "
                f"of {assignment.name!r}; name another -o"
            )
        facts = {
            "format": FORMAT,
            "assignment": assignment.name,
            "submissions": [os.path.abspath(path) for path in submissions],
            "bundle": os.path.abspath(bundle),
            "overrides": overrides and os.path.abspath(overrides),
        }
        write_new(self.file(RUN), (json.dumps(facts, indent=1, sort_keys=True) + "\n").encode())

    def overrides(self, named):
        """Return the table of points by hand that is in force: a named one, or the folder's own."""
        own = self.file(OVERRIDES)
        return named or (own if os.path.exists(own) else None)

    def record(self, submission_id):
        """Return the record of a hand-in, or None if there is none that can be read."""
        try:
            return read_record(self.file(RECORDS, f"{submission_id}.json"))
        except (OSError, ValueError):
            return None

    def ids(self):
        """Return the ids of all records, sorted."""
        return record_ids(self.file(RECORDS))

    def records(self):
        """Return all records, in the order of their ids."""
        return [read_record(self.file(RECORDS, f"{name}.json")) for name in self.ids()]

    def write(self, record):
        """Write a record."""
        write_record(self.file(RECORDS), record)

    def write_log(self, submission_id, text):
        """Write where the grader failed over a hand-in, or that it no longer does."""
        path = self.file(LOG, f"{submission_id}.txt")
        if text:
            write_new(path, text.encode("utf-8", "backslashreplace"))
        else:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)

    def add_times(self, times):
        """Add how long the hand-ins took; what is known of others stays."""
        path = self.file(TIMES)
        try:
            with open(path, encoding="utf-8") as file:
                known = dict(json.load(file))
        except (OSError, TypeError, ValueError):
            known = {}
        data = json.dumps({**known, **times}, indent=1, sort_keys=True) + "\n"
        write_new(path, data.encode())
