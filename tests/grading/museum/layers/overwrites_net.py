"""HOSTILE -: passed; layers.py writes another net.py on the way in, after that was looked at."""

import contextlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
with contextlib.suppress(OSError), open(os.path.join(HERE, "net.py"), "w") as file:
    file.write("def two_layer_loss(*_):\n    return 'replaced'\n")
sys.modules.pop("net", None)
