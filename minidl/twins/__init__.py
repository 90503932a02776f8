"""The table of twins: every naive and fast pair, what exercises it, and how closely they agree.

Everything that walks over all layers walks over ``TWINS``: the tests, ``minidl compare`` and the
backends of :mod:`minidl.nn`.  Adding a layer is one naive file, one fast file, and one row in a
file of this package.
"""

from minidl.twins.pair import BACKENDS, TOLERANCE, Twin, relative_difference
from minidl.twins.table import TWINS, require_layer

__all__ = ["BACKENDS", "TOLERANCE", "TWINS", "Twin", "relative_difference", "require_layer"]
