"""Show a trace where one works: as a page in a notebook, as text elsewhere."""

import html
import sys

from minidl.trace.presets import preset
from minidl.trace.steps import Trace

HEIGHT = 640  # of the frame in a notebook, in pixels


def show(trace="sgd-step"):
    """Show a trace: the page in a notebook, the text elsewhere.

    Parameters
    ----------
    trace : Trace or str
        Or the name of an example, see :func:`minidl.trace.preset`.

    Raises
    ------
    TypeError
        If it is neither.
    ValueError
        If there is no example of that name.
    """
    if isinstance(trace, str):
        trace = preset(trace)
    if not isinstance(trace, Trace):
        raise TypeError(
            f"trace.show: trace must be a Trace or the name of a preset, "
            f"got {type(trace).__name__}; make one: trace.convolution(x, w)"
        )
    display = _notebook_display()
    if display:
        display(trace)
    else:
        print(trace)


def frame(trace):
    """Return HTML that shows a trace's page in a frame of its own, apart from the notebook."""
    from minidl.trace.page import page

    return (
        f'<iframe srcdoc="{html.escape(page(trace))}" title="{html.escape(trace.title)}" '
        f'style="width: 100%; height: {HEIGHT}px; border: 0"></iframe>'
    )


def _notebook_display():
    """Return IPython's ``display`` where it can show HTML, and else None."""
    ipython = sys.modules.get("IPython")  # whoever works in a notebook has imported it
    shell = ipython.get_ipython() if ipython else None
    if not hasattr(shell, "kernel"):
        return None
    from IPython.display import display

    return display
