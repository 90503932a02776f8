"""A class that nobody wrote is the same each time, and holds a bit of everything."""

import hand_ins
import pytest
from synthetic_hand_ins import SHARES, write_class


@pytest.fixture(scope="module")
def untouched():
    """Return stubs that are good enough to be written to a disk."""
    right = hand_ins.right("layers")
    return {name: f"{text}\n# to be written\n" for name, text in right.items()}


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_class_is_the_same_each_time(tmp_path, untouched):
    keys = [write_class(tmp_path / name, 60, untouched, seed=3) for name in "ab"]
    assert keys[0] == keys[1]
    assert len(keys[0]) == 60
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_class_holds_a_bit_of_everything(tmp_path, untouched):
    key = write_class(tmp_path / "class", 150, untouched)
    assert {what["kind"] for what in key.values()} == SHARES.keys()
    endings = {path.suffix for path in (tmp_path / "class").iterdir()}
    assert {".zip", ".py", ""} <= endings
    assert max(len(what["mistakes"]) for what in key.values()) == 3
