"""Students' Cython: built by us, in a process of its own, and kept by content."""

from minidl.students.pyx.build import build
from minidl.students.pyx.builds import Builds
from minidl.students.pyx.toolchain import can_build

__all__ = ["Builds", "build", "can_build"]
