"""On what was measured: processor, system, versions, compiler, CPU level."""

import datetime
import os
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
        "cpus": os.cpu_count(),
        **known,
        "torch": None if torch is None else torch.__version__,
        "torch's CPU level": None if torch is None else torch.backends.cpu.get_cpu_capability(),
    }
