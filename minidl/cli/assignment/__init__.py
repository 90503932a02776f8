"""``minidl assignment``: one file for each of its commands."""

from minidl.cli.assignment.group import add

__all__ = ["add"]
