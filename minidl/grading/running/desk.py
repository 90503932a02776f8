"""Take hand-ins one by one, have them graded, and write down what came of it."""

import concurrent.futures
import datetime

from minidl.grading.marked import Graded, failed
from minidl.grading.record import (
    ERROR,
    FINISHED,
    NOT_FINISHED,
    SPEED_TO_COME,
    is_same,
    new_record,
)
from minidl.grading.running.executors import Here
from minidl.grading.taking.intake import Taken, take

TRIES = 3  # of a hand-in whose worker is lost


class Desk:
    """Where hand-ins come in, and records go out.

    Parameters
    ----------
    out : minidl.grading.running.out.Out
    parcel : minidl.grading.parcel.Parcel
    confinement : minidl.grading.confinement.Confinement
    mark : callable or None
        Instead of :func:`minidl.assignment.marking.marking.mark`.
    watch : callable
        Wraps an iterable and its length, to show how far it is.
    """

    def __init__(self, out, parcel, confinement, mark, watch):
        self._out, self._parcel, self._watch = out, parcel, watch
        self._confinement, self._mark, self._times = confinement, mark, {}

    def grade(self, submissions, run, again, farm):
        """Grade what is not graded yet, all but its speed first, and tell ``run`` of it.

        Parameters
        ----------
        submissions : list of minidl.grading.Submission
        run : minidl.grading.Run
        again : collection of str
            Ids of those to be graded also if nothing has changed.
        farm : minidl.grading.running.executors.Here
            Or another one of those classes.
        """
        todo = []
        for submission in submissions:  # all before the first: then even a killed run has them all
            record = self._first_record(submission, submission.id in again)
            if record["status"] in FINISHED:
                run.unchanged.append(submission.id)
            else:
                todo.append((submission, record["status"] == SPEED_TO_COME))
        try:
            self._all(farm, [one for one, is_speed in todo if not is_speed], False)
            due = [one for one, _ in todo if self._status(one.id) == SPEED_TO_COME]
            self._all(Here(), due, True)
        finally:
            self._out.add_times(self._times)
        run.graded = [submission.id for submission, _ in todo]
        run.errors = [name for name in run.graded if self._status(name) == ERROR]

    def _status(self, name):
        return (self._out.record(name) or {"status": NOT_FINISHED})["status"]

    def _first_record(self, submission, again):
        """Write that a hand-in is not finished, unless it is, and nothing has changed."""
        new = new_record(submission, self._take(submission), self._parcel.assignment, self._digest)
        old = self._out.record(submission.id)
        kept = (*FINISHED, SPEED_TO_COME)
        if old is not None and old["status"] in kept and is_same(old, new) and not again:
            new = {**old, "notes": new["notes"], "from": new["from"]}
        self._out.write(new)
        return new

    @property
    def _digest(self):
        return self._parcel.digest

    def _take(self, submission):
        try:
            return take(submission.paths, self._parcel.assignment)
        except OSError as error:  # the file has gone, or the disk
            return Taken({}, (), f"it cannot be read: {error.strerror or error}")

    def _all(self, farm, submissions, speed):
        """Have hand-ins graded, a few at a time; those whose worker was lost last, one by one."""
        lost, done = [], self._done(farm, submissions, speed)
        for submission, record, graded in self._watch(done, len(submissions)):
            if graded is None:
                lost.append((submission, record))
            else:
                self._write(graded)
        for submission, record in lost:
            self._write(self._alone(farm, submission, record, speed))

    def _done(self, farm, submissions, speed):
        """Yield (submission, record, what came of it) as they come; None if a worker was lost."""
        waiting, shared = {}, farm.share(self._parcel) if submissions else None
        queue = iter(submissions)
        while True:
            while len(waiting) < farm.room and (submission := next(queue, None)) is not None:
                future, record = self._submit(farm, shared, submission, speed)
                waiting[future] = submission, record
            if not waiting:
                return
            finished, _ = concurrent.futures.wait(
                waiting, return_when=concurrent.futures.FIRST_COMPLETED
            )
            for future in finished:
                submission, record = waiting.pop(future)
                yield submission, record, self._result(farm, future, record)

    def _submit(self, farm, shared, submission, speed):
        taken = self._take(submission)  # once more: files of all would not fit into memory
        assignment = self._parcel.assignment
        record = new_record(submission, taken, assignment, self._digest)
        if speed:
            record = self._out.record(submission.id) or record
        arguments = (record, taken.files, shared, self._confinement, speed, self._mark)
        try:
            return farm.submit(*arguments), record
        except farm.lost as error:
            future = concurrent.futures.Future()
            future.set_exception(error)
            return future, record

    def _result(self, farm, future, record):
        try:
            return future.result()
        except farm.lost:
            return None
        except Exception as error:  # of the executor: what it sends cannot be read, say
            new = failed(record, error, self._parcel.assignment)
            return Graded(new, f"{type(error).__name__}: {error}\n", 0.0)

    def _alone(self, farm, submission, record, speed):
        for _ in range(TRIES - 1):
            farm.mend()
            shared = farm.share(self._parcel)
            future, record = self._submit(farm, shared, submission, speed)
            graded = self._result(farm, future, record)
            if graded is not None:
                return graded
        error = RuntimeError(f"its worker was lost {TRIES} times")
        return Graded(failed(record, error, self._parcel.assignment), f"{error}\n", 0.0)

    def _write(self, graded):
        name = graded.record["id"]
        self._out.write(graded.record)
        self._out.write_log(name, graded.log)
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        self._times[name] = {"seconds": round(graded.seconds, 3), "finished": now}
