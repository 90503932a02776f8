"""Grading on a Dask cluster of two workers, one of which is killed half-way."""

import contextlib
import os
import signal

import pytest
from small_assignment import RIGHT, handed_in, written_bundle
from stand_in_marks import mark, no_minidl

import minidl
from minidl.grading import grade
from minidl.grading.running import cluster

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # what Dask warns of is not ours
    pytest.mark.skipif(os.name == "nt", reason="no SIGKILL to send there"),
]
HALF = RIGHT.split("\n\n\n", maxsplit=1)[0]


@pytest.fixture(scope="module")
def local():
    """Return a cluster of two worker processes."""
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with (
        distributed.LocalCluster(processes=True, **options) as local,
        contextlib.suppress(TimeoutError),
    ):
        yield local


@pytest.fixture
def address(local):
    return local.scheduler_address.replace("tcp://", "dask://")


@pytest.fixture
def bundle(tmp_path):
    return written_bundle(tmp_path / "grader")


def as_bytes(out):
    return {path.name: path.read_bytes() for path in sorted((out / "records").glob("*.json"))}


def test_workers_with_another_minidl_are_refused(address, bundle, tmp_path, monkeypatch):
    subs = handed_in(tmp_path / "subs", {"ada": RIGHT})
    monkeypatch.setattr(cluster, "version_here", no_minidl)
    with pytest.raises(ValueError, match="has no minidl that works .No module named 'minidl'"):
        grade([subs], bundle, tmp_path / "out", executor=address, mark=mark)
    monkeypatch.undo()
    there = minidl.__version__
    monkeypatch.setattr(minidl, "__version__", "9.9")
    with pytest.raises(ValueError, match=f"has minidl {there}, and here is 9.9; install"):
        grade([subs], bundle, tmp_path / "out", executor=address, mark=mark)


def test_no_scheduler_is_said_in_words(bundle, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    subs = handed_in(tmp_path / "subs", {"ada": RIGHT})
    monkeypatch.setattr(cluster, "WAIT", 0.2)
    with pytest.raises(OSError, match="no Dask scheduler answers at dask://127.0.0.1:1: "):
        grade([subs], bundle, tmp_path / "out", executor="dask://127.0.0.1:1", mark=mark)


def test_nothing_is_lost_with_a_worker(local, address, bundle, tmp_path):
    """One is killed while it grades; afterwards all records are as one process makes them."""
    texts = {f"s{k:02d}": (RIGHT if k % 3 else HALF) + "# wait" for k in range(10)}
    subs, killed, told = handed_in(tmp_path / "subs", texts), [], []

    def watch(items, total):
        for k, item in enumerate(items):
            if k == 3:
                killed.append(next(iter(local.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)
            yield item

    out = tmp_path / "cluster"
    run = grade([subs], bundle, out, executor=address, watch=watch, mark=mark, say=told.append)
    assert len(killed) == 1
    assert (run.graded, run.errors) == (sorted(texts), [])
    assert told[0] == "on 2 of 2 workers"
    grade([subs], bundle, tmp_path / "here", mark=mark)
    assert as_bytes(out) == as_bytes(tmp_path / "here")
