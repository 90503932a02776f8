"""The museum, graded in one go: every exhibit gets its status, and those beside it their points.

Where the system has no namespaces, exhibits that look around on the machine are left out.
"""

import contextlib
import functools
import hashlib
import json
import os
import pathlib
import re
import socket

import exhibits
import exhibits_made
import hand_ins
import pytest
import sample_bundles

from minidl.assignment.making.bundle import open_bundle
from minidl.grading import grade, take
from minidl.students import Box, confinement
from minidl.students.pyx import can_build

pytestmark = pytest.mark.skipif(os.name == "nt", reason="most exhibits need a Unix to be hostile")

RIGHT = ("a_right_one", "m_right_one", "z_right_one")
SECRET = "a secret of the grader"
LIMITS = {"seconds": 2}
NEEDS_NAMESPACES = {  # what they look for lies on every machine: only namespaces hide it
    *("asks_another_process", "imports_minidl_by_name", "kills_others", "network"),
    *("reads_bundle", "reads_neighbour", "reads_parent", "runs_minidl_sources"),
    *("takes_minidl_from_modules", "fork_bomb", "overwrites_net"),
}
TOUR = {  # what runs always: a bit of everything, and nothing that has to wait
    *("all_zeros", "bom_and_crlf", "crowd", "equals_everything", "exit_after_praise", "flood"),
    *("folder_for_a_file", "further_files", "hog", "huge_file", "imports_minidl"),
    *("imports_minidl_by_name", "kills_others", "latin1", "loop", "missing_net", "network"),
    *("not_written_yet", "overwrites_files", "partly_done", "patched_numpy", "pipe"),
    *("reads_bundle", "reads_neighbour", "reads_parent", "runs_minidl_sources", "symlink"),
    *("syntax_error", "untouched", "utf16", "utf7", "zip_absolute", "zip_backslash", "zip_case"),
    *("zip_control", "zip_cut", "zip_drive", "zip_empty", "zip_in_zip", "zip_lies", "zip_link"),
    *("zip_not", "zip_overlap", "zip_password", "zip_slip", "zip_twice", "zipped"),
}


def all_exhibits(template, untouched=None):
    """Return the exhibits of a template, by name."""
    if template == "convolution":
        return {**exhibits.on_files(template), "slow_both": exhibits_made.slow_both()}
    untouched = untouched or {"layers.py": "", "net.py": ""}
    return {**exhibits.on_files(template), **exhibits_made.made(untouched)}


NAMES = sorted(all_exhibits("layers"))
QUICK = [name for name in NAMES if name in TOUR]
SLOW = [name for name in NAMES if name not in TOUR]
COMPILED = sorted(all_exhibits("convolution"))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return sample_bundles.made(tmp_path_factory.mktemp("museum") / "layers", "layers", **LIMITS)


@pytest.fixture(scope="module")
def server():
    """Listen where the exhibit that looks for a server looks."""
    for port in range(47113, 47121):  # other tests of this machine may listen, too
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            yield
            return
    pytest.fail("all ports at which the exhibit looks are taken")


@functools.cache
def in_namespaces():
    return "network" in confinement(Box())


class Graded:
    """A folder of hand-ins, graded."""

    def __init__(self, folder, bundle, template, chosen, right=RIGHT):
        untouched = {p.name: p.read_text() for p in (bundle / "handout").iterdir()}
        self.exhibits = all_exhibits(template, untouched)
        self.folder, self.out = folder / "hand_ins", folder / "out"
        self.right = right
        for name in right:
            exhibits.write_files(self.folder / name, hand_ins.right(template))
        for name in chosen:
            self.exhibits[name].write(self.folder / name)
        before = self.hashes()
        self.run = grade([self.folder], bundle, self.out, jobs=2)
        self.unharmed = self.hashes() == before
        paths = [p for p in self.out.rglob("*.json") if "marks" in p.read_text()]
        self.records = {path.stem: json.loads(path.read_text()) for path in paths}

    def hashes(self):
        """Return what the hand-ins hold; pipes and links are not opened."""
        files = [p for p in self.folder.rglob("*") if p.is_file() and not p.is_symlink()]
        return {path: hashlib.sha256(path.read_bytes()).digest() for path in files}

    def require(self, name):
        """Require the statuses that an exhibit says, and no points where it did not pass."""
        exhibit, record = self.exhibits[name], self.records[name]
        marks = {task["id"]: task for task in record["marks"]["tasks"]}
        found = {task: marks[task]["status"] for task in exhibit.expected}
        told = {task: marks[task]["says"] for task, status in found.items() if status != "passed"}
        for task, allowed in exhibit.expected.items():
            assert found[task] in allowed, (exhibit.says, found, told, record["says"])
            points, out_of = marks[task]["points"], marks[task]["out_of"]
            if exhibit.is_slow and task == "conv_forward_fast":
                speed = [c for c in marks[task]["checks"] if c["kind"] == "speed"]
                assert [check["points"] for check in speed] == [0], speed
            else:
                assert (points == out_of) == (found[task] == "passed"), task


