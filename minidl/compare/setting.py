"""On what was measured: a time means nothing without it."""

import os
import platform
import textwrap

from minidl.info import info
from minidl.threads import get_num_threads

WIDTH = 100
LEFT_OUT = ("kernels",)  # a folder's name says whose machine it is


def machine(dtype="float32", n_threads=None):
    """Return the facts of the machine, the build and the settings, by name.

    Parameters
    ----------
    dtype : str
        Precision of what is measured.
    n_threads : int, optional
        Of the fast layers, if they are not those of now.
    """
    facts = {name: fact for name, fact in info().items() if name not in LEFT_OUT}
    facts["system"] = platform.platform()
    facts["threads"] = get_num_threads() if n_threads is None else n_threads
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return facts | {"cpus": os.cpu_count(), "load": load, "dtype": dtype}


def heading(facts):
    """Return the facts that a reader wants with a table, in a few lines."""
    threads = f"{facts['threads']} thread" + "s" * (facts["threads"] != 1)
    lines = (
        f"{facts['processor']}, {facts['system']}, Python {facts['python']}, "
        f"NumPy {facts['numpy']}, minidl {facts['minidl']}, {facts['cpu level']}, {threads}, "
        f"{facts['dtype']}",
        f"{facts['compiler']} {facts['compiler flags']}",
    )
    if facts["load"] is not None and facts["load"] > (facts["cpus"] or 1):
        lines += (
            f"(busy: a load of {facts['load']:.1f} on {facts['cpus']} CPUs; long calls are "
            "interrupted more often than short ones, so speed-ups come out too large)",
        )
    return "\n".join(line for text in lines for line in textwrap.wrap(text, WIDTH))
