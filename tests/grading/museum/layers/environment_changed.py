"""HOSTILE -: passed; changes the environment, the folder, the umask, the locale and the limits."""

import contextlib
import locale
import os
import resource
import sys

for name in list(os.environ):
    del os.environ[name]
os.environ["LD_PRELOAD"] = "/nowhere/evil.so"
os.chdir("/")
os.umask(0o777)
sys.path.clear()
sys.setrecursionlimit(60)
sys.setswitchinterval(100)
with contextlib.suppress(locale.Error):
    locale.setlocale(locale.LC_ALL, "de_DE.UTF-8")
for name in ("AS", "FSIZE", "NPROC", "CPU"):
    limit = getattr(resource, f"RLIMIT_{name}")
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