@pytest.fixture(scope="module")
def environment():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINIDL_MUSEUM_SECRET", SECRET)
        yield


def chosen(listed):
    return listed if in_namespaces() else [n for n in listed if n not in NEEDS_NAMESPACES]


@pytest.fixture(scope="module")
def quick(tmp_path_factory, bundle, server, environment):
    return Graded(tmp_path_factory.mktemp("quick"), bundle, "layers", chosen(QUICK))


@pytest.fixture(scope="module")
def slow(tmp_path_factory, bundle, server, environment):
    return Graded(tmp_path_factory.mktemp("slow"), bundle, "layers", chosen(SLOW))


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    ok, words = can_build()
    if not ok:
        pytest.skip(words)
    folder = tmp_path_factory.mktemp("compiled")
    limits = {"seconds": 5, "build_seconds": 15}
    bundle = sample_bundles.made(folder / "convolution", "convolution", **limits)
    return Graded(folder, bundle, "convolution", COMPILED, RIGHT[1:2])


def require_exhibit(graded, name):
    if name not in chosen([name]):
        pytest.skip("this system has no namespaces")
    graded.require(name)


def require_others_unharmed(graded):
    """Neighbours have their points, files are as they were, and every hand-in has a record."""
    for name in graded.right:
        assert graded.records[name]["points"] == 100, graded.records[name]
    assert graded.unharmed
    assert graded.run.errors == []
    assert len(graded.records) == len(graded.run.graded) + len(graded.run.unchanged)


def require_clean_texts(graded):
    """What is written down is a line of printable characters, without secrets and addresses."""
    for record in graded.records.values():
        text = json.dumps(record)
        assert SECRET not in text
        assert str(graded.folder) not in text
        assert not re.search(r"0x[0-9a-f]{6}|/tmp/minidl|pytest-of|site-packages/", text)
        for piece in texts(record):
            assert piece.isprintable(), record["id"]
            assert len(piece) <= 300


def texts(node):
    """Yield all texts in a tree of dicts and lists."""
    if isinstance(node, str):
        yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from texts(part)


@pytest.mark.parametrize("name", QUICK)
def test_an_exhibit_gets_its_status(quick, name):
    require_exhibit(quick, name)


def test_the_others_are_unharmed(quick):
    require_others_unharmed(quick)


def test_records_say_nothing_that_must_not_be_said(quick):
    require_clean_texts(quick)


@pytest.mark.slow  # limits of time have to run out
@pytest.mark.parametrize("name", SLOW)
def test_a_slow_exhibit_gets_its_status(slow, name):
    require_exhibit(slow, name)


@pytest.mark.slow
def test_the_others_are_unharmed_by_slow_ones(slow):
    require_others_unharmed(slow)
    require_clean_texts(slow)
    left = [p for p in pathlib.Path("/proc").glob("[0-9]*/cmdline") if b"sleep(20)" in read(p)]
    assert not (in_namespaces() and left)


@pytest.mark.slow  # compiles twenty files
@pytest.mark.parametrize("name", COMPILED)
def test_a_compiled_exhibit_gets_its_status(compiled, name):
    compiled.require(name)


@pytest.mark.slow
def test_the_others_are_unharmed_by_compiled_ones(compiled):
    require_others_unharmed(compiled)
    require_clean_texts(compiled)


def read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.fixture(scope="module")
def assignment(bundle):
    with open_bundle(bundle) as opened:
        return opened.assignment


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith("zip_")])
def test_a_zip_that_is_refused_says_why(tmp_path, assignment, name):
    all_exhibits("layers")[name].write(tmp_path / name)
    taken = take(tmp_path / f"{name}.zip", assignment)
    assert not taken.files
    assert len(taken.refused) > 10
