"""One worker process for many students' files: to start one takes longer than most checks."""

import pytest

from minidl.students import student
from minidl.students.process import Process


class Shared:
    """Stands in for ``Process``: every file goes to one worker, as long as that lives."""

    worker = None

    def __init__(self, path):
        if Shared.worker is None:
            Shared.worker = Process(path)

    def ask(self, *request):
        try:
            return Shared.worker.ask(*request)
        except Exception:
            Shared.worker = None
            raise

    def printed(self):
        return ""

    def end(self):
        pass


@pytest.fixture(scope="session")
def last_worker():
    yield
    if Shared.worker is not None:
        Shared.worker.end()


@pytest.fixture
def shared(monkeypatch, last_worker):
    """Let all tests that use this share one worker."""
    monkeypatch.setattr(student, "Process", Shared)
