"""On what was measured: processor, system, versions, compiler, CPU level."""

import datetime
import os
import pathlib
import platform

from benchmarks.setting import find_torch
from minidl.info import info

LEFT_OUT = ("kernels", "threads", "bounds checks")  # a folder's name, and what rows say themselves


def facts(with_torch):
    """Return the facts by name, as JSON can hold them."""
    known = {name: fact for name, fact in info().items() if name not in LEFT_OUT}
    known["system"] = platform.platform()
    torch = find_torch() if with_torch else None
    return {
        "date": datetime.date.today().isoformat(),
        "processor": _processor(),
        "cpus": os.cpu_count(),
        **known,
        "torch": None if torch is None else torch.__version__,
        "torch's CPU level": None if torch is None else torch.backends.cpu.get_cpu_capability(),
    }


def _processor():
    """Return the processor's name; Python itself knows it only on some systems."""
    path = pathlib.Path("/proc/cpuinfo")
    known = {}
    if path.exists():
        pairs = (line.partition(":") for line in path.read_text().splitlines())
        known = {name.strip(): value.strip() for name, _, value in pairs}
    name = known.get("model name") or platform.processor() or platform.machine()
    family = f" (family {known['cpu family']}, model {known['model']})" if "model" in known else ""
    return name + family
