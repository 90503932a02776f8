"""Train one of the package's nets by settings alone: what ``minidl train`` does."""

from minidl.train.loop import steps
from minidl.train.run import Run
from minidl.train.settings import Settings
from minidl.train.training import resume, train

__all__ = ["Run", "Settings", "resume", "steps", "train"]
