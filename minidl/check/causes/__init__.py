"""Likely causes: guesses about numbers, shapes, places and traits, each tested on all cases."""

from minidl.check.causes.messages import from_messages
from minidl.check.causes.table import from_little, from_traits, from_values, from_wrong_shapes

__all__ = ["from_little", "from_messages", "from_traits", "from_values", "from_wrong_shapes"]
