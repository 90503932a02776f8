"""What layers are checked with: cases that differ in one thing at a time, and those things."""

from minidl.check.cases.table import cases_of, named, traits_of

__all__ = ["cases_of", "named", "traits_of"]
