"""What holds for all measurements of one process: threads, patience, and PyTorch or none."""

from dataclasses import dataclass
from types import ModuleType

import minidl


@dataclass(frozen=True, slots=True)
class Setting:
    """How one process measures."""

    threads: int
    torch: ModuleType | None
    quick: bool = False
    settle_ms: float = 15.0

    @property
    def budget(self):
        """Seconds for one comparison."""
        return 0.0 if self.quick else 0.5

    @property
    def settle(self):
        """Seconds for the other library's threads to fall asleep; one thread has no others."""
        return 0.0 if self.quick or self.threads == 1 else self.settle_ms / 1e3

    def some(self, items, few=1):
        """Return ``items``, or only the first ``few`` of them to try a measurement out."""
        return list(items)[:few] if self.quick else list(items)


def begin(threads, with_torch, quick, settle_ms):
    """Tell both libraries how many threads they have, and return the setting."""
    minidl.set_num_threads(threads)
    torch = find_torch() if with_torch else None
    if torch is not None:
        torch.set_num_threads(threads)
        torch.manual_seed(0)
    return Setting(threads, torch, quick, settle_ms)


def find_torch():
    """Return PyTorch, or None where it is not installed: its columns are then left out."""
    try:
        import torch
    except ImportError:
        return None
    return torch
