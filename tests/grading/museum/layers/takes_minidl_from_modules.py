"""HOSTILE affine_forward: wrong; minidl's own layer, from the list of what is imported already."""

import sys


def affine_forward(x, w, b):
    for name, module in list(sys.modules.items()):
        if name.endswith(".layers") and hasattr(module, "affine_forward"):
            return module.affine_forward(x, w, b)
    loader = next(m for n, m in sys.modules.items() if n.startswith("mini")).__spec__.loader
    space = {"__name__": "found"}
    path = loader.path.rpartition("minidl")[0] + "minidl/layers/affine.py"
    exec(loader.get_data(path), space)
    return space["affine_forward"](x, w, b)
