"""What a process prints: all of it, at once, and within bounds."""

import os
import threading
import time

import pytest

from minidl.students.listening import Listener


@pytest.fixture
def pipe():
    ours, theirs = os.pipe()
    with open(ours, "rb") as ours, open(theirs, "wb", buffering=0) as theirs:
        yield ours, theirs


def test_what_is_written_is_heard_at_once(pipe):
    """However busy the system is: nobody waits for the listening thread to get its turn."""
    ours, theirs = pipe
    listener = Listener(ours, 1 << 20)
    listener.start()
    for turn in range(1, 500):
        theirs.write(b"x")
        assert listener.text() == "x" * turn
    theirs.close()
    listener.join(10)
    assert not listener.is_alive()
    assert listener.text() == "x" * 499


def test_of_a_flood_the_beginning_is_kept(pipe):
    ours, theirs = pipe
    listener = Listener(ours, 10)
    listener.start()
    for _ in range(40):
        theirs.write(b"0123456" * 1000)
    assert listener.text() == "0123456012\n... 279990 bytes more"
    theirs.close()
    listener.join(10)


def test_who_writes_without_end_does_not_hold_up_the_reader(pipe):
    ours, theirs = pipe
    listener = Listener(ours, 10)
    listener.start()
    until = time.monotonic() + 2

    def flood():
        while time.monotonic() < until:
            theirs.write(bytes(1 << 16))

    writer = threading.Thread(target=flood)
    writer.start()
    heard = 0
    while time.monotonic() < until:
        heard += listener.text().startswith("\0" * 10)
    writer.join()
    theirs.close()
    listener.join(10)
    assert heard > 1
