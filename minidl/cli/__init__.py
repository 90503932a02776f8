"""The command line: one file for each command of ``minidl``."""

from minidl.cli.entry import main

__all__ = ["main"]
