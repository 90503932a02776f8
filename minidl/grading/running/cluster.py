"""Grade on a Dask cluster that is there already."""

import re

import minidl
from minidl.extras import optional
from minidl.grading.confinement import in_force
from minidl.grading.running.executors import Given

WAIT = 20.0  # seconds, for the scheduler to answer


class Cluster(Given):
    """The workers of a Dask cluster.

    The bundle goes to each of them once.  A worker that is lost does no harm: what it was grading
    is graded by another one.

    Parameters
    ----------
    address : str
        ``dask://host:port`` of its scheduler.

    Raises
    ------
    ImportError
        If ``distributed`` is missing here.
    ValueError
        If that is no address, there is no worker, or one has no minidl or another version of it.
    OSError
        If no scheduler answers.
    """

    def __init__(self, address):
        host = re.fullmatch(r"dask://([^/:]+|\[[0-9a-fA-F:.]+\]):(\d+)/?", address)
        if host is None:
            raise ValueError(
                f"grade: {address!r} is no address of a cluster; it must look like "
                "'dask://host:8786'"
            )
        distributed = optional("grade", "cluster", "distributed")
        try:
            self._client = distributed.Client(
                f"tcp://{host[1]}:{host[2]}", timeout=WAIT, set_as_default=False
            )
        except OSError as error:  # also a time-out
            raise OSError(f"grade: no Dask scheduler answers at {address}: {error}") from None
        self.lost = (*Given.lost, distributed.KilledWorker)
        try:
            threads = self._client.nthreads()
            if not threads:
                raise ValueError(f"grade: the cluster at {address} has no workers; start some")
            self._require_minidl()
        except BaseException:
            self._client.close()
            raise
        self.room = 2 * sum(threads.values())
        super().__init__(self._client.get_executor(pure=False))

    def _require_minidl(self):
        """Refuse a worker that would mark otherwise, or not at all."""
        found = self._client.run(version_here, on_error="return")
        for worker, version in sorted(found.items()):
            if isinstance(version, BaseException):
                raise ValueError(
                    f"grade: the worker at {worker} has no minidl that works ({version}); install "
                    f"minidl {minidl.__version__} there"
                )
            if version != minidl.__version__:
                raise ValueError(
                    f"grade: the worker at {worker} has minidl {version}, and here is "
                    f"{minidl.__version__}; install the same everywhere"
                )

    def share(self, parcel):
        """Send a parcel to all workers, and return what stands for it."""
        return self._client.scatter(parcel, broadcast=True, hash=False)

    def in_force(self, required):
        """Return in lines how hand-ins are confined on all workers."""
        found = self._client.run(in_force, required)
        lines = []
        for words in dict.fromkeys(map(tuple, found.values())):
            count = sum(tuple(one) == words for one in found.values())
            lines += [f"on {count} of {len(found)} workers", *words]
        return lines

    def close(self, now):
        """Leave the cluster as it is; what was asked of it and is not done yet is dropped."""
        self._client.close()


def version_here():
    """Return minidl's version where this is called."""
    return minidl.__version__
