"""Check functions that students wrote against the definitions, and say what may be wrong."""

from minidl.check.checking import Report, check
from minidl.check.finding import Finding, Wrong

__all__ = ["Finding", "Report", "Wrong", "check"]
