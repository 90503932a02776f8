"""Bound what this process and those that it starts may use, then run a script in it.

Started by ``command.py``: ``python within_limits.py MEMORY_MB FILE_MB SCRIPT ARGUMENTS...``.
Windows has no such limits.
"""

import contextlib
import runpy
import sys


def main():
    """Set the limits, and become the script."""
    memory_mb, file_mb = map(int, sys.argv[1:3])
    del sys.argv[:3]
    with contextlib.suppress(ImportError):
        import resource

        most = {"RLIMIT_AS": memory_mb << 20, "RLIMIT_FSIZE": file_mb << 20, "RLIMIT_CORE": 0}
        for name, size in most.items():
            with contextlib.suppress(AttributeError, OSError, ValueError):
                _, hard = resource.getrlimit(getattr(resource, name))
                both = size if hard == resource.RLIM_INFINITY else min(size, hard)
                resource.setrlimit(getattr(resource, name), (both, both))
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
