"""What tells wrong cases from right ones: one trait, two together, either of two, or nothing."""

import pytest

from minidl.check.traits import Trait, explain

A, B, C = (Trait(name, f"cause {name}", lambda case, name=name: name in case) for name in "abc")


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ("a a ab", "- b c", "a"),
        ("ac c", "a b -", "c"),
        ("ab", "a b - a b c - a", "a and b"),
        ("ab", "a b -", "a, though not in every such case"),
        ("a b", "c - c", "a or where b"),
        ("a b a b", "c - c", ""),  # more wrong than right: chance
        ("a", "- -", ""),  # two right cases say too little
        ("a -", "b c -", ""),
        ("a", "a a -", ""),
        ("", "a b c", ""),
    ],
)
def test_explain(wrong, right, words):
    found, shown = explain((A, B, C), wrong.split(), right.split())
    assert shown == words
    assert bool(found) == bool(words)
