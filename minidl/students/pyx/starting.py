"""Prepare this process for a script, and become it; started by ``command.py``.

``python starting.py ORDER`` with an order in JSON: "script" and its "arguments", "path" and
"variables" that it needs, the file "log" for what it says, and "limits" by the names of
:mod:`resource`, which hold for all that it starts.  Windows has no such limits.
"""

import contextlib
import json
import os
import runpy
import sys


def main():
    """Do what the order says."""
    order = json.loads(sys.argv[1])
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.environ.update(order["variables"])
    sys.path += order["path"]
    with contextlib.suppress(ImportError):
        import resource

        for name, most in order["limits"].items():
            with contextlib.suppress(AttributeError, OSError, ValueError):
                _, hard = resource.getrlimit(getattr(resource, name))
                both = most if hard == resource.RLIM_INFINITY else min(most, hard)
                resource.setrlimit(getattr(resource, name), (both, both))
    sys.argv = [order["script"], *order["arguments"]]
    runpy.run_path(order["script"], run_name="__main__")


if __name__ == "__main__":
    main()
