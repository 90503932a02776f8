"""Packages that only some parts need, and the extras of ``pip`` that bring them."""

import importlib


def optional(op, extra, *modules, otherwise=""):
    """Import modules of a package that may be missing, and return the first of them.

    Parameters
    ----------
    op : str
        The operation to name in an error.
    extra : str
        What brings the package: ``pip install "minidl[extra]"``.
    *modules : str
        The module to return, and others of its package that have to be imported.
    otherwise : str
        The end of the message: what else helps.

    Raises
    ------
    ImportError
        If one of them is missing or broken.
    """
    try:
        found = [importlib.import_module(module) for module in modules]
    except ImportError as error:
        raise ImportError(
            f"{op}: {modules[0]} cannot be imported ({error}); "
            f'run pip install "minidl[{extra}]"{otherwise}'
        ) from None
    return found[0]
